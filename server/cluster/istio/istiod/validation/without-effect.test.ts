import { expect, it } from "vitest";
import { fieldsWithoutEffect } from "./without-effect.ts";

it.each([
  [
    "DestinationRule",
    {
      host: "a",
      trafficPolicy: { loadBalancer: { localityLbSetting: { enabled: true } }, tunnel: { targetHost: "b" } },
      subsets: [
        { name: "v1", labels: { tunnel: "yes" }, trafficPolicy: { tls: { mode: "SIMPLE", caCrl: "x" } } },
      ],
    },
    ["spec.trafficPolicy.tunnel", "spec.subsets[0].trafficPolicy.tls.caCrl"],
  ],
  [
    "VirtualService",
    {
      http: [
        {
          match: [{ headers: { derivePort: { exact: "a" } } }],
          fault: { delay: { exponentialDelay: "1s" } },
        },
        { redirect: { derivePort: "FROM_REQUEST_PORT" } },
      ],
    },
    ["spec.http[0].fault.delay.exponentialDelay"],
  ],
  [
    "Sidecar",
    { ingress: [], outboundTrafficPolicy: { egressProxy: {} } },
    ["spec.outboundTrafficPolicy.egressProxy"],
  ],
  ["PeerAuthentication", { mtls: { mode: "STRICT" } }, []],
])("%s", (kind, spec, fields) => {
  expect(fieldsWithoutEffect({ kind, spec })).toEqual(fields);
});
