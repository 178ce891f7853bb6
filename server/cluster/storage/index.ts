export { type FileStorage, type FileStorageDeps, openFileStorage } from "./file-journal.ts";
export { holdsState, recover as recoverState, SNAPSHOT } from "./recovery.ts";
export { writeSnapshot } from "./snapshot-file.ts";
export { type Journal, Storage, type StorageState } from "./storage.ts";
export {
  type Change,
  Compacted,
  type Comparison,
  type KeyValue,
  type Operation,
  type Range,
} from "./types.ts";
