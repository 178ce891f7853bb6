import { simulate } from "../table.ts";

const sidecar = (spec: string) => `
apiVersion: networking.istio.io/v1beta1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec:
${spec}
---`;

const selected = (namespaces: readonly string[]) =>
  `discoverySelectors: [${namespaces.map((name) => `{matchLabels: {kubernetes.io/metadata.name: ${name}}}`).join(", ")}]`;

simulate("Sidecar, exportTo and what istiod looks at", [
  {
    name: "egress hosts: what is not listed is not the mesh's, and passes through as it is",
    config: sidecar('  egress: [{hosts: ["./*"]}]'),
    calls: [
      { to: "http://ratings/", expect: { status: 200, seenHeaders: ["x-forwarded-client-cert"] } },
      {
        to: "http://partner.partner/",
        expect: { status: 200, sent: { "x-forwarded-client-cert": null } },
      },
    ],
  },
  {
    name: "… and is refused under REGISTRY_ONLY",
    config: sidecar('  egress: [{hosts: ["./*"]}]\n  outboundTrafficPolicy: {mode: REGISTRY_ONLY}'),
    calls: [
      { to: "http://ratings/", expect: { status: 200 } },
      { to: "http://partner.partner/", expect: { status: 502, body: "" } },
    ],
  },
  {
    name: "ingress: only the ports that are listed, handed to another address",
    config: sidecar(`  workloadSelector: {labels: {app: ratings}}
  ingress:
  - {port: {number: 8080, protocol: HTTP, name: http}, defaultEndpoint: "127.0.0.1:8080"}`),
    calls: [{ to: "http://ratings/", expect: { by: "ratings-v1" } }],
  },
  {
    name: "ingress: nobody listens where it points to",
    config: sidecar(`  workloadSelector: {labels: {app: ratings}}
  ingress:
  - {port: {number: 8080, protocol: HTTP, name: http}, defaultEndpoint: "127.0.0.1:9999"}`),
    calls: [{ to: "http://ratings/", expect: { status: 503 } }],
  },
  {
    name: "discovery selectors: a namespace that is not looked at is not part of the mesh",
    config: "",
    mesh: `${selected(["shop", "istio-system"])}\noutboundTrafficPolicy: {mode: REGISTRY_ONLY}`,
    calls: [
      { to: "http://ratings/", expect: { status: 200 } },
      { to: "http://partner.partner/", expect: { status: 502 } },
    ],
  },
]);
