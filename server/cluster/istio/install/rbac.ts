import type { KubeObject } from "../../apimachinery/index.ts";
import type { IstioVersion } from "../versions.ts";
import { ISTIO_NAMESPACE, ofRevision } from "./labels.ts";
import { type Rule, rulesOf } from "./rbac-rules.ts";

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

export function readerAccess(version: IstioVersion): readonly KubeObject[] {
  const labels = { app: "istio-reader", release: "istio" };
  const account = "istio-reader-service-account";
  return [
    serviceAccount(account, labels),
    ...clusterGrant({
      name: `istio-reader-clusterrole-${ISTIO_NAMESPACE}`,
      account,
      labels,
      rules: rulesOf[version].reader,
    }),
  ];
}

export function istiodAccess(version: IstioVersion, revision: string): readonly KubeObject[] {
  const rules = rulesOf[version];
  const labels = { app: "istiod", release: "istio" };
  const account = ofRevision("istiod", revision);
  const inCluster = (name: string) => `${ofRevision(name, revision)}-${ISTIO_NAMESPACE}`;
  return [
    serviceAccount(account, labels),
    ...clusterGrant({ name: inCluster("istiod-clusterrole"), account, labels, rules: rules.istiod }),
    ...clusterGrant({
      name: inCluster("istiod-gateway-controller"),
      account,
      labels,
      rules: rules.gatewayController,
    }),
    ...namespacedGrant({ name: account, account, labels, rules: rules.istiodNamespace }),
  ];
}

const READS_SECRETS: Rule = { apiGroups: [""], resources: ["secrets"], verbs: ["get", "watch", "list"] };

export function secretReader(name: string, account: string, labels: Grant["labels"]): readonly KubeObject[] {
  return namespacedGrant({ name, account, labels, rules: [READS_SECRETS] });
}
