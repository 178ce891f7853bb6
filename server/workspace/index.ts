export { leanMemory } from "./lean.ts";
export { MAX_SOCKET_PATH } from "./limits.ts";
export { AlreadyOwned, isAlive, lockOwner, takeLock } from "./lock.ts";
export {
  type Isolation,
  openParents,
  openSandbox,
  quotaNames,
  readQuotas,
  systemMounts,
  systemProgram,
} from "./sandbox/index.ts";
export { privateSocketPath } from "./socket-path.ts";
