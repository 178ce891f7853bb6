export { AlreadyOwned, isAlive, lockOwner, takeLock } from "./lock.ts";
export { privateSocketPath } from "./socket-path.ts";
