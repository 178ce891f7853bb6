import { ISTIO_NAMESPACE } from "./labels.ts";
import type { InstallSettings } from "./settings.ts";
import { isTree, merged, type Tree, treeAt } from "./tree.ts";

/** The `values` key of ConfigMap istio-sidecar-injector: what the injector reads at every injection. */
export function injectorValues(settings: InstallSettings): string {
  const { global, sidecarInjectorWebhook } = settings.values;
  const values = merged(fixedValues(settings), {
    global: treeAt(global),
    sidecarInjectorWebhook: treeAt(sidecarInjectorWebhook),
  });
  return JSON.stringify(sorted(values), null, 2);
}

/** As Go writes a mapping: by key, at every level. */
function sorted(tree: Tree): Tree {
  const entries = Object.entries(tree).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, value]) => [key, isTree(value) ? sorted(value) : value]));
}

/** What an installation cannot change here. */
function fixedValues({ hub, tag, revision, gates }: InstallSettings): Tree {
  return {
    global: {
      autoscalingv2API: true,
      caAddress: "",
      hub,
      istioNamespace: ISTIO_NAMESPACE,
      istiod: { enableAnalysis: false },
      jwtPolicy: "third-party-jwt",
      meshID: "",
      multiCluster: { clusterName: "", enabled: false },
      network: "",
      pilotCertProvider: "istiod",
      proxy: {
        autoInject: "enabled",
        clusterDomain: "cluster.local",
        enableCoreDump: false,
        excludeIPRanges: "",
        excludeInboundPorts: "",
        excludeOutboundPorts: "",
        image: "proxyv2",
        includeIPRanges: "*",
        includeInboundPorts: "*",
        includeOutboundPorts: "",
        privileged: false,
        readinessInitialDelaySeconds: 0,
        startupProbe: { enabled: true },
        statusPort: 15020,
        tracer: gates.zipkinByDefault ? "zipkin" : "none",
      },
      proxy_init: { image: "proxyv2" },
      tag,
      variant: "",
    },
    istio_cni: { enabled: false },
    revision,
    sidecarInjectorWebhook: {
      alwaysInjectSelector: [],
      defaultTemplates: [],
      injectedAnnotations: {},
      neverInjectSelector: [],
      templates: {},
    },
  };
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
