export { TrafficPanel } from "./lazy-panel.tsx";
export { type TrafficRun, useTrafficRun } from "./use-traffic.ts";
