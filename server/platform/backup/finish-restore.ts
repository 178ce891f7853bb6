// Takes up a restore that was staged: at a start, before anybody is served. Every step may be repeated, so a start that
// was killed in the middle is finished by the next one.
import { createReadStream, existsSync } from "node:fs";
import { readdir, readFile, rename, rm, rmdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { DatabaseConnection } from "../db/index.ts";
import { HEAD } from "./archive.ts";
import { CHUNK, MAX_ROW_BYTES } from "./limits.ts";
import type { BackupHead } from "./make-backup.ts";
import { keptFolders, keptKeys, rowsPath } from "./parts.ts";
import { pendingFile } from "./stage-restore.ts";
import { ArchiveError } from "./tar-header.ts";

export interface FinishOptions {
  readonly dataDir: string;
  readonly connection: Pick<DatabaseConnection, "load">;
  /** No workspace may run on the files that are exchanged. */
  readonly stopWorkspaces: () => Promise<void>;
}

type Loaded =
  | { readonly kind: "restored"; readonly made: string; readonly release: string }
  /** Everything is as it was before. */
  | { readonly kind: "failed"; readonly reason: string };

export type RestoreOutcome = Loaded & {
  readonly id: string;
  /** What this process has read of the keys is not true any more. */
  readonly keysChanged: boolean;
};

const outcomeFile = (dataDir: string) => path.join(dataDir, "restore-outcome.json");

/** What the last restore came to; undefined: none was finished yet. */
export async function lastRestore(dataDir: string): Promise<RestoreOutcome | undefined> {
  const text = await readFile(outcomeFile(dataDir), "utf8").catch(() => undefined); // never restored
  return text === undefined ? undefined : JSON.parse(text);
}

/** Undefined: there was nothing to take up. */
export async function finishRestore(options: FinishOptions): Promise<RestoreOutcome | undefined> {
  const { dataDir } = options;
  const pending = pendingFile(dataDir);
  if (!existsSync(pending)) {
    await removeLeftovers(dataDir);
    return undefined;
  }
  const id = path.basename((await readFile(pending, "utf8")).trim());
  const folder = path.join(dataDir, id);
  const loaded = await loadAll(folder, options);
  // Renames only. What stops them stops the start, and the next start repeats all of it: nothing is half restored.
  const keysChanged = loaded.kind === "restored" && (await exchange(folder, dataDir));
  const outcome = { id, keysChanged, ...loaded };
  await writeFile(outcomeFile(dataDir), JSON.stringify(outcome), { mode: 0o600 });
  await rm(pending);
  await removeLeftovers(dataDir);
  return outcome;
}

/** All rows or none. */
async function loadAll(folder: string, { connection, stopWorkspaces }: FinishOptions): Promise<Loaded> {
  try {
    const { database, made, release }: BackupHead = JSON.parse(
      await readFile(path.join(folder, HEAD), "utf8"),
    );
    await stopWorkspaces();
    await connection.load(database, (table) => linesOf(path.join(folder, rowsPath(table))));
    return { kind: "restored", made, release };
  } catch (error) {
    return { kind: "failed", reason: error instanceof Error ? error.message : String(error) };
  }
}

/** True when a key is another one now. */
async function exchange(folder: string, dataDir: string): Promise<boolean> {
  for (const kept of keptFolders) {
    const [here, fresh] = [path.join(dataDir, kept), path.join(folder, kept)];
    const old = path.join(folder, `replaced-${kept}`);
    if (!existsSync(fresh)) continue; // done, by a start that was killed after it
    if (existsSync(here)) {
      // Killed between the two renames, and started again: what is here was made just now, and is empty.
      if (existsSync(old)) await rmdir(here);
      else await rename(here, old);
    }
    await rename(fresh, here);
  }
  let changed = false;
  for (const key of keptKeys) {
    const [here, fresh] = [path.join(dataDir, key), path.join(folder, key)];
    if (!existsSync(fresh)) continue;
    changed ||= !existsSync(here) || (await readFile(here, "utf8")) !== (await readFile(fresh, "utf8"));
    await rename(fresh, here);
  }
  return changed;
}

/** Folders of backups and restores that were broken off. */
async function removeLeftovers(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir).catch(() => []))
    if (/^(backup|restore)-[0-9a-f]{8}-[0-9a-f-]{27}$/.test(name))
      await rm(path.join(dataDir, name), { recursive: true, force: true });
}

async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of createReadStream(file, { encoding: "utf8", highWaterMark: CHUNK })) {
    const lines = `${rest}${String(chunk)}`.split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > MAX_ROW_BYTES) throw new ArchiveError(`A row in ${path.basename(file)} is too large.`);
    yield* lines;
  }
  if (rest !== "") yield rest;
}
