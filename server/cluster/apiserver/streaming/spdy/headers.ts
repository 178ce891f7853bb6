import { constants, createDeflate, createInflate, type Deflate, type Inflate } from "node:zlib";
import { HEADER_BLOCK_BYTES } from "../limits.ts";
import { SPDY_DICTIONARY } from "./dictionary.ts";

export type Headers = Readonly<Record<string, string>>;

/** Header blocks of one SPDY connection: one zlib stream a direction, so blocks must pass in order. */
export class HeaderCodec {
  private readonly inflate = createInflate({
    dictionary: SPDY_DICTIONARY,
    finishFlush: constants.Z_SYNC_FLUSH,
  });
  private readonly deflate = createDeflate({ dictionary: SPDY_DICTIONARY, flush: constants.Z_SYNC_FLUSH });

  async decode(block: Buffer): Promise<Headers> {
    return parseBlock(await through(this.inflate, block));
  }

  encode(headers: Headers): Promise<Buffer> {
    return through(this.deflate, formatBlock(headers));
  }

  close(): void {
    this.inflate.close();
    this.deflate.close();
  }
}

function through(stream: Inflate | Deflate, input: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let length = 0;
    const done = (error?: Error) => {
      stream.off("data", collect);
      stream.off("error", done);
      if (error) reject(error);
      else resolve(Buffer.concat(parts));
    };
    const collect = (part: Buffer) => {
      parts.push(part);
      length += part.length;
      if (length > HEADER_BLOCK_BYTES) done(new Error("SPDY header block is too long"));
    };
    stream.on("data", collect);
    stream.once("error", done);
    stream.write(input, () => stream.flush(constants.Z_SYNC_FLUSH, () => done()));
  });
}

function parseBlock(block: Buffer): Headers {
  const headers: Record<string, string> = {};
  let offset = 0;
  const number = () => {
    const value = block.readUInt32BE(offset);
    offset += 4;
    return value;
  };
  const text = () => {
    const length = number();
    const value = block.toString("utf8", offset, offset + length);
    offset += length;
    return value;
  };
  for (let left = number(); left > 0; left--) {
    const name = text();
    headers[name.toLowerCase()] = text();
  }
  return headers;
}

function formatBlock(headers: Headers): Buffer {
  const parts: Buffer[] = [];
  const number = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    parts.push(bytes);
  };
  const entries = Object.entries(headers);
  number(entries.length);
  for (const text of entries.flat()) {
    const bytes = Buffer.from(text);
    number(bytes.length);
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}
