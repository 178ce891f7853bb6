// The ustar header block and pax extended headers, as far as we write them; `tar -tzf` lists what we make.
// Follows POSIX.1-2017 "pax: pax Extended Header" and "ustar Interchange Format".
import { MAX_PATH } from "./limits.ts";

export const BLOCK = 512;

export type EntryType = "file" | "directory" | "symlink";

export interface Entry {
  readonly path: string;
  readonly type: EntryType;
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** symlink: where it points to. */
  readonly target?: string;
}

export class ArchiveError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ArchiveError";
  }
}

const typeFlags = { file: "0", symlink: "2", directory: "5" } as const;
const MAX_OCTAL = 0o77777777777;
const MAX_ID = 0o7777777;

/** Zeros up to the next block. */
export const padding = (size: number) => (BLOCK - (size % BLOCK)) % BLOCK;

/** The header of an entry, with a pax header before it where ustar has no room. */
export function encodeHeader(entry: Entry): Buffer {
  const name = entry.type === "directory" ? `${entry.path}/` : entry.path;
  const records: Record<string, string> = {};
  if (Buffer.byteLength(name) > 100) records.path = name;
  if (entry.target !== undefined && Buffer.byteLength(entry.target) > 100) records.linkpath = entry.target;
  if (entry.size > MAX_OCTAL) records.size = String(entry.size);
  if (entry.uid > MAX_ID) records.uid = String(entry.uid);
  if (entry.gid > MAX_ID) records.gid = String(entry.gid);
  const block = ustar({ ...entry, path: name }, typeFlags[entry.type]);
  if (Object.keys(records).length === 0) return block;
  const body = Buffer.from(Object.entries(records).map(paxRecord).join(""));
  const head = ustar({ ...entry, path: "pax", size: body.length, target: "" }, "x");
  return Buffer.concat([head, body, Buffer.alloc(padding(body.length)), block]);
}

function ustar(entry: Omit<Entry, "type">, flag: string): Buffer {
  const block = Buffer.alloc(BLOCK);
  const number = (value: number, at: number, length: number) => {
    const most = 8 ** (length - 1) - 1;
    block.write(
      `${Math.min(value, most)
        .toString(8)
        .padStart(length - 1, "0")}\0`,
      at,
      "latin1",
    );
  };
  // A name that does not fit is cut here, also in the middle of a character: the pax header has it whole.
  Buffer.from(entry.path).copy(block, 0, 0, 100);
  number(entry.mode & 0o777, 100, 8);
  number(entry.uid, 108, 8);
  number(entry.gid, 116, 8);
  number(entry.size, 124, 12);
  number(Math.max(0, Math.floor(entry.mtime)), 136, 12);
  block.write("        ", 148, "latin1");
  block.write(flag, 156, "latin1");
  Buffer.from(entry.target ?? "").copy(block, 157, 0, 100);
  block.write("ustar\x0000", 257, "latin1");
  number(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  block.write(" ", 155, "latin1");
  return block;
}

/** "LENGTH key=value\n", where LENGTH counts itself. */
function paxRecord([key, value]: [string, string]): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (rest + String(length).length > length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}

export type Extended = Readonly<Record<string, string>>;

export function parsePax(body: Buffer): Extended {
  const found: Record<string, string> = {};
  for (let at = 0; at < body.length; ) {
    const space = body.indexOf(" ", at);
    const length = Number(body.toString("latin1", at, space));
    const text = body.toString("utf8", space + 1, at + length - 1);
    const equals = text.indexOf("=");
    if (space < 0 || !Number.isInteger(length) || length < 5 || at + length > body.length || equals < 1)
      throw new ArchiveError("An extended header of the archive is damaged.");
    found[text.slice(0, equals)] = text.slice(equals + 1);
    at += length;
  }
  return found;
}

/** What a header block says: an entry, the size of a pax header, or that the archive is over. */
export type Decoded =
  | { readonly kind: "entry"; readonly entry: Entry }
  | { readonly kind: "extended"; readonly size: number }
  | { readonly kind: "end" };

export function decodeHeader(block: Buffer, extended: Extended): Decoded {
  if (block.every((byte) => byte === 0)) return { kind: "end" };
  const sum = block.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
  if (sum !== octal(block, 148, 8)) throw new ArchiveError("A header of the archive is damaged.");
  const flag = String.fromCharCode(block[156] ?? 0);
  const size = extended.size === undefined ? octal(block, 124, 12) : Number(extended.size);
  if (!Number.isSafeInteger(size) || size < 0) throw new ArchiveError("A size in the archive is damaged.");
  if (flag === "x") return { kind: "extended", size };
  const type = (["file", "symlink", "directory"] as const).find((name) => typeFlags[name] === flag);
  if (!type)
    throw new ArchiveError(`The archive holds something that is no file, folder or link ("${flag}").`);
  const path = (extended.path ?? text(block, 0, 100)).replace(/\/$/, "");
  const target = extended.linkpath ?? text(block, 157, 100);
  if (path.length > MAX_PATH || target.length > MAX_PATH)
    throw new ArchiveError("A path in the archive is too long.");
  const entry: Entry = {
    ...{ path, type, size: type === "file" ? size : 0 },
    mode: octal(block, 100, 8) & 0o777,
    uid: extended.uid === undefined ? octal(block, 108, 8) : Number(extended.uid),
    gid: extended.gid === undefined ? octal(block, 116, 8) : Number(extended.gid),
    mtime: octal(block, 136, 12),
    ...(type === "symlink" && { target }),
  };
  return { kind: "entry", entry };
}

function text(block: Buffer, at: number, length: number): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end < 0 ? length : end);
}

function octal(block: Buffer, at: number, length: number): number {
  const digits = text(block, at, length).trim();
  const value = digits === "" ? 0 : Number.parseInt(digits, 8);
  if (!/^[0-7]*$/.test(digits)) throw new ArchiveError("A number in the archive is damaged.");
  return value;
}
