export { type FileStorage, type FileStorageDeps, openFileStorage } from "./file-journal.ts";
export { type Journal, Storage, type StorageState } from "./storage.ts";
export {
  type Change,
  Compacted,
  type Comparison,
  type KeyValue,
  type Operation,
  type Range,
} from "./types.ts";
