export { openKeepsakes } from "./keepsakes.ts";
export type { ShellCommand } from "./shell.ts";
export { TerminalStore, type TerminalStoreDeps } from "./terminal-store.ts";
export type { ViewerSink } from "./viewer.ts";
