export { ChangePanel } from "./lazy-panel.tsx";
export { TickRow } from "./tick-row.tsx";
export { type TimelineUse, useTimeline } from "./use-timeline.ts";
