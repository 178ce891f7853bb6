import type { KubeObject } from "../../apimachinery/index.ts";
import { injectorConfig, injectorValues } from "./injector-config.ts";
import { ISTIO_NAMESPACE, notAmbient, ofRevision } from "./labels.ts";
import { meshConfigText } from "./mesh-config.ts";
import type { InstallSettings, WorkloadSettings } from "./settings.ts";

/** Every istiod but the default one is told apart by its revision. */
function selector({ revision }: InstallSettings): Readonly<Record<string, string>> {
  return revision ? { app: "istiod", "istio.io/rev": revision } : { app: "istiod", istio: "pilot" };
}

const LABELS = { app: "istiod", istio: "pilot", release: "istio" } as const;

const SERVICE_PORTS = [
  { name: "grpc-xds", port: 15010, protocol: "TCP", targetPort: 15010 },
  { name: "https-dns", port: 15012, protocol: "TCP", targetPort: 15012 },
  { name: "https-webhook", port: 443, protocol: "TCP", targetPort: 15017 },
  { name: "http-monitoring", port: 15014, protocol: "TCP", targetPort: 15014 },
] as const;

export function configMaps(settings: InstallSettings): readonly KubeObject[] {
  const metadata = (name: string) => ({
    name: ofRevision(name, settings.revision),
    namespace: ISTIO_NAMESPACE,
    labels: { release: "istio" },
  });
  return [
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: metadata("istio"),
      data: { mesh: meshConfigText(settings), meshNetworks: "networks: {}" },
    },
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: metadata("istio-sidecar-injector"),
      data: { config: injectorConfig(), values: injectorValues(settings) },
    },
    ...(settings.gates.valuesConfigMap ? [valuesConfigMap(settings)] : []),
  ];
}

function valuesConfigMap(settings: InstallSettings): KubeObject {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: ofRevision("values", settings.revision),
      namespace: ISTIO_NAMESPACE,
      labels: { release: "istio" },
    },
    data: {
      "original-values": JSON.stringify({ profile: settings.profile }, null, 2),
      "merged-values": injectorValues(settings),
    },
  };
}

function service(
  name: string,
  settings: InstallSettings,
  extra: Readonly<Record<string, string>>,
): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: ISTIO_NAMESPACE, labels: { ...LABELS, ...extra } },
    spec: { ports: SERVICE_PORTS, selector: selector(settings) },
  };
}

export function istiodServices(settings: InstallSettings): readonly KubeObject[] {
  const own = service(ofRevision("istiod", settings.revision), settings, {});
  if (!settings.gates.revisionTagService || settings.revision) return [own];
  return [own, service("istiod-revision-tag-default", settings, { "istio.io/tag": "default" })];
}

/** For a Deployment of the same name. */
export function autoscaler(
  name: string,
  { autoscale }: WorkloadSettings,
  meta: Readonly<Record<string, string>>,
): readonly KubeObject[] {
  if (!autoscale) return [];
  const { min, max, cpu } = autoscale;
  const target = { type: "Utilization", averageUtilization: cpu };
  return [
    {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name, namespace: ISTIO_NAMESPACE, labels: { ...meta, release: "istio" } },
      spec: {
        maxReplicas: max,
        minReplicas: min,
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
        metrics: [{ type: "Resource", resource: { name: "cpu", target } }],
      },
    },
  ];
}

export function disruptionBudget(name: string, matchLabels: Readonly<Record<string, string>>): KubeObject {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name, namespace: ISTIO_NAMESPACE, labels: { ...matchLabels, release: "istio" } },
    spec: { minAvailable: 1, selector: { matchLabels } },
  };
}

/** What is decided of istiod's numbers beside its Deployment. */
export function istiodScale(settings: InstallSettings): readonly KubeObject[] {
  const { gates, pilot, revision } = settings;
  const name = ofRevision("istiod", revision);
  const budget = gates.budgetForSingleReplica || pilot.autoscale !== undefined;
  return [
    ...(budget ? [disruptionBudget(name, selector(settings))] : []),
    ...autoscaler(name, pilot, { app: "istiod" }),
  ];
}

const fromField = (name: string, fieldPath: string) => ({
  name,
  valueFrom: { fieldRef: { apiVersion: "v1", fieldPath } },
});

const fromLimit = (name: string, resource: string) => ({
  name,
  valueFrom: { resourceFieldRef: { resource } },
});

function environment({ pilot, revision, gates }: InstallSettings): readonly object[] {
  return [
    { name: "REVISION", value: revision || "default" },
    ...(gates.jwtPolicyEnv ? [{ name: "JWT_POLICY", value: "third-party-jwt" }] : []),
    { name: "PILOT_CERT_PROVIDER", value: "istiod" },
    fromField("POD_NAME", "metadata.name"),
    fromField("POD_NAMESPACE", "metadata.namespace"),
    fromField("SERVICE_ACCOUNT", "spec.serviceAccountName"),
    { name: "KUBECONFIG", value: "/var/run/secrets/remote/config" },
    ...Object.entries(pilot.env).map(([name, value]) => ({ name, value })),
    { name: "PILOT_TRACE_SAMPLING", value: String(pilot.traceSampling) },
    { name: "PILOT_ENABLE_ANALYSIS", value: "false" },
    { name: "CLUSTER_ID", value: "Kubernetes" },
    ...(gates.istiodPortsNamed
      ? [{ name: "CA_TRUSTED_NODE_ACCOUNTS", value: `${ISTIO_NAMESPACE}/ztunnel` }]
      : [fromLimit("GOMEMLIMIT", "limits.memory")]),
    fromLimit("GOMAXPROCS", "limits.cpu"),
    { name: "PLATFORM", value: "" },
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

const argumentsOf = ({ pilot }: InstallSettings): readonly string[] => [
  "discovery",
  "--monitoringAddr=:15014",
  `--log_output_level=${pilot.logLevel}`,
  "--domain",
  "cluster.local",
  "--keepaliveMaxServerConnectionAge",
  "30m",
];

export function istiodDeployment(settings: InstallSettings): KubeObject {
  const { gates, pilot, revision } = settings;
  const name = ofRevision("istiod", revision);
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: ISTIO_NAMESPACE, labels: LABELS },
    spec: {
      ...(pilot.replicas === undefined ? {} : { replicas: pilot.replicas }),
      strategy: { rollingUpdate: { maxSurge: "100%", maxUnavailable: "25%" } },
      selector: { matchLabels: revision ? selector(settings) : { istio: "pilot" } },
      template: {
        metadata: {
          labels: {
            app: "istiod",
            istio: revision ? "istiod" : "pilot",
            "install.operator.istio.io/owning-resource": "unknown",
            "istio.io/rev": revision || "default",
            "operator.istio.io/component": "Pilot",
            "sidecar.istio.io/inject": "false",
            ...notAmbient(gates),
          },
          annotations: {
            ...(gates.dataplaneModeLabel ? {} : { "ambient.istio.io/redirection": "disabled" }),
            "prometheus.io/port": "15014",
            "prometheus.io/scrape": "true",
            "sidecar.istio.io/inject": "false",
          },
        },
        spec: {
          serviceAccountName: name,
          containers: [discoveryContainer(settings)],
          ...(gates.istiodPortsNamed && {
            tolerations: [{ key: "cni.istio.io/not-ready", operator: "Exists" }],
          }),
          volumes: VOLUMES,
        },
      },
    },
  };
}

const PORTS = [8080, 15010, 15017].map((containerPort) => ({ containerPort, protocol: "TCP" }));
const NAMED_PORTS = [
  { name: "http-debug", containerPort: 8080, protocol: "TCP" },
  { name: "grpc-xds", containerPort: 15010, protocol: "TCP" },
  { name: "tls-xds", containerPort: 15012, protocol: "TCP" },
  { name: "https-webhooks", containerPort: 15017, protocol: "TCP" },
  { name: "http-monitoring", containerPort: 15014, protocol: "TCP" },
] as const;

function discoveryContainer(settings: InstallSettings): object {
  return {
    name: "discovery",
    image: `${settings.hub}/pilot:${settings.tag}`,
    args: argumentsOf(settings),
    ports: settings.gates.istiodPortsNamed ? NAMED_PORTS : PORTS,
    readinessProbe: {
      httpGet: { path: "/ready", port: 8080 },
      initialDelaySeconds: 1,
      periodSeconds: 3,
      timeoutSeconds: 5,
    },
    env: environment(settings),
    resources: settings.pilot.resources,
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      capabilities: { drop: ["ALL"] },
    },
    volumeMounts: VOLUME_MOUNTS,
  };
}
