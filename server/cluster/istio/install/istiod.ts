import type { KubeObject } from "../../apimachinery/index.ts";
import type { VersionGates } from "../versions.ts";
import { injectorConfig, injectorValues } from "./injector-config.ts";
import { HUB, ISTIO_NAMESPACE } from "./labels.ts";
import { meshConfigText } from "./mesh-config.ts";
import type { Profile } from "./profile.ts";

const SELECTOR = { app: "istiod", istio: "pilot" } as const;
const LABELS = { ...SELECTOR, release: "istio" } as const;

const SERVICE_PORTS = [
  { name: "grpc-xds", port: 15010, protocol: "TCP", targetPort: 15010 },
  { name: "https-dns", port: 15012, protocol: "TCP", targetPort: 15012 },
  { name: "https-webhook", port: 443, protocol: "TCP", targetPort: 15017 },
  { name: "http-monitoring", port: 15014, protocol: "TCP", targetPort: 15014 },
] as const;

export function configMaps(profile: Profile, gates: VersionGates): readonly KubeObject[] {
  const metadata = (name: string, labels: Readonly<Record<string, string>> = {}) => ({
    name,
    namespace: ISTIO_NAMESPACE,
    labels: { release: "istio", ...labels },
  });
  return [
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: metadata("istio"),
      data: { mesh: meshConfigText(profile, gates), meshNetworks: "networks: {}" },
    },
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: metadata("istio-sidecar-injector"),
      data: { config: injectorConfig(), values: injectorValues(profile, gates) },
    },
    ...(gates.valuesConfigMap ? [valuesConfigMap(profile, gates)] : []),
  ];
}

function valuesConfigMap(profile: Profile, gates: VersionGates): KubeObject {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "values", namespace: ISTIO_NAMESPACE, labels: { release: "istio" } },
    data: {
      "original-values": JSON.stringify({ profile: profile.name }, null, 2),
      "merged-values": injectorValues(profile, gates),
    },
  };
}

function service(name: string, labels: Readonly<Record<string, string>>): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: ISTIO_NAMESPACE, labels: { ...LABELS, ...labels } },
    spec: { ports: SERVICE_PORTS, selector: SELECTOR },
  };
}

export function istiodServices(gates: VersionGates): readonly KubeObject[] {
  return [
    service("istiod", {}),
    ...(gates.revisionTagService
      ? [service("istiod-revision-tag-default", { "istio.io/tag": "default" })]
      : []),
  ];
}

export function disruptionBudget(name: string, selector: Readonly<Record<string, string>>): KubeObject {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name, namespace: ISTIO_NAMESPACE, labels: { ...selector, release: "istio" } },
    spec: { minAvailable: 1, selector: { matchLabels: selector } },
  };
}

export function istiodBudget(): KubeObject {
  return disruptionBudget("istiod", SELECTOR);
}

const fromField = (name: string, fieldPath: string) => ({
  name,
  valueFrom: { fieldRef: { apiVersion: "v1", fieldPath } },
});

function environment(profile: Profile): readonly object[] {
  return [
    { name: "REVISION", value: "default" },
    { name: "PILOT_CERT_PROVIDER", value: "istiod" },
    fromField("POD_NAME", "metadata.name"),
    fromField("POD_NAMESPACE", "metadata.namespace"),
    fromField("SERVICE_ACCOUNT", "spec.serviceAccountName"),
    { name: "KUBECONFIG", value: "/var/run/secrets/remote/config" },
    { name: "PILOT_TRACE_SAMPLING", value: String(profile.traceSampling) },
    { name: "PILOT_ENABLE_ANALYSIS", value: "false" },
    { name: "CLUSTER_ID", value: "Kubernetes" },
  ];
}

const VOLUMES = [
  { name: "local-certs", emptyDir: { medium: "Memory" } },
  {
    name: "istio-token",
    projected: {
      sources: [
        { serviceAccountToken: { audience: "istio-ca", expirationSeconds: 43200, path: "istio-token" } },
      ],
    },
  },
  { name: "cacerts", secret: { secretName: "cacerts", optional: true } },
  { name: "istio-kubeconfig", secret: { secretName: "istio-kubeconfig", optional: true } },
  { name: "istio-csr-dns-cert", secret: { secretName: "istiod-tls", optional: true } },
  {
    name: "istio-csr-ca-configmap",
    configMap: { name: "istio-ca-root-cert", defaultMode: 420, optional: true },
  },
] as const;

const VOLUME_MOUNTS = [
  { name: "istio-token", mountPath: "/var/run/secrets/tokens", readOnly: true },
  { name: "local-certs", mountPath: "/var/run/secrets/istio-dns" },
  { name: "cacerts", mountPath: "/etc/cacerts", readOnly: true },
  { name: "istio-kubeconfig", mountPath: "/var/run/secrets/remote", readOnly: true },
  { name: "istio-csr-dns-cert", mountPath: "/var/run/secrets/istiod/tls", readOnly: true },
  { name: "istio-csr-ca-configmap", mountPath: "/var/run/secrets/istiod/ca", readOnly: true },
] as const;

const ARGUMENTS = [
  "discovery",
  "--monitoringAddr=:15014",
  "--log_output_level=default:info",
  "--domain",
  "cluster.local",
  "--keepaliveMaxServerConnectionAge",
  "30m",
] as const;

export function istiodDeployment(profile: Profile, gates: VersionGates): KubeObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "istiod", namespace: ISTIO_NAMESPACE, labels: LABELS },
    spec: {
      ...(profile.autoscale ? {} : { replicas: 1 }),
      strategy: { rollingUpdate: { maxSurge: "100%", maxUnavailable: "25%" } },
      selector: { matchLabels: SELECTOR },
      template: {
        metadata: {
          labels: {
            ...SELECTOR,
            "install.operator.istio.io/owning-resource": "unknown",
            "istio.io/rev": "default",
            "operator.istio.io/component": "Pilot",
            "sidecar.istio.io/inject": "false",
          },
          annotations: {
            "ambient.istio.io/redirection": "disabled",
            "prometheus.io/port": "15014",
            "prometheus.io/scrape": "true",
            "sidecar.istio.io/inject": "false",
          },
        },
        spec: {
          serviceAccountName: "istiod",
          securityContext: { fsGroup: 1337 },
          containers: [discoveryContainer(profile, gates)],
          volumes: VOLUMES,
        },
      },
    },
  };
}

function discoveryContainer(profile: Profile, gates: VersionGates): object {
  return {
    name: "discovery",
    image: `${HUB}/pilot:${gates.version}`,
    args: ARGUMENTS,
    ports: [8080, 15010, 15017].map((containerPort) => ({ containerPort, protocol: "TCP" })),
    readinessProbe: {
      httpGet: { path: "/ready", port: 8080 },
      initialDelaySeconds: 1,
      periodSeconds: 3,
      timeoutSeconds: 5,
    },
    env: environment(profile),
    resources: { requests: profile.pilotRequests },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      capabilities: { drop: ["ALL"] },
    },
    volumeMounts: VOLUME_MOUNTS,
  };
}
