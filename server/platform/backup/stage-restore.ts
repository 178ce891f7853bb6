// Unpacks an archive beside what is there, checks all of it, and only then says that it is to be taken.
import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import {
  chmod,
  lutimes,
  mkdir,
  open,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { judgeMigrations } from "../db/index.ts";
import { HEAD, readArchive } from "./archive.ts";
import { MAX_DEPTH, MAX_SMALL_ENTRY } from "./limits.ts";
import { type BackupHead, FORMAT } from "./make-backup.ts";
import { isKept, keptFolders, rowsPath } from "./parts.ts";
import { ArchiveError, type Entry } from "./tar-header.ts";

const headSchema = z.object({
  format: z.literal(FORMAT, { error: "This archive's format is not known to this release." }),
  release: z.string(),
  made: z.string(),
  database: z.object({
    migrations: z.array(z.object({ name: z.string(), checksum: z.string() })),
    tables: z.array(z.object({ name: z.string().regex(/^[a-z_]{1,63}$/), columns: z.array(z.string()) })),
  }),
});

/** The folder of a restore that is whole and waits to be taken up, named in a file in the data folder. */
export const pendingFile = (dataDir: string) => path.join(dataDir, "restore-pending");

export interface StageOptions {
  readonly dataDir: string;
  readonly migrationsDir: string;
}

export interface Staged {
  /** By which its outcome will be known. */
  readonly id: string;
  readonly head: BackupHead;
}

/** Resolves once everything is unpacked and checked; the next start takes it. Else nothing stays behind. */
export async function stageRestore(
  archive: AsyncIterable<Buffer>,
  { dataDir, migrationsDir }: StageOptions,
): Promise<Staged> {
  const id = `restore-${randomUUID()}`;
  const folder = path.join(dataDir, id);
  for (const kept of keptFolders) await mkdir(path.join(folder, kept), { recursive: true, mode: 0o755 });
  try {
    await mustBeOneDisk(dataDir);
    const head = await unpack(archive, folder, migrationsDir);
    await writeFile(path.join(folder, HEAD), JSON.stringify(head), { mode: 0o600 });
    await writeFile(`${pendingFile(dataDir)}.half`, id, { mode: 0o600, flush: true });
    await rename(`${pendingFile(dataDir)}.half`, pendingFile(dataDir));
    return { id, head };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** At the end folders are renamed, which is all or nothing on one disk only. */
async function mustBeOneDisk(dataDir: string): Promise<void> {
  const whole = await stat(dataDir);
  for (const kept of keptFolders) {
    const part = await stat(path.join(dataDir, kept)).catch(() => undefined); // not there yet
    if (part && part.dev !== whole.dev)
      throw new ArchiveError(`${kept} is on another disk than ${dataDir}: that cannot be exchanged.`);
  }
}

async function unpack(
  archive: AsyncIterable<Buffer>,
  folder: string,
  migrationsDir: string,
): Promise<BackupHead> {
  let head: BackupHead | undefined;
  const tables = new Set<string>();
  const root = await realpath(folder);
  for await (const { entry, content } of readArchive(archive)) {
    if (!head) {
      head = await readHead(entry, content);
      await judgeMigrations(head.database.migrations, migrationsDir);
      continue;
    }
    if (!isKept(entry.path) || entry.path.split("/").length > MAX_DEPTH + 8)
      throw new ArchiveError(`The archive holds "${entry.path}", which is no place of a backup.`);
    if (entry.path.startsWith("database/")) tables.add(entry.path);
    await place(root, entry, content);
  }
  if (!head) throw new ArchiveError("The archive is empty.");
  const missing = head.database.tables.find(({ name }) => !tables.has(rowsPath(name)));
  if (missing) throw new ArchiveError(`The archive lacks the rows of ${missing.name}.`);
  return head;
}

export async function readHead(entry: Entry, content: AsyncIterable<Buffer>): Promise<BackupHead> {
  if (entry.path !== HEAD || entry.size > MAX_SMALL_ENTRY)
    throw new ArchiveError("This is no backup of Meshwork: it does not begin with what it is.");
  const parts: Buffer[] = [];
  for await (const part of content) parts.push(part);
  const parsed = headSchema.safeParse(JSON.parse(Buffer.concat(parts).toString("utf8")));
  if (!parsed.success)
    throw new ArchiveError(parsed.error.issues[0]?.message ?? "The archive's head is not understood.");
  return parsed.data;
}

const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** Nothing is written through a link, nor over anything: an archive may have been made by somebody else. */
export async function place(root: string, entry: Entry, content: AsyncIterable<Buffer>): Promise<void> {
  const target = path.join(root, entry.path);
  const parent = path.dirname(target);
  await mkdir(parent, { recursive: true, mode: 0o700 });
  if ((await realpath(parent)) !== parent)
    throw new ArchiveError(`The archive would write "${entry.path}" through a link.`);
  switch (entry.type) {
    case "directory":
      await mkdir(target, { recursive: true, mode: 0o700 });
      // A folder that its owner had closed stays open to us: there may be more to put into it.
      await chmod(target, entry.mode | 0o700);
      break;
    case "symlink":
      await symlink(entry.target ?? "", target);
      break;
    case "file": {
      const file = await open(target, NEW_FILE, 0o600);
      try {
        for await (const bytes of content) await file.write(bytes);
        await file.chmod(entry.mode);
      } finally {
        await file.close();
      }
      break;
    }
  }
  // All of it is ours for now: which user of this machine a workspace is, is this machine's to say, and its next start gives
  // it its files. The numbers in the archive may be somebody else's here.
  if (entry.type !== "directory") await lutimes(target, entry.mtime, entry.mtime);
}
