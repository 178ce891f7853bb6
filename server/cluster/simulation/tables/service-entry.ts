import { simulate } from "../table.ts";

const entry = (spec: string) => `
apiVersion: networking.istio.io/v1beta1
kind: ServiceEntry
metadata: {name: outer, namespace: shop}
spec:
${spec}
---`;
const machine = (address: string, extra = "") => `
apiVersion: networking.istio.io/v1beta1
kind: WorkloadEntry
metadata: {name: m-${address.replaceAll(".", "-")}, namespace: shop}
spec: {address: ${address}, labels: {app: outer}${extra}}
---`;

// The mesh gives out pod addresses in the order of shop.ts: stranger-v1 is 10.42.0.19, legacy-v1 10.42.0.20.
const LEGACY = "10.42.0.20";
const STRANGER = "10.42.0.19";

simulate("ServiceEntry and WorkloadEntry", [
  {
    name: "STATIC endpoints under a name that only the mesh knows",
    config: entry(`  hosts: [outer.example]
  addresses: [240.240.0.1]
  ports: [{number: 80, name: http, protocol: HTTP}]
  resolution: STATIC
  endpoints: [{address: ${LEGACY}, ports: {http: 8080}}]`),
    calls: [{ to: "http://outer.example/", via: "240.240.0.1", expect: { by: "legacy-v1" } }],
  },
  {
    name: "weights of endpoints",
    config: entry(`  hosts: [outer.example]
  ports: [{number: 80, name: http, protocol: HTTP}]
  resolution: STATIC
  endpoints: [{address: ${LEGACY}, ports: {http: 8080}, weight: 90}, {address: ${STRANGER}, ports: {http: 8080}, weight: 10}]`),
    calls: [
      {
        to: "http://outer.example/",
        via: "240.240.0.1",
        times: 100,
        shares: { "legacy-v1": [78, 99], "stranger-v1": [1, 22] },
      },
    ],
  },
  {
    name: "DNS: the entry's name is looked up",
    config: entry(`  hosts: [legacy.outside.svc.cluster.local.example]
  ports: [{number: 80, name: http, protocol: HTTP}]
  resolution: DNS
  endpoints: [{address: legacy.outside.svc.cluster.local}]`),
    calls: [
      {
        to: "http://legacy.outside.svc.cluster.local.example/",
        via: "240.240.0.1",
        expect: { by: "legacy-v1" },
      },
    ],
  },
  {
    name: "REGISTRY_ONLY lets known hosts pass and answers 502 for others",
    config: entry(`  hosts: [outer.example]
  ports: [{number: 80, name: http, protocol: HTTP}]
  resolution: STATIC
  endpoints: [{address: ${LEGACY}, ports: {http: 8080}}]`),
    mesh: "outboundTrafficPolicy: {mode: REGISTRY_ONLY}",
    calls: [
      { to: "http://outer.example/", via: "240.240.0.1", expect: { by: "legacy-v1" } },
      { to: "http://unknown.example/", via: "240.240.0.1", expect: { status: 502, body: "" } },
    ],
  },
  {
    name: "workloadSelector finds machines and pods; a pod without a service serves its port by it",
    config:
      entry(`  hosts: [outer.example]
  location: MESH_INTERNAL
  ports: [{number: 80, name: http, protocol: HTTP, targetPort: 8080}]
  resolution: STATIC
  workloadSelector: {labels: {app: outer}}`) +
      machine(LEGACY) +
      machine(STRANGER, ", weight: 1"),
    calls: [
      {
        to: "http://outer.example/",
        via: "240.240.0.1",
        times: 40,
        shares: { "legacy-v1": [5, 35], "stranger-v1": [5, 35] },
      },
    ],
  },
  {
    name: "a pod selected by an entry speaks mutual TLS",
    config: `${entry(`  hosts: [machine.example]
  location: MESH_INTERNAL
  ports: [{number: 80, name: http, protocol: HTTP, targetPort: 8080}]
  resolution: STATIC
  workloadSelector: {labels: {app: machine}}`)}
apiVersion: security.istio.io/v1beta1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: STRICT}}`,
    calls: [
      {
        to: "http://machine.example/",
        via: "240.240.0.1",
        expect: { by: "machine-v1", seenHeaders: ["x-forwarded-client-cert"] },
      },
    ],
  },
  {
    name: "a Kubernetes service also stands for machines that its selector fits",
    config: machine(LEGACY).replace("app: outer", "app: ratings"),
    calls: [
      {
        to: "http://ratings/",
        times: 40,
        shares: { "ratings-v1": [5, 35], "legacy-v1": [5, 35] },
      },
    ],
  },
  {
    name: "an entry needs a host",
    config: entry("  hosts: []"),
    refused: "configuration is invalid: service entry must have at least one host",
  },
]);
