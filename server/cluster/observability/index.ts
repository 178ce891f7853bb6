export { type PrometheusAddonOptions, prometheusAddon } from "./manifests.ts";
export { type ObservabilityDeps, observabilityPrograms } from "./programs.ts";
