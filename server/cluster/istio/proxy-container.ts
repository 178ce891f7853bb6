import type { VersionGates } from "./versions.ts";

/**
 * What a container of the proxy image needs wherever it runs: beside an application (injected) or alone (a gateway).
 * Orders are upstream's; learners read them with `kubectl get pod -o yaml`.
 */
export interface EnvironmentVariable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: object;
}

const fromField = (name: string, fieldPath: string): EnvironmentVariable => ({
  name,
  valueFrom: { fieldRef: { fieldPath } },
});

const fromResource = (name: string, resource: string): EnvironmentVariable => ({
  name,
  valueFrom: { resourceFieldRef: { resource } },
});

export interface ProxyEnvironment {
  readonly gates: VersionGates;
  readonly workload: string;
  /** `kubernetes://apis/apps/v1/namespaces/<ns>/deployments/<name>`. */
  readonly owner: string;
  /** PROXY_CONFIG: the pod's own proxy settings as JSON. */
  readonly proxyConfig?: string;
  /** Between PROXY_CONFIG and GOMEMLIMIT: what is known of the application. */
  readonly middle: readonly EnvironmentVariable[];
  readonly meshId?: string;
  readonly trustDomain?: string;
  /** Whose istiod it asks; empty for the default one. */
  readonly revision?: string | undefined;
  readonly after?: readonly EnvironmentVariable[];
}

export function proxyEnvironment(of: ProxyEnvironment): readonly EnvironmentVariable[] {
  const trustDomain = of.trustDomain ?? "cluster.local";
  const istiod = of.revision ? `istiod-${of.revision}` : "istiod";
  return [
    ...(of.gates.jwtPolicyEnv ? [{ name: "JWT_POLICY", value: "third-party-jwt" }] : []),
    { name: "PILOT_CERT_PROVIDER", value: "istiod" },
    { name: "CA_ADDR", value: `${istiod}.istio-system.svc:15012` },
    fromField("POD_NAME", "metadata.name"),
    fromField("POD_NAMESPACE", "metadata.namespace"),
    fromField("INSTANCE_IP", "status.podIP"),
    fromField("SERVICE_ACCOUNT", "spec.serviceAccountName"),
    fromField("HOST_IP", "status.hostIP"),
    fromResource("ISTIO_CPU_LIMIT", "limits.cpu"),
    { name: "PROXY_CONFIG", value: of.proxyConfig ?? "{}\n" },
    ...of.middle,
    fromResource("GOMEMLIMIT", "limits.memory"),
    fromResource("GOMAXPROCS", "limits.cpu"),
    { name: "ISTIO_META_CLUSTER_ID", value: "Kubernetes" },
    fromField("ISTIO_META_NODE_NAME", "spec.nodeName"),
    { name: "ISTIO_META_INTERCEPTION_MODE", value: "REDIRECT" },
    { name: "ISTIO_META_WORKLOAD_NAME", value: of.workload },
    { name: "ISTIO_META_OWNER", value: of.owner },
    { name: "ISTIO_META_MESH_ID", value: of.meshId ?? trustDomain },
    { name: "TRUST_DOMAIN", value: trustDomain },
    ...(of.after ?? []),
  ];
}

export function proxyVolumes(gates: VersionGates): readonly { readonly name: string }[] {
  const volumes: { readonly name: string; readonly [source: string]: unknown }[] = [
    { name: "workload-socket", emptyDir: {} },
    { name: "credential-socket", emptyDir: {} },
    { name: "workload-certs", emptyDir: {} },
    { name: "istio-envoy", emptyDir: { medium: "Memory" } },
    { name: "istio-data", emptyDir: {} },
    {
      name: "istio-podinfo",
      downwardAPI: {
        items: [
          { fieldRef: { fieldPath: "metadata.labels" }, path: "labels" },
          { fieldRef: { fieldPath: "metadata.annotations" }, path: "annotations" },
        ],
      },
    },
    {
      name: "istio-token",
      projected: {
        sources: [
          { serviceAccountToken: { audience: "istio-ca", expirationSeconds: 43200, path: "istio-token" } },
        ],
      },
    },
    { name: "istiod-ca-cert", configMap: { name: "istio-ca-root-cert" } },
  ];
  if (gates.caRevocationList)
    volumes.push({ name: "istio-ca-crl", configMap: { name: "istio-ca-crl", optional: true } });
  return volumes;
}

export function proxyVolumeMounts(
  gates: VersionGates,
): readonly { readonly name: string; readonly mountPath: string }[] {
  return [
    { name: "workload-socket", mountPath: "/var/run/secrets/workload-spiffe-uds" },
    { name: "credential-socket", mountPath: "/var/run/secrets/credential-uds" },
    { name: "workload-certs", mountPath: "/var/run/secrets/workload-spiffe-credentials" },
    { name: "istiod-ca-cert", mountPath: "/var/run/secrets/istio" },
    ...(gates.caRevocationList ? [{ name: "istio-ca-crl", mountPath: "/var/run/secrets/istio/crl" }] : []),
    { name: "istio-data", mountPath: "/var/lib/istio/data" },
    { name: "istio-envoy", mountPath: "/etc/istio/proxy" },
    { name: "istio-token", mountPath: "/var/run/secrets/tokens" },
    { name: "istio-podinfo", mountPath: "/etc/istio/pod" },
  ];
}
