export { noWall } from "./no-wall.ts";
export { type IsolationFound, type ProbeOptions, probeIsolation } from "./probe.ts";
export type { HostCommand, HostRoom, Wall } from "./wall.ts";
