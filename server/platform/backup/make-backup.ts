import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { appendFile, lstat, mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import type { DatabaseConnection, DumpHead } from "../db/index.ts";
import { ArchiveWriter, HEAD, type Sink } from "./archive.ts";
import { CHUNK } from "./limits.ts";
import { keptKeys, rowsPath, workspaceParts, workspaceState, workspacesDir } from "./parts.ts";
import { addSteadyFolder, addTree, emptyReport, leaveOut, type TreeReport } from "./read-tree.ts";

export const FORMAT = 1;

export interface BackupHead {
  readonly format: number;
  readonly release: string;
  /** ISO time. */
  readonly made: string;
  readonly database: DumpHead;
}

export interface BackupDeps {
  readonly dataDir: string;
  readonly release: string;
  readonly now: () => Date;
  readonly connection: () => Promise<Pick<DatabaseConnection, "dump">>;
}

/**
 * Writes a backup of the running server. The rows are of one moment; a home is as its files are when they are read, and
 * each cluster as of one moment of its own.
 */
export async function makeBackup(deps: BackupDeps, sink: Sink): Promise<TreeReport> {
  const { dataDir, release, now } = deps;
  // First into a file: PGlite stands still for everybody while its rows are read, and whoever reads us may be slow.
  const spool = path.join(dataDir, `backup-${randomUUID()}`);
  await mkdir(spool, { mode: 0o700 });
  try {
    let database: DumpHead | undefined;
    await (await deps.connection()).dump(
      async (head) => {
        database = head;
      },
      (table, lines) => appendFile(path.join(spool, `${table}.jsonl`), lines, { mode: 0o600 }),
    );
    if (!database) throw new Error("the database gave no head");
    const writer = new ArchiveWriter(sink);
    const head: BackupHead = { format: FORMAT, release, made: now().toISOString(), database };
    await writer.addJson(HEAD, head);
    for (const { name } of database.tables) await addRows(writer, spool, name);
    const report = await addWorkspaces(writer, dataDir);
    const skip = (name: string) => !/^[0-9a-f]{64}$/.test(name);
    await addTree(path.join(dataDir, "content"), "content", { writer, report, skip });
    const noKey = (name: string) => !keptKeys.some((key) => key === name);
    await addSteadyFolder(dataDir, "", { writer, report, skip: noKey });
    await writer.end();
    return report;
  } finally {
    await rm(spool, { recursive: true, force: true });
  }
}

async function addRows(writer: ArchiveWriter, spool: string, table: string): Promise<void> {
  const file = path.join(spool, `${table}.jsonl`);
  const found = await lstat(file).catch(() => undefined); // no row: no file
  const entry = {
    ...{ path: rowsPath(table), type: "file" as const, size: found?.size ?? 0 },
    ...{ mode: 0o600, uid: 0, gid: 0, mtime: 0 },
  };
  await writer.add(entry, found ? createReadStream(file, { highWaterMark: CHUNK }) : []);
}

/** Made to be renamed when it is whole. */
const isHalfWritten = (name: string) => name.endsWith(".tmp") || name.endsWith(".half");

async function addWorkspaces(writer: ArchiveWriter, dataDir: string): Promise<TreeReport> {
  const report = emptyReport();
  const folder = workspacesDir(dataDir);
  for (const name of (await readdir(folder).catch(() => [])).sort()) {
    if (!/^[a-z0-9-]{1,64}$/.test(name)) {
      leaveOut(report, `workspaces/${name}`, "not a workspace's name");
      continue;
    }
    const own = path.join(folder, name);
    const prefix = `workspaces/${name}`;
    for (const { name: part, steady } of workspaceParts) {
      const state = await lstat(path.join(own, part)).catch(() => undefined);
      if (!state?.isDirectory()) continue;
      const { mode, uid, gid, mtimeMs } = state;
      const entry = {
        path: `${prefix}/${part}`,
        type: "directory" as const,
        size: 0,
        mode,
        uid,
        gid,
        mtime: mtimeMs / 1000,
      };
      await writer.add(entry);
      const at = path.join(own, part);
      if (steady) await addSteadyFolder(at, entry.path, { writer, report, skip: isHalfWritten });
      else await addTree(at, entry.path, { writer, report, skip: () => false });
    }
    const others = (file: string) => file !== workspaceState;
    await addSteadyFolder(own, prefix, { writer, report, skip: others });
  }
  return report;
}
