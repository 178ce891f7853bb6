import type { Duplex } from "node:stream";
import { INSPECT_BYTES } from "../limits.ts";

/** What a look at the first bytes says. */
export interface Inspection {
  readonly transportProtocol: "tls" | "raw_buffer";
  readonly serverName: string;
  readonly applicationProtocols: readonly string[];
}

/** The verdict of an inspector; undefined asks for more bytes. */
type Verdict<T> = T | "invalid" | undefined;

/**
 * Looks at the first bytes without consuming them. Resolves undefined when the connection ended or the bytes are more
 * than an inspector may see.
 */
export function inspect(
  connection: Duplex,
  options: { readonly http: boolean },
): Promise<Inspection | undefined> {
  return new Promise((resolve) => {
    let seen: Buffer = Buffer.alloc(0);
    const finish = (result: Inspection | undefined) => {
      connection.removeListener("readable", read);
      connection.removeListener("end", ended);
      connection.removeListener("close", ended);
      connection.removeListener("error", ended);
      if (seen.length > 0 && !connection.destroyed) connection.unshift(seen);
      // A stream leaves "readable" mode on the next tick; whoever reads next must come after it.
      process.nextTick(() => resolve(result));
    };
    const ended = () => finish(undefined);
    const read = () => {
      for (let chunk = nextChunk(connection); chunk; chunk = nextChunk(connection)) {
        seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
      }
      const verdict = judge(seen, options.http);
      if (verdict === "invalid" || (verdict === undefined && seen.length > INSPECT_BYTES)) finish(undefined);
      else if (verdict) finish(verdict);
    };
    connection.on("readable", read);
    connection.once("end", ended);
    connection.once("close", ended);
    connection.once("error", ended);
    if (connection.destroyed) ended();
    else read();
  });
}

function nextChunk(connection: Duplex): Buffer | undefined {
  const chunk: unknown = connection.read();
  return Buffer.isBuffer(chunk) ? chunk : undefined;
}

function judge(bytes: Buffer, http: boolean): Verdict<Inspection> {
  if (bytes.length === 0) return undefined;
  if (bytes[0] === HANDSHAKE_RECORD) return readClientHello(bytes);
  if (!http) return PLAIN;
  const protocol = readHttpVersion(bytes);
  if (protocol === undefined) return undefined;
  return { ...PLAIN, applicationProtocols: protocol === "invalid" ? [] : [protocol] };
}

const HANDSHAKE_RECORD = 0x16;
const PLAIN: Inspection = { transportProtocol: "raw_buffer", serverName: "", applicationProtocols: [] };

const HTTP2_PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/** Which HTTP the first line speaks; "invalid" when none (Envoy filters/listener/http_inspector). */
export function readHttpVersion(bytes: Buffer): Verdict<"http/1.0" | "http/1.1" | "h2c"> {
  const text = bytes.toString("latin1");
  const preface = HTTP2_PREFACE.slice(0, text.length);
  if (text.startsWith(HTTP2_PREFACE)) return "h2c";
  if (text === preface) return undefined;
  const end = text.indexOf("\r\n");
  if (end < 0) return /^[A-Za-z-]{0,20}( [^\r]*)?\r?$/.test(text) ? undefined : "invalid";
  const version = /^[A-Za-z-]+ \S+ HTTP\/(1\.[01])$/.exec(text.slice(0, end))?.[1];
  if (version === "1.0") return "http/1.0";
  return version === "1.1" ? "http/1.1" : "invalid";
}

/** Server name and ALPN of a ClientHello (RFC 8446 §4.1.2), which may span records. */
export function readClientHello(bytes: Buffer): Verdict<Inspection> {
  const hello = handshakeMessage(bytes);
  if (hello === undefined || hello === "invalid") return hello;
  const reader = new Reader(hello);
  reader.skip(2 + 32); // version, random
  reader.skip(reader.uint(1)); // session id
  reader.skip(reader.uint(2)); // cipher suites
  reader.skip(reader.uint(1)); // compression methods
  const extensions = new Reader(reader.take(reader.uint(2)));
  let serverName = "";
  const applicationProtocols: string[] = [];
  while (extensions.left() >= 4) {
    const type = extensions.uint(2);
    const body = new Reader(extensions.take(extensions.uint(2)));
    if (type === 0) {
      body.skip(3); // list length, name type host_name
      serverName = body.take(body.uint(2)).toString("latin1").toLowerCase();
    } else if (type === 16) {
      body.skip(2);
      while (body.left() > 0) applicationProtocols.push(body.take(body.uint(1)).toString("latin1"));
    }
  }
  return { transportProtocol: "tls", serverName, applicationProtocols };
}

function handshakeMessage(bytes: Buffer): Verdict<Buffer> {
  const parts: Buffer[] = [];
  let have = 0;
  let at = 0;
  while (bytes.length >= at + 5) {
    if (bytes[at] !== HANDSHAKE_RECORD || bytes[at + 1] !== 3) return "invalid";
    const length = bytes.readUInt16BE(at + 3);
    const part = bytes.subarray(at + 5, at + 5 + length);
    parts.push(part);
    have += part.length;
    at += 5 + length;
    const message = Buffer.concat(parts);
    if (message.length < 4) continue;
    if (message[0] !== 1) return "invalid";
    const need = message.readUIntBE(1, 3);
    if (have >= 4 + need) return message.subarray(4, 4 + need);
  }
  return undefined;
}

/** Reads past the end as zero and empty: a short message has no names in it, and that is what matters here. */
class Reader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  left(): number {
    return this.bytes.length - this.at;
  }

  skip(count: number): void {
    this.at = Math.min(this.bytes.length, this.at + count);
  }

  uint(width: number): number {
    if (this.left() < width) {
      this.at = this.bytes.length;
      return 0;
    }
    const value = this.bytes.readUIntBE(this.at, width);
    this.at += width;
    return value;
  }

  take(count: number): Buffer {
    const part = this.bytes.subarray(this.at, this.at + count);
    this.skip(count);
    return part;
  }
}
