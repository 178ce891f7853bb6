export { metricsEndpoint } from "./endpoint.ts";
export type { GuardOptions } from "./guard.ts";
export { type MetricSources, type Metrics, startMetrics } from "./metrics.ts";
export { type Signal, signals } from "./signals.ts";
