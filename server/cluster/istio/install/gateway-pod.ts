import { ISTIO_NAMESPACE, ofRevision } from "./labels.ts";
import type { InstallSettings } from "./settings.ts";
import { treeAt } from "./tree.ts";

// What the proxy of a gateway is given: as a sidecar is, but from the gateways' own charts, with their names and orders
// (manifests/charts/gateways/*/templates/deployment.yaml).

const fromField = (name: string, fieldPath: string) => ({
  name,
  valueFrom: { fieldRef: { apiVersion: "v1", fieldPath } },
});

export function environment(workload: string, settings: InstallSettings): readonly object[] {
  const { gates, meshConfig, revision } = settings;
  const trustDomain = String(meshConfig.trustDomain ?? "cluster.local");
  const metadata = Object.entries(treeAt(meshConfig, "defaultConfig", "proxyMetadata"));
  return [
    ...(gates.jwtPolicyEnv ? [{ name: "JWT_POLICY", value: "third-party-jwt" }] : []),
    { name: "PILOT_CERT_PROVIDER", value: "istiod" },
    { name: "CA_ADDR", value: `${ofRevision("istiod", revision)}.${ISTIO_NAMESPACE}.svc:15012` },
    fromField("NODE_NAME", "spec.nodeName"),
    fromField("POD_NAME", "metadata.name"),
    fromField("POD_NAMESPACE", "metadata.namespace"),
    fromField("INSTANCE_IP", "status.podIP"),
    fromField("HOST_IP", "status.hostIP"),
    { name: "ISTIO_CPU_LIMIT", valueFrom: { resourceFieldRef: { resource: "limits.cpu" } } },
    fromField("SERVICE_ACCOUNT", "spec.serviceAccountName"),
    { name: "ISTIO_META_WORKLOAD_NAME", value: workload },
    {
      name: "ISTIO_META_OWNER",
      value: `kubernetes://apis/apps/v1/namespaces/${ISTIO_NAMESPACE}/deployments/${workload}`,
    },
    { name: "ISTIO_META_MESH_ID", value: trustDomain },
    { name: "TRUST_DOMAIN", value: trustDomain },
    { name: "ISTIO_META_UNPRIVILEGED_POD", value: "true" },
    ...metadata.map(([name, value]) => ({ name, value: String(value) })),
    { name: "ISTIO_META_CLUSTER_ID", value: "Kubernetes" },
    fromField("ISTIO_META_NODE_NAME", "spec.nodeName"),
  ];
}

const TOKEN = { audience: "istio-ca", expirationSeconds: 43200, path: "istio-token" } as const;

export function volumes(role: string, { revision }: InstallSettings): readonly object[] {
  const fromMetadata = (path: string) => ({ path, fieldRef: { fieldPath: `metadata.${path}` } });
  return [
    { name: "workload-socket", emptyDir: {} },
    { name: "credential-socket", emptyDir: {} },
    { name: "workload-certs", emptyDir: {} },
    { name: "istiod-ca-cert", configMap: { name: "istio-ca-root-cert" } },
    { name: "podinfo", downwardAPI: { items: [fromMetadata("labels"), fromMetadata("annotations")] } },
    { name: "istio-envoy", emptyDir: {} },
    { name: "istio-data", emptyDir: {} },
    { name: "istio-token", projected: { sources: [{ serviceAccountToken: TOKEN }] } },
    { name: "config-volume", configMap: { name: ofRevision("istio", revision), optional: true } },
    { name: `${role}-certs`, secret: { secretName: `istio-${role}-certs`, optional: true } },
    { name: `${role}-ca-certs`, secret: { secretName: `istio-${role}-ca-certs`, optional: true } },
  ];
}

export function volumeMounts(role: string): readonly object[] {
  return [
    { name: "workload-socket", mountPath: "/var/run/secrets/workload-spiffe-uds" },
    { name: "credential-socket", mountPath: "/var/run/secrets/credential-uds" },
    { name: "workload-certs", mountPath: "/var/run/secrets/workload-spiffe-credentials" },
    { name: "istio-envoy", mountPath: "/etc/istio/proxy" },
    { name: "config-volume", mountPath: "/etc/istio/config" },
    { name: "istiod-ca-cert", mountPath: "/var/run/secrets/istio" },
    { name: "istio-token", mountPath: "/var/run/secrets/tokens", readOnly: true },
    { name: "istio-data", mountPath: "/var/lib/istio/data" },
    { name: "podinfo", mountPath: "/etc/istio/pod" },
    { name: `${role}-certs`, mountPath: `/etc/istio/${role}-certs`, readOnly: true },
    { name: `${role}-ca-certs`, mountPath: `/etc/istio/${role}-ca-certs`, readOnly: true },
  ];
}
