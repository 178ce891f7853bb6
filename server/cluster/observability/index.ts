export { type PrometheusAddonOptions, prometheusAddon } from "./manifests.ts";
export {
  createConfigReloadProgram,
  createPrometheusProgram,
  type PrometheusDeps,
} from "./prometheus/index.ts";
