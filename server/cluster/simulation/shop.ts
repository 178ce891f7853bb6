import type { PortSpec, WorkloadSpec } from "./workload.ts";

const http = (port: number, targetPort: number): PortSpec => ({
  name: "http",
  port,
  targetPort,
  speaks: "http",
});

const meshed = { namespace: "shop", meshed: true } as const;

/**
 * The mesh that the tables talk about. `shopper` asks; `catalog` (three versions in three zones) and `ratings` answer;
 * `echo` speaks TCP; `greeter` gRPC. `partner` is of another namespace, `stranger` and `legacy` have no sidecar,
 * `machine` has no service. All ask through `ingress` from outside.
 */
export const SHOP: readonly WorkloadSpec[] = [
  { ...meshed, name: "shopper", version: "v1", ports: [http(80, 8080)], zone: "west/a" },
  { ...meshed, name: "catalog", version: "v1", ports: [http(80, 8080)], zone: "west/a" },
  { ...meshed, name: "catalog", version: "v2", ports: [http(80, 8080)], zone: "west/b" },
  { ...meshed, name: "catalog", version: "v3", ports: [http(80, 8080)], zone: "east/a" },
  { ...meshed, name: "ratings", version: "v1", ports: [http(80, 8080)] },
  {
    ...meshed,
    name: "echo",
    version: "v1",
    ports: [{ name: "tcp", port: 9000, targetPort: 9000, speaks: "tcp" }],
  },
  {
    ...meshed,
    name: "greeter",
    version: "v1",
    ports: [{ name: "grpc", port: 7000, targetPort: 7000, speaks: "h2c" }],
  },
  { ...meshed, namespace: "partner", name: "partner", version: "v1", ports: [http(80, 8080)] },
  { ...meshed, name: "machine", version: "v1", ports: [http(80, 8080)], service: false },
  { namespace: "outside", name: "stranger", version: "v1", ports: [http(80, 8080)], meshed: false },
  { namespace: "outside", name: "legacy", version: "v1", ports: [http(80, 8080)], meshed: false },
  {
    namespace: "istio-system",
    name: "ingress",
    version: "v1",
    labels: { istio: "ingressgateway" },
    meshed: true,
    ports: [
      { name: "http2", port: 80, targetPort: 8080, speaks: "none" },
      { name: "https", port: 443, targetPort: 8443, speaks: "none" },
      { name: "tcp", port: 31400, targetPort: 31400, speaks: "none" },
    ],
  },
];
