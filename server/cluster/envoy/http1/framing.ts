import type { HeaderMap } from "../http/headers.ts";
import { CodecError, INVALID } from "./errors.ts";

/** How long a message's body is: nothing, so many bytes, in chunks, or until the connection ends. */
export type Framing =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly bytes: number }
  | { readonly kind: "chunked" }
  | { readonly kind: "until-close" };

const NONE: Framing = { kind: "none" };
const CHUNKED: Framing = { kind: "chunked" };

/**
 * A request that could be read in two ways is refused: Content-Length beside Transfer-Encoding, lengths that differ, an
 * encoding other than chunked (Envoy http1/codec_impl.cc; RFC 9112 §6.3).
 */
export function requestFraming(headers: HeaderMap, minor: 0 | 1): Framing {
  const encoding = headers.joined("transfer-encoding");
  const length = contentLength(headers);
  if (encoding !== undefined) {
    if (encoding.toLowerCase() !== "chunked" || minor === 0)
      throw new CodecError("http1.invalid_transfer_encoding", 501);
    if (length !== undefined) throw new CodecError("http1.content_length_not_allowed");
    return CHUNKED;
  }
  return length === undefined || length === 0 ? NONE : { kind: "length", bytes: length };
}

export function responseFraming(
  headers: HeaderMap,
  of: { readonly status: number; readonly method: string },
): Framing {
  const { status, method } = of;
  if (method === "HEAD" || status === 204 || status === 304) return NONE;
  const encoding = headers.joined("transfer-encoding");
  const length = contentLength(headers);
  if (encoding !== undefined) {
    if (encoding.toLowerCase() !== "chunked" || length !== undefined) throw new CodecError(INVALID);
    return CHUNKED;
  }
  if (length === undefined) return { kind: "until-close" };
  return length === 0 ? NONE : { kind: "length", bytes: length };
}

function contentLength(headers: HeaderMap): number | undefined {
  let length: number | undefined;
  for (const [name, value] of headers.entries()) {
    if (name !== "content-length") continue;
    if (length !== undefined || !/^\d{1,15}$/.test(value)) throw new CodecError(INVALID);
    length = Number(value);
  }
  return length;
}
