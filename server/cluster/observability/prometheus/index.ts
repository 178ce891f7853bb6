export { createConfigReloadProgram, createPrometheusProgram, type PrometheusDeps } from "./program.ts";
