import { at, isTree, type Json, leaves, type Tree, treeAt } from "../tree.ts";
import { chartValues, defaultProfile } from "./profiles.ts";

/** A refusal of what somebody wants installed, in a sentence for that person. */
export class OperatorError extends Error {}

/** Fields of an IstioOperator's spec (istio.io/api operator/v1alpha1). */
const SPEC_FIELDS = new Set([
  ...["addonComponents", "compatibilityVersion", "components", "hub", "installPackagePath", "meshConfig"],
  ...["namespace", "profile", "revision", "tag", "unvalidatedValues", "values"],
]);

/** Fields of MeshConfig (istio.io/api mesh/v1alpha1). */
const MESH_FIELDS = new Set([
  ...["accessLogEncoding", "accessLogFile", "accessLogFormat", "ca", "caCertificates", "certificates"],
  ...["configSources", "connectTimeout", "defaultConfig", "defaultDestinationRuleExportTo"],
  ...[
    "defaultHttpRetryPolicy",
    "defaultProviders",
    "defaultServiceExportTo",
    "defaultVirtualServiceExportTo",
  ],
  ...["disableEnvoyListenerLog", "discoverySelectors", "dnsRefreshRate", "enableAutoMtls"],
  ...["enableEnvoyAccessLogService", "enablePrometheusMerge", "enableTracing", "extensionProviders"],
  ...["h2UpgradePolicy", "hboneIdleTimeout", "inboundClusterStatName", "inboundTrafficPolicy"],
  ...["ingressClass", "ingressControllerMode", "ingressSelector", "ingressService", "localityLbSetting"],
  ...["mesh_mTLS", "meshMTLS", "outboundClusterStatName", "outboundTrafficPolicy", "pathNormalization"],
  ...["protocolDetectionTimeout", "proxyHttpPort", "proxyInboundListenPort", "proxyListenPort"],
  ...[
    "rootNamespace",
    "serviceSettings",
    "serviceScopeConfigs",
    "tcpKeepalive",
    "thriftConfig",
    "tlsDefaults",
  ],
  ...["trustDomain", "trustDomainAliases", "verifyCertificateAtClient"],
]);

const GATEWAY = ["name", "enabled"];
const K8S = ["replicaCount", "resources"];
const SERVICE = ["serviceAnnotations", "podAnnotations", "service.type", "service.ports"];

/** Paths below which everything may be said; `*` is one step. */
const OPEN_PATHS: readonly string[] = [
  ...["hub", "profile", "revision", "tag", "meshConfig.*", "values.meshConfig.*"],
  ...["components.base.enabled", "components.pilot.enabled"],
  ...[...K8S, "env"].map((field) => `components.pilot.k8s.${field}`),
  ...["ingressGateways", "egressGateways"].flatMap((list) => [
    ...GATEWAY.map((field) => `components.${list}.*.${field}`),
    ...[...K8S, ...SERVICE].map((field) => `components.${list}.*.k8s.${field}`),
  ]),
  ...["env", "resources"].map((field) => `values.pilot.${field}`),
  ...["podAnnotations", "ports", "resources", "serviceAnnotations", "enabled"].map(
    (field) => `values.gateways.*.${field}`,
  ),
  "values.global.proxy.resources",
];
const NOT_FOR_CHANGE = new Set(["values.global.istioNamespace", "namespace"]);

/**
 * Throws OperatorError for the first thing in an overlay that would be passed over: a field that Istio does not know in
 * upstream's words, one that this installer does not honour by its path.
 */
export function refuseUnknown(overlay: Tree): void {
  for (const name of Object.keys(overlay))
    if (!SPEC_FIELDS.has(name)) throw unknown(name, "IstioOperatorSpec");
  for (const mesh of [treeAt(overlay, "meshConfig"), treeAt(overlay, "values", "meshConfig")])
    for (const name of Object.keys(mesh)) if (!MESH_FIELDS.has(name)) throw unknown(name, "MeshConfig");
  for (const { path, value } of leaves(overlay)) {
    const shown = path.join(".");
    // Somebody may give back what `profile dump` has printed.
    if (at(defaultProfile, ...path) === value) continue;
    if (shown === "namespace" && value === "istio-system") continue;
    if (isEmpty(value) || OPEN_PATHS.some((open) => isBelow(path, open.split(".")))) continue;
    if (NOT_FOR_CHANGE.has(shown) || !isChartValue(path))
      throw new OperatorError(`${shown} is not supported by the practice cluster's installer`);
  }
}

/** What of an overlay is written into the cluster and changes nothing there: istiod reads one variable of its environment. */
export function withoutEffect(overlay: Tree): readonly string[] {
  const names = Object.keys(treeAt(overlay, "values", "pilot", "env"));
  return names.filter((name) => name !== "PILOT_TRACE_SAMPLING").map((name) => `values.pilot.env.${name}`);
}

const unknown = (field: string, message: string) =>
  new OperatorError(
    `could not unmarshal merged YAML: unknown field ${JSON.stringify(field)} in v1alpha1.${message}`,
  );

const isEmpty = (value: Json) => isTree(value) && Object.keys(value).length === 0;

function isBelow(path: readonly (string | number)[], open: readonly string[]): boolean {
  return (
    path.length >= open.length && open.every((step, index) => step === "*" || step === String(path[index]))
  );
}

function isChartValue([root, ...path]: readonly (string | number)[]): boolean {
  let here: Json | undefined = chartValues;
  for (const step of path) here = isTree(here) ? here[step] : undefined;
  return root === "values" && here !== undefined && !isTree(here);
}
