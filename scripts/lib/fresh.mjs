// Which work is already done: a stage leaves the hash of what it read, and is skipped while that hash holds.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { cacheDir, inRoot } from "./paths.mjs";

const skipped = new Set(["node_modules", ".next", "dist", ".cache", ".data", "generated", "test-results"]);

function* files(entry) {
  let children;
  try {
    children = readdirSync(entry, { withFileTypes: true });
  } catch (error) {
    if (error.code === "ENOTDIR") yield entry;
    else if (error.code !== "ENOENT") throw error;
    return;
  }
  for (const child of children.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (skipped.has(child.name) || /\.test\.(ts|tsx|mjs)$/.test(child.name)) continue;
    yield* files(path.join(entry, child.name));
  }
}

/**
 * Hash over names and contents of files and folders (relative to the root), plus any extra text. Reads a thousand small
 * files before every start: one after the other without awaiting takes a tenth of the time.
 */
export function fingerprint(entries, extra = "") {
  const hash = createHash("sha256").update(extra);
  for (const entry of entries)
    for (const file of files(inRoot(entry))) hash.update(`\0${file}\0`).update(readFileSync(file));
  return hash.digest("hex");
}

const stampFile = (stage) => path.join(cacheDir, "stamps", stage);

/** Runs `work` unless `stage` was last done with the same hash and everything in `needs` still exists. */
export async function unlessFresh(stage, hash, { needs, work }) {
  const last = await readFile(stampFile(stage), "utf8").catch(() => "");
  const there = needs.every((file) => existsSync(inRoot(file)));
  if (last === hash && there) return "up to date";
  await work();
  await mkdir(path.dirname(stampFile(stage)), { recursive: true });
  await writeFile(stampFile(stage), hash);
  return "done";
}
