import type { Transport } from "../client/index.ts";
import type { Program } from "../container/index.ts";
import { grafanaProgram } from "./grafana/index.ts";
import { jaegerProgram } from "./jaeger/index.ts";
import { createKialiProgram } from "./kiali/index.ts";
import { lokiProgram, lokiSidecarProgram } from "./loki/index.ts";
import { createConfigReloadProgram, createPrometheusProgram } from "./prometheus/index.ts";

export interface ObservabilityDeps {
  /** The API server as a pod's service account sees it. */
  readonly transportFor: (account: { readonly namespace: string; readonly name: string }) => Transport;
}

/** The images of Istio's telemetry add-ons. */
export function observabilityPrograms(deps: ObservabilityDeps): readonly Program[] {
  return [
    createPrometheusProgram(deps),
    createConfigReloadProgram(),
    jaegerProgram,
    grafanaProgram,
    createKialiProgram(deps),
    lokiProgram,
    lokiSidecarProgram,
  ];
}
