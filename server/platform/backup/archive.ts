// A backup is a gzipped tar: `meshwork.json` first, which says what it is; then rows and files; `end.json` last, with a hash
// over everything before it. An archive without its end is not whole.
import { createHash } from "node:crypto";
import { CHUNK, MAX_ENTRIES, MAX_SMALL_ENTRY } from "./limits.ts";
import {
  ArchiveError,
  BLOCK,
  decodeHeader,
  type Entry,
  type Extended,
  encodeHeader,
  padding,
  parsePax,
} from "./tar-header.ts";

export const HEAD = "meshwork.json";
export const END = "end.json";

/** Where bytes go. Resolves when it may take more. */
export type Sink = (bytes: Buffer) => Promise<void>;

export class ArchiveWriter {
  private readonly hash = createHash("sha256");
  private entries = 0;

  constructor(private readonly sink: Sink) {}

  /** `content` yields exactly `entry.size` bytes. */
  async add(entry: Entry, content: AsyncIterable<Buffer> | Iterable<Buffer> = []): Promise<void> {
    this.entries++;
    await this.put(encodeHeader(entry));
    for await (const bytes of content) await this.put(bytes);
    if (entry.type === "file") await this.put(Buffer.alloc(padding(entry.size)));
  }

  async addJson(path: string, value: unknown): Promise<void> {
    const body = Buffer.from(JSON.stringify(value));
    await this.add({ path, type: "file", size: body.length, mode: 0o600, uid: 0, gid: 0, mtime: 0 }, [body]);
  }

  async end(): Promise<void> {
    await this.addJson(END, { entries: this.entries, sha256: this.hash.copy().digest("hex") });
    await this.sink(Buffer.alloc(2 * BLOCK));
  }

  private async put(bytes: Buffer): Promise<void> {
    this.hash.update(bytes);
    await this.sink(bytes);
  }
}

/** Pulls exact numbers of bytes out of a stream of chunks. */
class ByteReader {
  private readonly source: AsyncIterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);
  readonly hash = createHash("sha256");

  constructor(chunks: AsyncIterable<Buffer>) {
    this.source = chunks[Symbol.asyncIterator]();
  }

  async exactly(length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of this.upTo(length)) parts.push(part);
    return Buffer.concat(parts);
  }

  async *upTo(length: number): AsyncGenerator<Buffer> {
    for (let left = length; left > 0; ) {
      if (this.rest.length === 0) {
        const next = await this.source.next();
        if (next.done) throw new ArchiveError("The archive ends too early: it is not whole.");
        this.rest = next.value;
        continue;
      }
      const part = this.rest.subarray(0, Math.min(left, CHUNK));
      this.rest = this.rest.subarray(part.length);
      left -= part.length;
      this.hash.update(part);
      yield part;
    }
  }
}

export interface ArchiveItem {
  readonly entry: Entry;
  /** The file's bytes. What is not read of them is passed over. */
  readonly content: AsyncGenerator<Buffer>;
}

/** The archive's entries without its end, which is checked: returning normally means that it was whole and unchanged. */
export async function* readArchive(chunks: AsyncIterable<Buffer>): AsyncGenerator<ArchiveItem> {
  const reader = new ByteReader(chunks);
  let extended: Extended = {};
  for (let entries = 0; ; ) {
    const before = reader.hash.copy();
    const decoded = decodeHeader(await reader.exactly(BLOCK), extended);
    if (decoded.kind === "end") throw new ArchiveError("The archive has no end of ours: it is not whole.");
    if (decoded.kind === "extended") {
      extended = parsePax(await small(reader, decoded.size));
      continue;
    }
    extended = {};
    const { entry } = decoded;
    if (entry.path === END) {
      const sha256 = before.digest("hex");
      const said = JSON.parse((await small(reader, entry.size)).toString("utf8"));
      if (said.entries !== entries || said.sha256 !== sha256)
        throw new ArchiveError("The archive was changed or damaged after it was made: its checksum differs.");
      return;
    }
    if (++entries > MAX_ENTRIES) throw new ArchiveError("The archive holds too many files.");
    const content = reader.upTo(entry.size);
    yield { entry, content };
    for await (const _ of content); // what nobody wanted
    await reader.exactly(padding(entry.size));
  }
}

async function small(reader: ByteReader, size: number): Promise<Buffer> {
  if (size > MAX_SMALL_ENTRY) throw new ArchiveError("A header of the archive is too large.");
  const body = await reader.exactly(size);
  await reader.exactly(padding(size));
  return body;
}
