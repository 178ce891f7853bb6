import { chmodSync, type Dirent } from "node:fs";
import { lstat, opendir } from "node:fs/promises";
import path from "node:path";

export interface DiskSum {
  readonly bytes: number;
  readonly files: number;
}

/** What lies in the folders, as the disk counts it. Links are not followed; stops counting at `mostFiles`. */
export async function sumOf(folders: readonly string[], mostFiles: number): Promise<DiskSum> {
  const open = [...folders];
  let bytes = 0;
  let files = 0;
  for (let folder = open.pop(); folder !== undefined && files < mostFiles; folder = open.pop()) {
    for await (const entry of entriesOf(folder)) {
      const file = path.join(folder, entry.name);
      files++;
      bytes += await lstat(file).then(
        ({ blocks }) => blocks * 512,
        () => 0, // removed meanwhile
      );
      if (entry.isDirectory()) open.push(file);
      if (files >= mostFiles) break;
    }
  }
  return { bytes, files };
}

/** A folder that its owner has closed is opened again: what is in it counts, too. */
async function* entriesOf(folder: string): AsyncGenerator<Dirent> {
  const opened = await opendir(folder).catch(async (error: unknown) => {
    if (!(error instanceof Error && "code" in error && error.code === "EACCES")) return undefined;
    try {
      chmodSync(folder, 0o700);
      return await opendir(folder);
    } catch {
      return undefined; // not the learner's, or removed meanwhile
    }
  });
  if (opened) yield* opened;
}
