export { AlreadyOwned, isAlive, lockOwner, takeLock } from "./lock.ts";
