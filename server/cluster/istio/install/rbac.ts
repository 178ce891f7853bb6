import type { KubeObject } from "../../apimachinery/index.ts";
import { ISTIO_NAMESPACE, ofRevision } from "./labels.ts";

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const READ = ["get", "list", "watch"] as const;
const WRITE = [...READ, "create", "update", "patch", "delete"] as const;
const ISTIO_GROUPS = [
  "config.istio.io",
  "security.istio.io",
  "networking.istio.io",
  "authentication.istio.io",
  "rbac.istio.io",
  "telemetry.istio.io",
  "extensions.istio.io",
] as const;

const rule = (
  group: string | readonly string[],
  resources: readonly string[],
  verbs: readonly string[],
): Rule => ({
  apiGroups: typeof group === "string" ? [group] : group,
  resources,
  verbs,
});

const istiodRules: readonly Rule[] = [
  rule(
    "admissionregistration.k8s.io",
    ["mutatingwebhookconfigurations"],
    ["get", "list", "watch", "update", "patch"],
  ),
  rule(
    "admissionregistration.k8s.io",
    ["validatingwebhookconfigurations"],
    ["get", "list", "watch", "update"],
  ),
  rule(ISTIO_GROUPS, ["*"], READ),
  rule(ISTIO_GROUPS, ["*/status"], ["update", "patch"]),
  rule("networking.istio.io", ["workloadentries", "workloadentries/status"], WRITE),
  rule("apiextensions.k8s.io", ["customresourcedefinitions"], READ),
  rule("", ["pods", "nodes", "services", "namespaces", "endpoints"], READ),
  rule("discovery.k8s.io", ["endpointslices"], READ),
  rule("networking.k8s.io", ["ingresses", "ingressclasses"], READ),
  rule("networking.k8s.io", ["ingresses/status"], ["*"]),
  rule("", ["configmaps"], ["create", "get", "list", "watch", "update"]),
  rule("authentication.k8s.io", ["tokenreviews"], ["create"]),
  rule("authorization.k8s.io", ["subjectaccessreviews"], ["create"]),
  rule("gateway.networking.k8s.io", ["*"], [...READ, "update", "patch"]),
  rule("gateway.networking.k8s.io", ["gatewayclasses"], ["create", "update", "patch", "delete"]),
  rule("", ["secrets"], READ),
  rule("coordination.k8s.io", ["leases"], WRITE),
];

const gatewayControllerRules: readonly Rule[] = [
  rule("apps", ["deployments"], WRITE),
  rule("", ["services"], WRITE),
  rule("", ["serviceaccounts"], WRITE),
];

const readerRules: readonly Rule[] = [
  rule(ISTIO_GROUPS, ["*"], READ),
  rule(
    "",
    ["endpoints", "pods", "services", "nodes", "replicationcontrollers", "namespaces", "secrets"],
    READ,
  ),
  rule("discovery.k8s.io", ["endpointslices"], READ),
  rule("apps", ["replicasets"], READ),
  rule("apiextensions.k8s.io", ["customresourcedefinitions"], READ),
  rule("authentication.k8s.io", ["tokenreviews"], ["create"]),
  rule("authorization.k8s.io", ["subjectaccessreviews"], ["create"]),
];

const istiodRoleRules: readonly Rule[] = [
  rule("networking.istio.io", ["gateways"], ["create"]),
  rule("", ["secrets"], ["create", "get", "watch", "list", "update", "delete"]),
  rule("", ["configmaps"], ["delete"]),
  rule("coordination.k8s.io", ["leases"], ["get", "update", "patch", "create"]),
];

export function serviceAccount(name: string, labels: Readonly<Record<string, string>>): KubeObject {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace: ISTIO_NAMESPACE, labels } };
}

interface Grant {
  readonly name: string;
  readonly account: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly rules: readonly Rule[];
}

function clusterGrant({ name, account, labels, rules }: Grant): readonly KubeObject[] {
  return grant({ kind: "ClusterRole", metadata: { name, labels }, account, rules });
}

/** A Role of one namespace with its binding; gateways read their certificates by one. */
export function namespacedGrant({ name, account, labels, rules }: Grant): readonly KubeObject[] {
  return grant({ kind: "Role", metadata: { name, namespace: ISTIO_NAMESPACE, labels }, account, rules });
}

function grant(of: {
  readonly kind: "ClusterRole" | "Role";
  readonly metadata: KubeObject["metadata"];
  readonly account: string;
  readonly rules: readonly Rule[];
}): readonly KubeObject[] {
  const apiVersion = "rbac.authorization.k8s.io/v1";
  return [
    { apiVersion, kind: of.kind, metadata: of.metadata, rules: of.rules },
    {
      apiVersion,
      kind: `${of.kind}Binding`,
      metadata: of.metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: of.kind, name: of.metadata.name },
      subjects: [{ kind: "ServiceAccount", name: of.account, namespace: ISTIO_NAMESPACE }],
    },
  ];
}

export function readerAccess(): readonly KubeObject[] {
  const labels = { app: "istio-reader", release: "istio" };
  const account = "istio-reader-service-account";
  return [
    serviceAccount(account, labels),
    ...clusterGrant({
      name: `istio-reader-clusterrole-${ISTIO_NAMESPACE}`,
      account,
      labels,
      rules: readerRules,
    }),
  ];
}

export function istiodAccess(revision: string): readonly KubeObject[] {
  const labels = { app: "istiod", release: "istio" };
  const account = ofRevision("istiod", revision);
  const inCluster = (name: string) => `${ofRevision(name, revision)}-${ISTIO_NAMESPACE}`;
  return [
    serviceAccount(account, labels),
    ...clusterGrant({ name: inCluster("istiod-clusterrole"), account, labels, rules: istiodRules }),
    ...clusterGrant({
      name: inCluster("istiod-gateway-controller"),
      account,
      labels,
      rules: gatewayControllerRules,
    }),
    ...namespacedGrant({ name: account, account, labels, rules: istiodRoleRules }),
  ];
}

export function secretReader(name: string, account: string, labels: Grant["labels"]): readonly KubeObject[] {
  return namespacedGrant({ name, account, labels, rules: [rule("", ["secrets"], ["get", "watch", "list"])] });
}
