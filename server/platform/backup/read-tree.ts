// Reads a folder that its owner may be changing meanwhile, and may be changing in order to make us read something else:
// every name is opened relative to a folder that is held open, and no link is followed.
import { constants, type Dirent, type Stats } from "node:fs";
import { type FileHandle, lstat, open, opendir, readlink } from "node:fs/promises";
import path from "node:path";
import type { ArchiveWriter } from "./archive.ts";
import { CHUNK, MAX_DEPTH, MAX_PATH, STEADY_ATTEMPTS } from "./limits.ts";
import type { Entry, EntryType } from "./tar-header.ts";

export interface TreeReport {
  entries: number;
  bytes: number;
  /** What could not be read, with the reason. Only the first are named. */
  readonly leftOut: string[];
  leftOutCount: number;
}

export const emptyReport = (): TreeReport => ({ entries: 0, bytes: 0, leftOut: [], leftOutCount: 0 });

const NAMED = 20;

export function leaveOut(report: TreeReport, what: string, why: unknown): void {
  report.leftOutCount++;
  const code = why instanceof Error && "code" in why ? why.code : why;
  if (report.leftOut.length < NAMED) report.leftOut.push(`${what} (${String(code)})`);
}

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
// A pipe would make us wait for whoever writes to it.
const FILE = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** A name inside a folder that is held open. Where there is no /proc, there are no sandboxed learners either. */
const within = (folder: FileHandle, name: string, fallback: string) =>
  process.platform === "linux" ? `/proc/self/fd/${folder.fd}/${name}` : path.join(fallback, name);

export interface TreeOptions {
  readonly writer: ArchiveWriter;
  readonly report: TreeReport;
  /** Names of the top folder that are left alone. */
  readonly skip: (name: string) => boolean;
}

/** Adds everything below `folder` as `prefix/…`. A folder that is not there adds nothing. */
export async function addTree(folder: string, prefix: string, options: TreeOptions): Promise<void> {
  const handle = await open(folder, FOLDER).catch((error: unknown) => {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT"))
      leaveOut(options.report, prefix, error);
    return undefined;
  });
  if (!handle) return;
  try {
    await addFolder({ handle, at: folder, prefix, depth: 0 }, options);
  } finally {
    await handle.close();
  }
}

interface Folder {
  readonly handle: FileHandle;
  /** Where it was; for systems without /proc. */
  readonly at: string;
  readonly prefix: string;
  readonly depth: number;
}

async function addFolder(folder: Folder, options: TreeOptions): Promise<void> {
  const { handle, at, prefix, depth } = folder;
  const { writer, report } = options;
  if (depth > MAX_DEPTH || Buffer.byteLength(prefix) > MAX_PATH)
    return leaveOut(report, prefix.slice(0, 200), "too deep");
  const state = await handle.stat();
  if (depth > 0) await writer.add(entryOf(prefix, "directory", state));
  report.entries++;
  for await (const child of await opendir(within(handle, ".", at))) {
    if (depth === 0 && options.skip(child.name)) continue;
    try {
      await addChild(folder, child, options);
    } catch (error) {
      if (!isFileError(error)) throw error;
      leaveOut(report, `${prefix}/${child.name}`, error);
    }
  }
}

/** It has gone, was replaced, or may not be read: the rest of the backup goes on. */
const isFileError = (error: unknown) =>
  error instanceof Error &&
  "code" in error &&
  ["ENOENT", "ELOOP", "EACCES", "EPERM", "ENOTDIR", "ENXIO", "EINVAL"].includes(String(error.code));

async function addChild(folder: Folder, child: Dirent, options: TreeOptions): Promise<void> {
  const { writer, report } = options;
  const name = within(folder.handle, child.name, folder.at);
  const prefix = `${folder.prefix}/${child.name}`;
  if (child.isSymbolicLink()) {
    const target = await readlink(name);
    report.entries++;
    return writer.add({ ...entryOf(prefix, "symlink", await lstat(name)), target });
  }
  if (child.isDirectory()) {
    const handle = await open(name, FOLDER);
    try {
      const at = path.join(folder.at, child.name);
      return await addFolder({ handle, at, prefix, depth: folder.depth + 1 }, options);
    } finally {
      await handle.close();
    }
  }
  if (!child.isFile()) return leaveOut(report, prefix, "no file, folder or link");
  const handle = await open(name, FILE);
  try {
    await addOpenFile(handle, prefix, options);
  } finally {
    await handle.close();
  }
}

async function addOpenFile(
  handle: FileHandle,
  prefix: string,
  { writer, report }: TreeOptions,
): Promise<void> {
  const state = await handle.stat();
  if (!state.isFile()) return leaveOut(report, prefix, "no file any more");
  report.entries++;
  report.bytes += state.size;
  await writer.add(entryOf(prefix, "file", state), exactly(handle, state.size));
}

/** The size was said before the content: a file that shrinks is filled up with zeros, one that grows is cut. */
async function* exactly(handle: FileHandle, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < size; ) {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK, size - at));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
    yield bytesRead === 0 ? Buffer.alloc(buffer.length) : buffer.subarray(0, bytesRead);
    at += bytesRead === 0 ? buffer.length : bytesRead;
  }
}

function entryOf(at: string, type: EntryType, state: Stats): Entry {
  const { mode, uid, gid, mtimeMs, size } = state;
  return { path: at, type, size: type === "file" ? size : 0, mode, uid, gid, mtime: mtimeMs / 1000 };
}

/**
 * Adds the files of a folder as they were at one moment, though a program appends to some and replaces others (a log and
 * its snapshot): all are opened, and when the folder then still names the very same files, those are what is read.
 */
export async function addSteadyFolder(folder: string, prefix: string, options: TreeOptions): Promise<void> {
  for (let attempt = 0; attempt < STEADY_ATTEMPTS; attempt++) {
    const before = await filesOf(folder, options.skip);
    if (before.size === 0) return;
    const opened: { name: string; handle: FileHandle }[] = [];
    try {
      for (const name of before.keys())
        opened.push({ name, handle: await open(path.join(folder, name), FILE) });
      const after = await filesOf(folder, options.skip);
      const same =
        [...before].every(([name, inode]) => after.get(name) === inode) && before.size === after.size;
      if (!same) continue;
      for (const { name, handle } of opened)
        await addOpenFile(handle, path.posix.join(prefix, name), options);
      return;
    } catch (error) {
      if (!isFileError(error)) throw error; // replaced between the look and the opening: once more
    } finally {
      for (const { handle } of opened) await handle.close();
    }
  }
  leaveOut(options.report, prefix, "changed all the time");
}

async function filesOf(folder: string, skip: TreeOptions["skip"]): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  try {
    for await (const child of await opendir(folder))
      if (child.isFile() && !skip(child.name))
        found.set(child.name, (await lstat(path.join(folder, child.name))).ino);
  } catch (error) {
    if (!isFileError(error)) throw error; // no such folder: nothing to keep
  }
  return found;
}
