import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { limits } from "./limits.ts";

/** Changes with every file of a content folder that is written, comes or goes. Reads no file. */
export async function stateOf(contentDir: string): Promise<string> {
  const hash = createHash("sha256");
  const entries = await readdir(path.join(contentDir, "workshops"), { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => one.isFile()).slice(0, limits.watchedFiles)) {
    const file = path.join(entry.parentPath, entry.name);
    // Editors replace files: one may be gone for a moment, which is a change too.
    const found = await stat(file).catch(() => undefined);
    hash.update(`${file} ${found?.mtimeMs} ${found?.size}\n`);
  }
  return hash.digest("hex").slice(0, 16);
}
