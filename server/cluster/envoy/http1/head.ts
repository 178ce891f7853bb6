import { HeaderMap } from "../http/headers.ts";
import { HEADER_BYTES, MAX_HEADERS } from "../limits.ts";
import { CodecError, INVALID } from "./errors.ts";

export interface RequestHead {
  readonly method: string;
  readonly target: string;
  readonly minor: 0 | 1;
  readonly headers: HeaderMap;
}

export interface ResponseHead {
  readonly status: number;
  readonly minor: 0 | 1;
  readonly headers: HeaderMap;
}

const EMPTY_LINE = Buffer.from("\r\n\r\n");
const CR = 13;
const LF = 10;

/** Where the head ends (behind its empty line); -1 while it has not come whole. Throws when it is too long. */
export function headEnd(bytes: Buffer, searched: number): number {
  const at = bytes.indexOf(EMPTY_LINE, Math.max(0, searched - 3));
  if (at > HEADER_BYTES || (at < 0 && bytes.length > HEADER_BYTES))
    throw new CodecError("http1.headers_too_large", 431);
  return at < 0 ? -1 : at + 4;
}

/** Bytes of empty lines in front of a request, which a server skips (RFC 9112 §2.2). */
export function leadingEmptyLines(bytes: Buffer): number {
  let at = 0;
  while (bytes[at] === CR && bytes[at + 1] === LF) at += 2;
  return at;
}

/** No request can begin so: a TLS handshake, say. It is refused at once; the rest of a head may never come. */
export function refuseOtherProtocols(bytes: Buffer): void {
  const [first] = bytes;
  if (first === undefined || first === CR) return;
  if (!TOKEN.test(String.fromCharCode(first))) throw new CodecError(INVALID);
}

export function parseRequestHead(text: string): RequestHead {
  const lineEnd = text.indexOf("\r\n");
  const line = text.slice(0, lineEnd);
  const first = line.indexOf(" ");
  const last = line.lastIndexOf(" ");
  const version = line.slice(last + 1);
  if (first <= 0 || last === first || (version !== "HTTP/1.1" && version !== "HTTP/1.0"))
    throw new CodecError(INVALID);
  const method = line.slice(0, first);
  const target = line.slice(first + 1, last);
  if (!TOKEN.test(method) || !TARGET.test(target)) throw new CodecError(INVALID);
  return {
    method,
    target,
    minor: version === "HTTP/1.1" ? 1 : 0,
    headers: parseFields(text, lineEnd + 2),
  };
}

export function parseResponseHead(text: string): ResponseHead {
  const lineEnd = text.indexOf("\r\n");
  const [, minor, status] = STATUS_LINE.exec(text.slice(0, lineEnd)) ?? [];
  if (status === undefined) throw new CodecError(INVALID);
  return {
    status: Number(status),
    minor: minor === "1" ? 1 : 0,
    headers: parseFields(text, lineEnd + 2),
  };
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const TARGET = /^[\x21-\x7e\x80-\xff]+$/;
const STATUS_LINE = /^HTTP\/1\.([01]) (\d{3})(?: .*)?$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

// Few names come again and again; one that is here has been checked.
const knownNames = new Map<string, string>();
const MAX_KNOWN_NAMES = 1_000;

function nameOf(raw: string): string {
  const known = knownNames.get(raw);
  if (known !== undefined) return known;
  if (!TOKEN.test(raw)) throw new CodecError(INVALID);
  const name = raw.toLowerCase();
  if (knownNames.size < MAX_KNOWN_NAMES) knownNames.set(raw, name);
  return name;
}

/** Fields up to the empty line. No folded lines, no blank before a colon, no bare CR or LF. */
export function parseFields(text: string, from: number): HeaderMap {
  const fields: [string, string][] = [];
  let at = from;
  for (;;) {
    const end = text.indexOf("\r\n", at);
    if (end === at || end < 0) return new HeaderMap(fields);
    const colon = text.indexOf(":", at);
    if (colon < 0 || colon > end) throw new CodecError(INVALID);
    const name = nameOf(text.slice(at, colon));
    const value = trimmed(text, colon + 1, end);
    if (!VALUE.test(value)) throw new CodecError(INVALID);
    if (fields.length >= MAX_HEADERS) throw new CodecError("http1.too_many_headers", 431);
    fields.push([name, value]);
    at = end + 2;
  }
}

function trimmed(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

const isBlank = (code: number) => code === 32 || code === 9;
