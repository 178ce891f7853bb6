import { MAX_CHUNK_LINE, MAX_TRAILER_BYTES } from "../limits.ts";
import { CodecError, INVALID } from "./errors.ts";
import type { Framing } from "./framing.ts";

/** Takes a body apart as its bytes arrive. Trailers of chunked bodies are dropped, as Envoy does unless told otherwise. */
export class BodyReader {
  done: boolean;
  /** Bytes of the body or of the current chunk still to come. */
  private left = 0;
  private state: "length" | "until-close" | "size" | "chunk" | "chunk-end" | "trailers";

  constructor(framing: Framing) {
    this.done = framing.kind === "none";
    this.left = framing.kind === "length" ? framing.bytes : 0;
    this.state =
      framing.kind === "chunked" ? "size" : framing.kind === "until-close" ? "until-close" : "length";
  }

  /** Whether the end of the connection is the end of this body. */
  get endsWithConnection(): boolean {
    return this.state === "until-close";
  }

  /** Hands on what it can and returns how many bytes it took; what is left over is asked for again with more. */
  read(bytes: Buffer, data: (chunk: Buffer) => void): number {
    let at = 0;
    while (!this.done && at < bytes.length) {
      if (this.state === "until-close") {
        data(at === 0 ? bytes : bytes.subarray(at));
        return bytes.length;
      }
      if (this.state === "length" || this.state === "chunk") {
        const take = Math.min(this.left, bytes.length - at);
        this.left -= take;
        const chunk = at === 0 && take === bytes.length ? bytes : bytes.subarray(at, at + take);
        at += take;
        if (this.left === 0) {
          if (this.state === "length") this.done = true;
          else this.state = "chunk-end";
        }
        data(chunk);
        continue;
      }
      const line = this.line(bytes, at);
      if (line === undefined) return at;
      at = line.next;
      this.framingLine(line.text);
    }
    return at;
  }

  private framingLine(text: string): void {
    if (this.state === "size") {
      const [, digits] = CHUNK_SIZE.exec(text) ?? [];
      if (digits === undefined) throw new CodecError(INVALID);
      this.left = Number.parseInt(digits, 16);
      this.state = this.left === 0 ? "trailers" : "chunk";
    } else if (this.state === "chunk-end") {
      if (text !== "") throw new CodecError(INVALID);
      this.state = "size";
    } else if (text === "") this.done = true;
    else if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:/.test(text)) throw new CodecError(INVALID);
  }

  private line(bytes: Buffer, from: number): { text: string; next: number } | undefined {
    const longest = this.state === "trailers" ? MAX_TRAILER_BYTES : MAX_CHUNK_LINE;
    const end = bytes.indexOf(LINE_END, from);
    if (end - from > longest || (end < 0 && bytes.length - from > longest)) throw new CodecError(INVALID);
    return end < 0 ? undefined : { text: bytes.toString("latin1", from, end), next: end + 2 };
  }
}

const LINE_END = Buffer.from("\r\n");
const CHUNK_SIZE = /^([0-9a-fA-F]{1,13})[ \t]*(?:;[^\r\n]*)?$/;
