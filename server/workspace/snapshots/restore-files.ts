import { type LayOptions, overlayFiles } from "../files/index.ts";
import type { Snapshot } from "./store.ts";

/**
 * Lays what the preparation made over the learner's folder. Certificates and keys replace others: the restored cluster
 * holds them too. All else of the learner's stays.
 */
export function restoreFiles({ files }: Snapshot, to: LayOptions): void {
  overlayFiles(files, to);
}
