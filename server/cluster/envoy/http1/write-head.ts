import type { HeaderMap } from "../http/headers.ts";
import { statusText } from "./status-text.ts";

/** How the body that follows is written. */
export type BodyForm = "none" | "plain" | "chunked";

export interface WrittenHead {
  readonly text: string;
  readonly form: BodyForm;
}

function fieldText(headers: HeaderMap): string {
  let text = "";
  for (const [name, value] of headers.entries()) text += `${name}: ${value}\r\n`;
  return text;
}

export interface ResponseFacts {
  readonly status: number;
  /** No body follows. */
  readonly end: boolean;
  readonly toHead: boolean;
  readonly http10: boolean;
  readonly close: boolean;
}

/** Follows Envoy http1/codec_impl.cc StreamEncoderImpl::encodeHeadersBase: names in lower case, length or chunks. */
export function responseHead(headers: HeaderMap, facts: ResponseFacts): WrittenHead {
  const { status, end, http10 } = facts;
  let extra = "";
  let form: BodyForm = end ? "none" : "plain";
  if (!headers.has("content-length") && status >= 200 && status !== 204) {
    if (end && !facts.toHead) extra = "content-length: 0\r\n";
    else if (!http10) {
      extra = "transfer-encoding: chunked\r\n";
      form = end || facts.toHead ? "none" : "chunked";
    }
  }
  if (facts.close) extra += "connection: close\r\n";
  const version = http10 ? "HTTP/1.0" : "HTTP/1.1";
  return { text: `${version} ${status} ${statusText(status)}\r\n${fieldText(headers)}${extra}\r\n`, form };
}

export interface RequestFacts {
  readonly method: string;
  readonly path: string;
  readonly authority: string;
  readonly hasBody: boolean;
}

export function requestHead(headers: HeaderMap, facts: RequestFacts): WrittenHead {
  const chunked = facts.hasBody && !headers.has("content-length");
  const extra = chunked ? "transfer-encoding: chunked\r\n" : "";
  return {
    text: `${facts.method} ${facts.path} HTTP/1.1\r\nhost: ${facts.authority}\r\n${fieldText(headers)}${extra}\r\n`,
    form: chunked ? "chunked" : facts.hasBody ? "plain" : "none",
  };
}

export const LAST_CHUNK = "0\r\n\r\n";

export const chunkHead = (chunk: Buffer) => `${chunk.length.toString(16)}\r\n`;
