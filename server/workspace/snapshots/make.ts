import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { chmod, copyFile, mkdir, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { SNAPSHOT_RENEW_MS } from "../limits.ts";
import { filesBelow, needsSnapshot, type SnapshotSource, snapshotName } from "./store.ts";

/** A fresh cluster and folder, and what prepares them for the lab. */
export interface SnapshotMaker {
  /** Prepares, ends the cluster so that it leaves its state in `packOut`, and says which folder the learner's was. */
  prepare(source: SnapshotSource, packOut: string): Promise<{ readonly folder: string; dispose(): void }>;
}

/** Makes a lab's prepared start unless there is one. Resolves with whether it was made. */
export async function makeSnapshot(
  dir: string,
  source: SnapshotSource,
  maker: SnapshotMaker,
): Promise<"made" | "there" | "not needed"> {
  if (!needsSnapshot(source)) return "not needed";
  const name = await snapshotName(source);
  const made = statSync(path.join(dir, name), { throwIfNoEntry: false });
  if (made && Date.now() - made.mtimeMs < SNAPSHOT_RENEW_MS) return "there";
  mkdirSync(dir, { recursive: true, mode: 0o755 });
  const making = mkdtempSync(path.join(dir, ".making-"));
  try {
    const prepared = await maker.prepare(source, path.join(making, "cluster"));
    try {
      await keepNewFiles(prepared.folder, source.filesDir, path.join(making, "files"));
    } finally {
      prepared.dispose();
    }
    const before = readdirSync(dir).filter((one) => one.startsWith(`${source.lab}_${source.istioVersion}_`));
    for (const old of before) rmSync(path.join(dir, old), { recursive: true, force: true });
    await letRead(making);
    renameSync(making, path.join(dir, name));
    return "made";
  } finally {
    if (existsSync(making)) rmSync(making, { recursive: true, force: true });
  }
}

/** Workspaces may run as users of their own; who may come here at all is said by the folder above. */
async function letRead(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const runs = entry.isDirectory() || (statSync(file).mode & 0o100) !== 0;
    await chmod(file, runs ? 0o755 : 0o644);
  }
}

/** What the folder has that the workshop's files have not, or have otherwise. */
async function keepNewFiles(folder: string, filesDir: string, into: string): Promise<void> {
  for (const file of await filesBelow(folder)) {
    const from = path.join(folder, file);
    if (await same(from, path.join(filesDir, file))) continue;
    const to = path.join(into, file);
    await mkdir(path.dirname(to), { recursive: true });
    await copyFile(from, to);
  }
}

async function same(one: string, other: string): Promise<boolean> {
  if (!existsSync(other)) return false;
  return (await readFile(one)).equals(await readFile(other));
}
