import { open, rename } from "node:fs/promises";
import { SNAPSHOT_BATCH } from "./limits.ts";
import { formatLine, itemRecord } from "./record.ts";
import type { StorageState } from "./storage.ts";

/** Writes a whole state as one file, in batches; the file is there complete or not at all. */
export async function writeSnapshot(path: string, { revision, items }: StorageState<object>): Promise<void> {
  const file = await open(`${path}.tmp`, "w", 0o600);
  try {
    await file.appendFile(formatLine({ revision, items: items.length }));
    for (let start = 0; start < items.length; start += SNAPSHOT_BATCH) {
      const batch = items.slice(start, start + SNAPSHOT_BATCH);
      await file.appendFile(batch.map((item) => formatLine(itemRecord(item))).join(""));
    }
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(`${path}.tmp`, path);
}
