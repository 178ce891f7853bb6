import { simulate } from "../table.ts";

const mirrored = (how: string) => `
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: ratings, namespace: shop}
spec:
  hosts: [ratings]
  http:
  - route: [{destination: {host: ratings}}]
    ${how}`;

const LOG = "accessLogFile: /dev/stdout";

simulate("VirtualService: mirrors", [
  {
    name: "the copy's host says that it is one; its answer is nobody's",
    config: mirrored("mirror: {host: partner.partner.svc.cluster.local, port: {number: 80}}"),
    mesh: LOG,
    calls: [{ to: "http://ratings/copied", expect: { by: "ratings-v1" } }],
    eventually: { "partner-v1": ['"GET /copied HTTP/1.1" 200', '"ratings-shadow"'] },
  },
  {
    name: "zero percent copies nothing",
    config: mirrored(
      "{mirror: {host: partner.partner.svc.cluster.local, port: {number: 80}}, mirrorPercentage: {value: 0}}",
    )
      .replace("    {mirror", "    mirror")
      .replace(", mirrorPercentage: {value: 0}}", "\n    mirrorPercentage: {value: 0}"),
    mesh: LOG,
    calls: [{ to: "http://ratings/copied", expect: { by: "ratings-v1" } }],
    log: { "partner-v1": [] },
  },
]);
