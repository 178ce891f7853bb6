export { noWall } from "./no-wall.ts";
export { type IsolationFound, noIsolation, type ProbeOptions, probeIsolation } from "./probe.ts";
export { foldersOf, readablePaths } from "./readable.ts";
export type { HostCommand, HostRoom, Wall } from "./wall.ts";
