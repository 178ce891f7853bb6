import type { VersionGates } from "../../versions.ts";
import type { Tree } from "../tree.ts";

// The configuration profiles of a release: what each says otherwise than `default` (manifests/profiles/*.yaml), and the
// chart values that come with one by `values.profile` (manifests/charts/*/files/profile-*.yaml).

const gateway = (name: string, enabled: boolean): Tree => ({ name, enabled });
const noIngress: Tree = { ingressGateways: [gateway("istio-ingressgateway", false)] };

/** Spec of the default profile; hub and tag are the release's own. */
export const defaultProfile: Tree = {
  components: {
    base: { enabled: true },
    pilot: { enabled: true },
    ingressGateways: [gateway("istio-ingressgateway", true)],
    egressGateways: [gateway("istio-egressgateway", false)],
  },
  values: {
    defaultRevision: "",
    gateways: { "istio-egressgateway": {}, "istio-ingressgateway": {} },
    global: { configValidation: true, istioNamespace: "istio-system" },
  },
};

const remoteComponents: Tree = {
  base: { enabled: false },
  pilot: { enabled: false },
  istiodRemote: { enabled: true },
  ...noIngress,
};

export const profiles = {
  ambient: {
    components: { cni: { enabled: true }, ztunnel: { enabled: true }, ...noIngress },
    values: { profile: "ambient" },
  },
  default: {},
  demo: {
    components: { egressGateways: [gateway("istio-egressgateway", true)] },
    values: { profile: "demo" },
  },
  empty: { components: { base: { enabled: false }, pilot: { enabled: false }, ...noIngress } },
  external: {
    components: remoteComponents,
    values: {
      global: { configCluster: false, externalIstiod: true, omitSidecarInjectorConfigMap: true },
      pilot: { configMap: false },
      telemetry: { enabled: false },
    },
  },
  minimal: { components: noIngress },
  openshift: {
    components: { cni: { enabled: true, namespace: "kube-system" } },
    values: { profile: "openshift" },
  },
  preview: { values: { profile: "preview" } },
  remote: { components: remoteComponents },
} as const satisfies Readonly<Record<string, Tree>>;

export type UpstreamProfile = keyof typeof profiles;

/** Profiles whose objects the practice cluster can run. */
export type ProfileName = "default" | "demo" | "empty" | "minimal" | "preview";
export const PROFILE_NAMES: readonly ProfileName[] = ["default", "demo", "empty", "minimal", "preview"];
export const UPSTREAM_PROFILES: readonly string[] = Object.keys(profiles).sort();

export function isUpstreamProfile(name: string): name is UpstreamProfile {
  return Object.hasOwn(profiles, name);
}

/** A profile as a file of a release's manifests/profiles: what it says beyond the default one. */
export function profileFile(name: string): Tree {
  const head = { apiVersion: "install.istio.io/v1alpha1", kind: "IstioOperator" };
  if (name === "default") return { ...head, metadata: { namespace: "istio-system" }, spec: defaultProfile };
  return { ...head, spec: isUpstreamProfile(name) ? profiles[name] : {} };
}

const PORTS: readonly Tree[] = [
  { name: "status-port", port: 15021, targetPort: 15021 },
  { name: "http2", port: 80, targetPort: 8080 },
  { name: "https", port: 443, targetPort: 8443 },
];
const EXTRA_PORTS: readonly Tree[] = [
  { name: "tcp", port: 31400, targetPort: 31400 },
  { name: "tls", port: 15443, targetPort: 15443 },
];

const scaled: Tree = {
  autoscaleEnabled: true,
  autoscaleMin: 1,
  autoscaleMax: 5,
  cpu: { targetAverageUtilization: 80 },
};
const requests = (cpu: string, memory: string): Tree => ({ requests: { cpu, memory } });
const limits: Tree = { limits: { cpu: "2", memory: "1Gi" } };

const gatewayValues: Tree = {
  ...scaled,
  podAnnotations: {},
  resources: { ...requests("100m", "128Mi"), ...limits },
  serviceAnnotations: {},
};

/** The charts' values that an installation may change, with their defaults (manifests/charts/…/values.yaml). */
export const chartValues: Tree = {
  profile: "",
  gateways: {
    "istio-egressgateway": {
      ...gatewayValues,
      ports: PORTS.slice(1),
      type: "ClusterIP",
    },
    "istio-ingressgateway": {
      ...gatewayValues,
      ports: PORTS,
      type: "LoadBalancer",
    },
  },
  global: {
    configValidation: true,
    istioNamespace: "istio-system",
    logging: { level: "default:info" },
    proxy: {
      componentLogLevel: "misc:error",
      holdApplicationUntilProxyStarts: false,
      logLevel: "warning",
      readinessFailureThreshold: 4,
      readinessPeriodSeconds: 15,
      resources: { ...requests("100m", "128Mi"), ...limits },
      startupProbe: { failureThreshold: 600 },
    },
  },
  pilot: {
    ...scaled,
    env: {},
    replicaCount: 1,
    resources: requests("500m", "2048Mi"),
    traceSampling: 1,
  },
  sidecarInjectorWebhook: { enableNamespacesByDefault: false, rewriteAppHTTPProbe: true },
};

const small = requests("10m", "40Mi");

/** What `values.profile` brings into the charts' values. A profile that is not here brings nothing. */
export function chartProfile(name: string, gates: VersionGates): Tree {
  if (name === "preview")
    return { meshConfig: { defaultConfig: { proxyMetadata: { ISTIO_META_DNS_CAPTURE: "true" } } } };
  if (name !== "demo") return {};
  return {
    gateways: {
      "istio-egressgateway": { autoscaleEnabled: false, resources: small },
      "istio-ingressgateway": {
        autoscaleEnabled: false,
        ports: [...PORTS, ...EXTRA_PORTS],
        resources: small,
      },
    },
    global: { proxy: { resources: small } },
    meshConfig: { accessLogFile: "/dev/stdout", extensionProviders: extensionProviders(gates) },
    pilot: { autoscaleEnabled: false, resources: requests("10m", "100Mi"), traceSampling: 100 },
  };
}

/** Where telemetry may be sent if a Telemetry asks for it; nothing of it is installed. */
function extensionProviders(gates: VersionGates): readonly Tree[] {
  const [als, traces] = gates.zipkinByDefault
    ? ["istio-system", "otel-collector"]
    : ["observability", "observability"];
  const collector = (namespace: string) => `opentelemetry-collector.${namespace}.svc.cluster.local`;
  return [
    { name: "otel", envoyOtelAls: { port: 4317, service: collector(als) } },
    { name: "skywalking", skywalking: { port: 11800, service: "tracing.istio-system.svc.cluster.local" } },
    { name: "otel-tracing", opentelemetry: { port: 4317, service: collector(traces) } },
    ...(gates.zipkinByDefault
      ? []
      : [
          {
            name: "jaeger",
            opentelemetry: { port: 4317, service: "jaeger-collector.istio-system.svc.cluster.local" },
          },
        ]),
  ];
}
