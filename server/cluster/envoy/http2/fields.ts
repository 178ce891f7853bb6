import { constants, type IncomingHttpHeaders, type OutgoingHttpHeaders } from "node:http2";
import { HeaderMap } from "../http/headers.ts";

// What belongs to a connection and has no place in HTTP/2 (RFC 9113 §8.2.2).
const NOT_IN_HTTP2 = new Set([
  "connection",
  "transfer-encoding",
  "keep-alive",
  "proxy-connection",
  "upgrade",
  "host",
]);

/** Fields for node:http2, several of one name as a list. */
export function toHttp2(
  headers: HeaderMap,
  pseudo: Readonly<Record<string, string | number>>,
): OutgoingHttpHeaders {
  const fields: Record<string, string | string[] | number> = { ...pseudo };
  for (const [name, value] of headers.entries()) {
    if (NOT_IN_HTTP2.has(name) || (name === "te" && value !== "trailers")) continue;
    const before = fields[name];
    if (before === undefined) fields[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else fields[name] = [String(before), value];
  }
  return fields;
}

/** Node's handlers give flags and raw fields as further arguments that its types leave out. */
export function received(
  headers: IncomingHttpHeaders,
  rest: readonly unknown[],
): { readonly headers: HeaderMap; readonly end: boolean } {
  const [flags, raw] = rest;
  const list = Array.isArray(raw) ? raw.map(String) : flatten(headers);
  return {
    headers: HeaderMap.fromRaw(list),
    end: (Number(flags) & constants.NGHTTP2_FLAG_END_STREAM) !== 0,
  };
}

function flatten(headers: object): string[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).flatMap((one) => [name, String(one)]),
  );
}

export function pseudoField(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  return typeof value === "string" ? value : "";
}
