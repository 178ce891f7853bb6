import type { KubeObject } from "../../kube/index.ts";
import type { Sample } from "../promql/prometheus.ts";

// The workshop's three services behind the ingress gateway, and a caller without a sidecar, as the API shows them.

export interface AppOptions {
  readonly namespace?: string;
  readonly version?: string;
  readonly sidecar?: boolean;
  readonly upstream?: string;
  readonly labels?: Record<string, string>;
  readonly ready?: boolean;
}

/** A Deployment of one replica with its pod. */
export function app(name: string, options: AppOptions = {}): KubeObject[] {
  const { namespace = "istioinaction", version = "v1", sidecar = true, upstream, ready = true } = options;
  const labels = options.labels ?? { app: name.replace(/-v\d$/, ""), version };
  const env = upstream === undefined ? [] : [{ name: "UPSTREAM_URIS", value: upstream }];
  const container = { name, image: "nicholasjackson/fake-service:v0.7.8", env };
  return [
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, namespace },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container] } },
      },
    },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: `${name}-1`, namespace, labels },
      spec: { containers: sidecar ? [container, { name: "istio-proxy" }] : [container] },
      status: { phase: "Running", conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
    },
  ];
}

export function service(name: string, namespace = "istioinaction", port = 8080): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace },
    spec: { selector: { app: name }, ports: [{ name: "http", port, targetPort: 8081 }] },
  };
}

export const shop: readonly KubeObject[] = [
  ...app("web-api", { upstream: "http://recommendation:8080" }),
  service("web-api"),
  ...app("recommendation", { upstream: "http://purchase-history:8080" }),
  service("recommendation"),
  ...app("purchase-history-v1"),
  service("purchase-history"),
  ...app("sleep", { namespace: "default", sidecar: false, labels: { app: "sleep" } }),
  service("sleep", "default", 80),
  ...app("istio-ingressgateway", {
    namespace: "istio-system",
    labels: { app: "istio-ingressgateway", istio: "ingressgateway" },
  }),
  {
    apiVersion: "networking.istio.io/v1beta1",
    kind: "Gateway",
    metadata: { name: "web-api-gateway", namespace: "istioinaction" },
    spec: { selector: { istio: "ingressgateway" } },
  },
  {
    apiVersion: "networking.istio.io/v1beta1",
    kind: "VirtualService",
    metadata: { name: "web-api-gw-vs", namespace: "istioinaction" },
    spec: {
      gateways: ["web-api-gateway"],
      http: [{ route: [{ destination: { host: "web-api.istioinaction.svc.cluster.local" } }] }],
    },
  },
];

export function peerAuthentication(namespace: string, name: string, spec: object): KubeObject {
  return {
    apiVersion: "security.istio.io/v1beta1",
    kind: "PeerAuthentication",
    metadata: { name, namespace, creationTimestamp: "2026-01-01T00:00:00Z" },
    spec,
  };
}

/** A sample of istio_requests_total. `from` and `to` are NAME.NAMESPACE, or "unknown". */
export function requests(
  from: string,
  to: string,
  about: { rate: number; labels?: Record<string, string> },
): Sample {
  const [source = "", sourceNamespace = "unknown"] = from.split(".");
  const [target = "", targetNamespace = "unknown"] = to.split(".");
  const labels = {
    source_workload: source,
    source_workload_namespace: sourceNamespace,
    destination_workload: target,
    destination_workload_namespace: targetNamespace,
    destination_service_name: target.replace(/-v\d$/, ""),
    destination_service_namespace: targetNamespace,
    request_protocol: "http",
    response_code: "200",
    grpc_response_status: "",
    ...about.labels,
  };
  return { labels, value: about.rate };
}

export const secured = { connection_security_policy: "mutual_tls" };
export const unsecured = { connection_security_policy: "none" };
