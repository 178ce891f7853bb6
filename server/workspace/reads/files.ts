import { createHash } from "node:crypto";
import type { Dirent } from "node:fs";
import { mkdir, readdir, readFile, realpath, rename, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import type { FileEntry, ReadAnswer, ReadParams } from "../../contracts/index.ts";
import { badRequest } from "../errors.ts";
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
  const walk = async (folder: string, depth: number): Promise<void> => {
    const found = (await readdir(path.join(root, folder), { withFileTypes: true })).filter(
      ({ name }) => !name.startsWith("."),
    );
    for (const entry of found.sort(byKindAndName)) {
      if (entries.length >= limits.files || depth > limits.folderDepth) {
        cut = true;
        return;
      }
      const at = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        entries.push({ path: at, kind: "folder", size: 0 });
        await walk(at, depth + 1);
      } else if (entry.isFile()) {
        const size = await stat(path.join(root, at)).then(
          (known) => known.size,
          () => 0, // gone meanwhile; the next look does not find it
        );
        entries.push({ path: at, kind: "file", size });
      }
    }
  };
  await walk("", 0);
  const under = path.relative(home, root);
  return { root: under.startsWith("..") ? root : `~/${under}`, entries, cut };
}

export async function readTextFile(
  at: FilesAt,
  request: ReadParams<"files:read">,
): Promise<ReadAnswer<"files:read">> {
  const file = await inside(at, request.path);
  const known = await stat(file).catch(missingIsUndefined);
  if (!known) return { kind: "missing" };
  if (!known.isFile()) return { kind: "not-text", why: "This is not a file." };
  if (known.size > limits.fileBytes)
    return {
      kind: "not-text",
      why: `The file has ${known.size} bytes; up to ${limits.fileBytes} can be edited here.`,
    };
  const bytes = await readFile(file);
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
  const file = await inside(at, request.path);
  const before = await readFile(file).catch(missingIsUndefined);
  const version = before ? versionOf(before) : null;
  if (version !== request.expected && before) {
    const text = textOf(before);
    if (text === undefined || before.length > limits.fileBytes)
      throw badRequest("What is on the disk now is not a text file.");
    return { kind: "conflict", text, version: versionOf(before) };
  }
  const bytes = Buffer.from(request.text, "utf8");
  await mkdir(path.dirname(file), { recursive: true });
  const beside = `${file}.meshwork-${process.pid}`;
  const mode = before ? (await stat(file)).mode : 0o644;
  await writeFile(beside, bytes, { mode });
  await rename(beside, file);
  return { kind: "saved", version: versionOf(bytes) };
}

/** The real place of a path, which must lie in the folder whatever links there are. */
async function inside({ root }: FilesAt, relative: string): Promise<string> {
  const file = path.join(root, ...relative.split("/"));
  let known = file;
  let real = await realpath(known).catch(missingIsUndefined);
  while (real === undefined) {
    known = path.dirname(known);
    real = await realpath(known).catch(missingIsUndefined);
  }
  const realRoot = await realpath(root);
  if (real !== realRoot && !real.startsWith(realRoot + path.sep))
    throw badRequest("That path leads out of the workspace.");
  return path.join(real, path.relative(known, file));
}

function missingIsUndefined(error: unknown): undefined {
  if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
    return undefined;
  throw error;
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
