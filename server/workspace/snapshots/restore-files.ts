import { cpSync, existsSync } from "node:fs";
import type { Snapshot } from "./store.ts";

/**
 * Lays what the preparation made over the learner's folder. Certificates and keys replace others: the restored cluster
 * holds them too. All else of the learner's stays.
 */
export function restoreFiles({ files }: Snapshot, folder: string): void {
  if (existsSync(files)) cpSync(files, folder, { recursive: true, force: true, verbatimSymlinks: true });
}
