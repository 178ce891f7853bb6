import type { VersionGates } from "../versions.ts";
import { HUB, ISTIO_NAMESPACE } from "./labels.ts";
import type { Profile } from "./profile.ts";

/** The `values` key of ConfigMap istio-sidecar-injector: what the injector reads at every injection. */
export function injectorValues(profile: Profile, gates: VersionGates): string {
  const values = {
    global: {
      autoscalingv2API: true,
      caAddress: "",
      hub: HUB,
      istioNamespace: ISTIO_NAMESPACE,
      istiod: { enableAnalysis: false },
      jwtPolicy: "third-party-jwt",
      logging: { level: "default:info" },
      meshID: "",
      multiCluster: { clusterName: "", enabled: false },
      network: "",
      pilotCertProvider: "istiod",
      proxy: {
        autoInject: "enabled",
        clusterDomain: "cluster.local",
        componentLogLevel: "misc:error",
        enableCoreDump: false,
        excludeIPRanges: "",
        excludeInboundPorts: "",
        excludeOutboundPorts: "",
        holdApplicationUntilProxyStarts: false,
        image: "proxyv2",
        includeIPRanges: "*",
        includeInboundPorts: "*",
        includeOutboundPorts: "",
        logLevel: "warning",
        privileged: false,
        readinessFailureThreshold: 4,
        readinessInitialDelaySeconds: 0,
        readinessPeriodSeconds: 15,
        resources: { limits: { cpu: "2", memory: "1Gi" }, requests: profile.proxyRequests },
        startupProbe: { enabled: true, failureThreshold: 600 },
        statusPort: 15020,
        tracer: gates.zipkinByDefault ? "zipkin" : "none",
      },
      proxy_init: { image: "proxyv2" },
      tag: gates.version,
      variant: "",
    },
    istio_cni: { enabled: false },
    revision: "",
    sidecarInjectorWebhook: {
      alwaysInjectSelector: [],
      defaultTemplates: [],
      enableNamespacesByDefault: false,
      injectedAnnotations: {},
      neverInjectSelector: [],
      rewriteAppHTTPProbe: true,
      templates: {},
    },
  };
  return JSON.stringify(values, null, 2);
}

/** The `config` key. The pod's shape is built by istiod itself from the values; here stands only what may be switched. */
export function injectorConfig(): string {
  return [
    "# defaultTemplates defines the default template to use for pods that do not explicitly specify a template",
    "defaultTemplates: [sidecar]",
    "policy: enabled",
    "alwaysInjectSelector:",
    "  []",
    "neverInjectSelector:",
    "  []",
    "injectedAnnotations:",
    "templates:",
    "  sidecar: built-in",
    "",
  ].join("\n");
}
