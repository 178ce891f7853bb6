import { expect, it } from "vitest";
import { reachable } from "./reachable.ts";

const up = { address: "10.42.0.10", port: 8080 };
const down = { address: "10.42.0.11", port: 8080 };
const listens = ({ address }: { address: string }) => address !== down.address;

it("finds services first, then node ports, then pods; nothing twice and nothing that nobody serves", () => {
  const services = [
    {
      ...{ namespace: "shop", name: "web", clusterIP: "10.96.0.8", externalIPs: ["172.18.255.200"] },
      ports: [
        { port: 80, nodePort: 30080, endpoints: [down, up] },
        { port: 81, nodePort: 30081, endpoints: [down] },
        { port: 82, endpoints: [] },
      ],
    },
    {
      ...{ namespace: "shop", name: "db", clusterIP: "None" },
      ports: [{ port: 5432, endpoints: [up] }],
    },
    { namespace: "shop", name: "far", externalName: "far.example", ports: [{ port: 80, endpoints: [] }] },
    {
      ...{ namespace: "default", name: "kubernetes", clusterIP: "10.96.0.1" },
      ports: [{ port: 443, endpoints: [{ address: "172.18.0.2", port: 6443 }] }],
    },
  ];
  const listeners = [
    ["172.18.0.2", [6443, 30080]],
    ["10.42.0.10", [8080, 15021]],
    ["10.42.0.11", [8080]],
  ] as const;
  const found = reachable({ services, listeners, nodeIP: "172.18.0.2", listens });
  expect(found.map(({ address, port }) => `${address}:${port}`)).toEqual([
    "10.96.0.8:80",
    "172.18.255.200:80",
    "10.96.0.1:443",
    "172.18.0.2:30080",
    "172.18.0.2:6443",
    "10.42.0.10:8080",
    "10.42.0.10:15021",
  ]);
});
