import type { IstioVersion } from "../versions.ts";

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** Words apart by spaces; the core group is the empty text. */
const rule = (apiGroups: string, resources: string, verbs: string): Rule => ({
  apiGroups: apiGroups.split(" "),
  resources: resources.split(" "),
  verbs: verbs.split(" "),
});

const ADMISSION = "admissionregistration.k8s.io";
const GATEWAY = "gateway.networking.k8s.io";
const REVIEWS = [
  rule("authentication.k8s.io", "tokenreviews", "create"),
  rule("authorization.k8s.io", "subjectaccessreviews", "create"),
] as const;
const FIVE_GROUPS =
  "config.istio.io security.istio.io networking.istio.io authentication.istio.io rbac.istio.io";
const ALL_GROUPS = `${FIVE_GROUPS} telemetry.istio.io extensions.istio.io`;
const READ = "get list watch";
const OWN = "get watch list update patch create delete";

/** Everything up to what each release may write of its own objects. */
const admission = [
  rule(ADMISSION, "mutatingwebhookconfigurations", "get list watch update patch"),
  rule(ADMISSION, "validatingwebhookconfigurations", "get list watch update"),
  rule(ALL_GROUPS, "*", "get watch list"),
  rule("networking.istio.io", "workloadentries", OWN),
] as const;

const cluster = [
  rule("apiextensions.k8s.io", "customresourcedefinitions", READ),
  rule("", "pods nodes services namespaces endpoints", READ),
  rule("discovery.k8s.io", "endpointslices", READ),
  rule("networking.k8s.io", "ingresses ingressclasses", READ),
  rule("networking.k8s.io", "ingresses/status", "*"),
  rule("", "configmaps", "create get list watch update"),
  ...REVIEWS,
] as const;

const rest = [
  rule("", "secrets", "get watch list"),
  rule("multicluster.x-k8s.io", "serviceexports", "get watch list create delete"),
  rule("multicluster.x-k8s.io", "serviceimports", "get watch list"),
] as const;

const reader = (groups: string, core: string): readonly Rule[] => [
  rule(groups, "*", READ),
  rule("", core, READ),
  rule("networking.istio.io", "workloadentries", "get watch list"),
  rule(`networking.x-k8s.io ${GATEWAY}`, "gateways", "get watch list"),
  rule("apiextensions.k8s.io", "customresourcedefinitions", READ),
  rule("discovery.k8s.io", "endpointslices", READ),
  rule("multicluster.x-k8s.io", "serviceexports", "get list watch create delete"),
  rule("multicluster.x-k8s.io", "serviceimports", READ),
  rule("apps", "replicasets", READ),
  ...REVIEWS,
];
const READER_CORE = "endpoints pods services nodes replicationcontrollers namespaces secrets";

const routeStatuses =
  "backendtlspolicies gatewayclasses gateways grpcroutes httproutes referencegrants tcproutes tlsroutes udproutes"
    .split(" ")
    .map((name) => `${name}/status`)
    .join(" ");

export interface ReleaseRules {
  readonly istiod: readonly Rule[];
  readonly gatewayController: readonly Rule[];
  readonly reader: readonly Rule[];
  /** Of the Role in istiod's own namespace. */
  readonly istiodNamespace: readonly Rule[];
}

const istiodNamespace = [
  rule("networking.istio.io", "gateways", "create"),
  rule("", "secrets", "create get watch list update delete"),
  rule("", "configmaps", "delete"),
  rule("coordination.k8s.io", "leases", "get update patch create"),
] as const;

/** What each release's charts grant (manifests/charts/istio-control/istio-discovery/templates). */
export const rulesOf: Readonly<Record<IstioVersion, ReleaseRules>> = {
  "1.21.6": {
    istiod: [
      ...admission,
      rule("networking.istio.io", "workloadentries/status", OWN),
      ...cluster,
      rule(`networking.x-k8s.io ${GATEWAY}`, "*", "get watch list"),
      rule(`networking.x-k8s.io ${GATEWAY}`, "*", "update patch"),
      rule(GATEWAY, "gatewayclasses", "create update patch delete"),
      ...rest,
    ],
    gatewayController: [
      rule("apps", "deployments", OWN),
      rule("", "services", OWN),
      rule("", "serviceaccounts", OWN),
    ],
    reader: reader(FIVE_GROUPS, READER_CORE),
    istiodNamespace,
  },
  "1.29.6": {
    istiod: [
      ...admission,
      rule("networking.istio.io", "workloadentries/status serviceentries/status", OWN),
      rule("security.istio.io", "authorizationpolicies/status", OWN),
      rule("", "services/status", OWN),
      ...cluster,
      rule(`${GATEWAY} gateway.networking.x-k8s.io`, "*", "get watch list"),
      rule(
        "gateway.networking.x-k8s.io",
        "xbackendtrafficpolicies/status xlistenersets/status",
        "update patch",
      ),
      rule(GATEWAY, routeStatuses, "update patch"),
      rule(GATEWAY, "gatewayclasses", "create update patch delete"),
      rule("inference.networking.k8s.io", "inferencepools", "get watch list"),
      rule("inference.networking.k8s.io", "inferencepools/status", "update patch"),
      ...rest,
    ],
    gatewayController: [
      rule("apps", "deployments", OWN),
      rule("autoscaling", "horizontalpodautoscalers", OWN),
      rule("policy", "poddisruptionbudgets", OWN),
      rule("", "services", OWN),
      rule("", "serviceaccounts", OWN),
    ],
    reader: reader(ALL_GROUPS, `${READER_CORE} configmaps`),
    istiodNamespace,
  },
};
