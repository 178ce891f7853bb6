// Prepared starts of labs, one folder each: the cluster's state, and the files that the preparation made. Named after
// everything that the start depends on, so that a change of any of it simply finds none.
import { createHash } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { SNAPSHOT_LIFE_MS } from "../limits.ts";
import type { LabPreparation } from "../preparation/index.ts";

/** What a lab's start is made of. */
export interface SnapshotSource {
  readonly lab: string;
  readonly preparation: LabPreparation;
  /** The files that stand in the learner's folder. */
  readonly filesDir: string;
  readonly istioVersion: string;
  /** The practice cluster's program: a newer one may keep its state differently. */
  readonly clusterProgram: string;
}

export interface Snapshot {
  /** For the cluster's `--restore`. */
  readonly cluster: string;
  /** Laid over the learner's folder. */
  readonly files: string;
}

/** Labs that begin with an empty cluster need none. */
export const needsSnapshot = ({ preparation }: SnapshotSource): boolean =>
  preparation.istioProfile !== undefined || preparation.commands.length > 0;

/** The prepared start of a lab, when there is one that fits and is not too old. */
export async function findSnapshot(dir: string, source: SnapshotSource): Promise<Snapshot | undefined> {
  if (!existsSync(dir) || !needsSnapshot(source)) return undefined;
  const folder = path.join(dir, await snapshotName(source));
  const made = statSync(folder, { throwIfNoEntry: false });
  if (!made || Date.now() - made.mtimeMs > SNAPSHOT_LIFE_MS) return undefined;
  return { cluster: path.join(folder, "cluster"), files: path.join(folder, "files") };
}

/** LAB_RELEASE_DIGEST: what comes before the digest is the same for every making of this start. */
export async function snapshotName(source: SnapshotSource): Promise<string> {
  const { lab, preparation, filesDir, istioVersion, clusterProgram } = source;
  const hash = createHash("sha256").update(JSON.stringify([preparation, istioVersion]));
  for (const file of await filesBelow(filesDir)) {
    const content = await readFile(path.join(filesDir, file));
    hash.update(JSON.stringify([file, content.length])).update(content);
  }
  hash.update(await readFile(clusterProgram));
  return `${lab}_${istioVersion}_${hash.digest("hex").slice(0, 16)}`;
}

/** Relative paths of the files in a folder, in an order of their own. */
export async function filesBelow(dir: string): Promise<readonly string[]> {
  const entries = existsSync(dir) ? await readdir(dir, { recursive: true, withFileTypes: true }) : [];
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(dir, path.join(entry.parentPath, entry.name)))
    .sort();
}
