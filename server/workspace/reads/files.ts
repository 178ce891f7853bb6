import { createHash } from "node:crypto";
import { constants, type Dirent } from "node:fs";
import { lstat, open, readdir, realpath, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { FileEntry, ReadAnswer, ReadParams } from "../../contracts/index.ts";
import { badRequest } from "../errors.ts";
import { type HeldFolder, holdFolder } from "../files/index.ts";
import { limits } from "./limits.ts";

export interface FilesAt {
  /** The folder that the page may see. */
  readonly root: string;
  readonly home: string;
}

/** Files and folders in the order of their names, folders first; what begins with a dot is left out. */
export async function listFiles({ root, home }: FilesAt): Promise<ReadAnswer<"files:list">> {
  const entries: FileEntry[] = [];
  let cut = false;
  const top = await placeOf({ root, home }, "");
  const walk = async (folder: string, depth: number): Promise<void> => {
    const names = [...top.names, ...folder.split("/").filter(Boolean)];
    const found = await holdFolder(top.home, { names }, async (held) =>
      sizesOf(held, await readdir(held.of("."), { withFileTypes: true })),
    ).catch(missingIsUndefined); // gone meanwhile
    for (const { name, size } of found ?? []) {
      if (entries.length >= limits.files || depth > limits.folderDepth) {
        cut = true;
        return;
      }
      const at = folder === "" ? name : `${folder}/${name}`;
      entries.push({ path: at, kind: size === undefined ? "folder" : "file", size: size ?? 0 });
      if (size === undefined) await walk(at, depth + 1);
    }
  };
  await walk("", 0);
  const under = path.relative(home, root);
  return { root: under.startsWith("..") ? root : `~/${under}`, entries, cut };
}

/** Folders without a size first, then files with theirs. */
async function sizesOf(held: HeldFolder, found: readonly Dirent[]) {
  const shown = found.filter(
    (entry) => !entry.name.startsWith(".") && (entry.isDirectory() || entry.isFile()),
  );
  return Promise.all(
    shown
      .sort(byKindAndName)
      .slice(0, limits.files + 1)
      .map(async (entry) => ({
        name: entry.name,
        size: entry.isDirectory()
          ? undefined
          : ((await lstat(held.of(entry.name)).catch(missingIsUndefined))?.size ?? 0),
      })),
  );
}

export async function readTextFile(
  at: FilesAt,
  request: ReadParams<"files:read">,
): Promise<ReadAnswer<"files:read">> {
  const bytes = await inPlace(at, { path: request.path, make: false }, (held, name) =>
    bytesOf(held.of(name)),
  );
  if (bytes === undefined) return { kind: "missing" };
  if (typeof bytes === "string") return { kind: "not-text", why: bytes };
  const version = versionOf(bytes);
  if (version === request.known) return { kind: "unchanged" };
  const text = textOf(bytes);
  return text === undefined
    ? { kind: "not-text", why: "This is not a text file." }
    : { kind: "text", text, version };
}

/** Writes beside the file and puts it in its place at once: nobody reads half of it. */
export async function writeTextFile(
  at: FilesAt,
  request: ReadParams<"files:write">,
): Promise<ReadAnswer<"files:write">> {
  const written = await inPlace(
    at,
    { path: request.path, make: true },
    async (held, name): Promise<ReadAnswer<"files:write">> => {
      const before = await bytesOf(held.of(name));
      if (typeof before === "string") throw badRequest("What is on the disk now is not a text file.");
      if (before && versionOf(before) !== request.expected) {
        const text = textOf(before);
        if (text === undefined) throw badRequest("What is on the disk now is not a text file.");
        return { kind: "conflict", text, version: versionOf(before) };
      }
      const bytes = Buffer.from(request.text, "utf8");
      const beside = held.of(`${name}.meshwork-${process.pid}`);
      const mode = (await lstat(held.of(name)).catch(missingIsUndefined))?.mode ?? 0o644;
      await rm(beside, { force: true });
      await writeFile(beside, bytes, { mode: mode & 0o777, flag: "wx" });
      await rename(beside, held.of(name));
      return { kind: "saved", version: versionOf(bytes) };
    },
  );
  if (!written) throw badRequest("That path leads out of the workspace.");
  return written;
}

const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** The bytes of a file; why there are none to show; undefined: there is no file. A fifo is not waited for. */
async function bytesOf(file: string): Promise<Buffer | string | undefined> {
  const handle = await open(file, READ).catch(missingIsUndefined);
  if (!handle) return undefined;
  try {
    const known = await handle.stat();
    if (!known.isFile()) return "This is not a file.";
    if (known.size > limits.fileBytes)
      return `The file has ${known.size} bytes; up to ${limits.fileBytes} can be edited here.`;
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(known.size), 0, known.size, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Works on a name in its real folder, which is held meanwhile. Undefined: the folder is not there. */
async function inPlace<T>(
  at: FilesAt,
  { path: relative, make }: { path: string; make: boolean },
  use: (held: HeldFolder, name: string) => Promise<T>,
): Promise<T | undefined> {
  const { home, names } = await placeOf(at, relative);
  const name = names.at(-1);
  if (name === undefined) throw outside();
  return holdFolder(home, { names: names.slice(0, -1), make }, (held) => use(held, name)).catch(
    missingIsUndefined,
  );
}

/**
 * Where a path really leads, as names below the home: through the learner's links, as long as they stay in the folder, and the
 * folder in the home. What is made of it by then is looked at again, name by name, when it is opened.
 */
async function placeOf({ root, home }: FilesAt, relative: string) {
  const file = path.join(root, ...relative.split("/"));
  let known = file;
  let real = await realpath(known).catch(missingIsUndefined);
  while (real === undefined) {
    known = path.dirname(known);
    real = await realpath(known).catch(missingIsUndefined);
  }
  const [realHome, realRoot] = [await realpath(home), await realpath(root).catch(missingIsUndefined)];
  const place = path.join(real, path.relative(known, file));
  if (!realRoot || !isWithin(realHome, realRoot) || !isWithin(realRoot, place)) throw outside();
  return { home: realHome, names: path.relative(realHome, place).split(path.sep).filter(Boolean) };
}

const isWithin = (folder: string, file: string) => file === folder || file.startsWith(folder + path.sep);
const outside = () => badRequest("That path leads out of the workspace.");

function missingIsUndefined(error: unknown): undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT" || code === "ENOTDIR") return undefined;
  // A link where a file or a folder was a moment ago.
  throw code === "ELOOP" ? outside() : error;
}

const versionOf = (bytes: Buffer): string =>
  createHash("sha256").update(bytes).digest("base64url").slice(0, 22);

function textOf(bytes: Buffer): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined; // not UTF-8
  }
}

function byKindAndName(a: Dirent, b: Dirent): number {
  if (a.isDirectory() !== b.isDirectory()) return a.isDirectory() ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}
