import { KUBERNETES_GATEWAY } from "./resource.ts";

/** A kind that analyzers look at: where the API serves it and how its resources are read. */
export interface Kind {
  /** As analyzers call it. */
  readonly kind: string;
  /** As the API calls it, where two kinds of different groups have one name. */
  readonly served?: string;
  readonly group: string;
  /** Version to list; files may say another one. */
  readonly version: string;
  readonly plural: string;
  readonly clusterScoped?: true;
  /** The whole object is read, because the kind has no spec. */
  readonly whole?: true;
  /** Never read from files: what runs in a cluster (kuberesource.DefaultExcludedSchemas). */
  readonly clusterOnly?: true;
}

const networking = (kind: string, plural: string, version = "v1beta1"): Kind => ({
  kind,
  group: "networking.istio.io",
  version,
  plural,
});
const security = (kind: string, plural: string): Kind => ({
  kind,
  group: "security.istio.io",
  version: "v1beta1",
  plural,
});

/** Istio's own kinds: each has a schema.ValidationAnalyzer. */
export const ISTIO_KINDS: readonly Kind[] = [
  security("AuthorizationPolicy", "authorizationpolicies"),
  networking("DestinationRule", "destinationrules"),
  networking("EnvoyFilter", "envoyfilters", "v1alpha3"),
  networking("Gateway", "gateways"),
  security("PeerAuthentication", "peerauthentications"),
  networking("ProxyConfig", "proxyconfigs"),
  security("RequestAuthentication", "requestauthentications"),
  networking("ServiceEntry", "serviceentries"),
  networking("Sidecar", "sidecars"),
  { kind: "Telemetry", group: "telemetry.istio.io", version: "v1alpha1", plural: "telemetries" },
  networking("VirtualService", "virtualservices"),
  { kind: "WasmPlugin", group: "extensions.istio.io", version: "v1alpha1", plural: "wasmplugins" },
  networking("WorkloadEntry", "workloadentries"),
  networking("WorkloadGroup", "workloadgroups"),
];

const gatewayApi = (kind: string, plural: string): Kind => ({
  kind,
  group: "gateway.networking.k8s.io",
  version: "v1",
  plural,
  whole: true,
});

export const KINDS: readonly Kind[] = [
  ...ISTIO_KINDS,
  { ...gatewayApi(KUBERNETES_GATEWAY, "gateways"), served: "Gateway" },
  gatewayApi("HTTPRoute", "httproutes"),
  gatewayApi("GRPCRoute", "grpcroutes"),
  {
    kind: "Namespace",
    group: "",
    version: "v1",
    plural: "namespaces",
    clusterScoped: true,
    clusterOnly: true,
  },
  { kind: "Pod", group: "", version: "v1", plural: "pods", clusterOnly: true },
  { kind: "Secret", group: "", version: "v1", plural: "secrets", whole: true, clusterOnly: true },
  { kind: "Service", group: "", version: "v1", plural: "services", clusterOnly: true },
  { kind: "ConfigMap", group: "", version: "v1", plural: "configmaps", whole: true },
  { kind: "Deployment", group: "apps", version: "v1", plural: "deployments" },
  {
    kind: "MutatingWebhookConfiguration",
    group: "admissionregistration.k8s.io",
    version: "v1",
    plural: "mutatingwebhookconfigurations",
    clusterScoped: true,
    whole: true,
  },
];

export const isClusterOnly = (kind: string): boolean =>
  KINDS.some((one) => one.kind === kind && one.clusterOnly === true);

/** The kind of an object that says `apiVersion` and `kind`; undefined for what no analyzer reads. */
export function kindOf(apiVersion: string, kind: string): Kind | undefined {
  const group = apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
  return KINDS.find((one) => (one.served ?? one.kind) === kind && one.group === group);
}
