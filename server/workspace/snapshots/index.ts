export { makeSnapshot, type SnapshotMaker } from "./make.ts";
export { restoreFiles } from "./restore-files.ts";
export { findSnapshot, type Snapshot, type SnapshotSource, snapshotName } from "./store.ts";
