export { prometheusAddon, type PrometheusAddonOptions } from "./manifests.ts";
export { createConfigReloadProgram, createPrometheusProgram, type PrometheusDeps } from "./prometheus/index.ts";
