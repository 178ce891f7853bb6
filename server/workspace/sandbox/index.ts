export {
  type Enclosure,
  type Isolation,
  NoSandbox,
  noEnclosure,
  openSandbox,
  type Program,
  sharedEnclosure,
} from "./enclosure.ts";
export { innermost } from "./processes.ts";
export { watchQuotas } from "./quota-watch.ts";
export { type Quotas, quotaNames, readQuotas } from "./quotas.ts";
export { openParents, systemMounts, systemProgram } from "./system-view.ts";
