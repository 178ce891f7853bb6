import { simulate } from "./table.ts";

simulate("VirtualService", [
  {
    name: "without one, every pod of the service answers",
    config: "",
    calls: [
      { to: "http://catalog/x", expect: { status: 200, path: "/x" } },
      { to: "http://catalog.shop.svc.cluster.local/", expect: { status: 200 } },
      {
        to: "http://catalog/",
        times: 60,
        shares: { "catalog-v1": [5, 40], "catalog-v2": [5, 40], "catalog-v3": [5, 40] },
      },
    ],
  },
]);
