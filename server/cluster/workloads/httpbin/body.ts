import type { WebRequest } from "../http/web.ts";
import { type Dialect, flat, go, multi } from "./facts.ts";

/** What a request's body holds, in the fields that /post and /anything show. */
export interface BodyFields {
  readonly data: string;
  readonly files: Readonly<Record<string, unknown>>;
  readonly form: Readonly<Record<string, unknown>>;
  readonly json: unknown;
}

export async function bodyFields(request: WebRequest, dialect: Dialect): Promise<BodyFields> {
  const type = (request.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const bytes = await request.body();
  const values = (pairs: Iterable<readonly [string, string]>) =>
    dialect === go ? Object.fromEntries(multi(pairs)) : flat(multi(pairs));
  if (type === "application/x-www-form-urlencoded")
    return { data: "", files: {}, form: values(new URLSearchParams(bytes.toString("utf8"))), json: null };
  if (type === "multipart/form-data") {
    const parts = multipart(bytes, request.header("content-type") ?? "");
    const files = parts.filter(({ isFile }) => isFile).map(({ name, text }) => [name, text] as const);
    const fields = parts.filter(({ isFile }) => !isFile).map(({ name, text }) => [name, text] as const);
    return { data: "", files: values(files), form: values(fields), json: null };
  }
  const data = textOf(bytes, type || "application/octet-stream");
  return { data, files: {}, form: {}, json: parsed(bytes.toString("utf8")) };
}

/** Bytes that are no text become a data URL. */
function textOf(bytes: Buffer, type: string): string {
  const text = bytes.toString("utf8");
  return text.includes("\uFFFD") ? `data:${type};base64,${bytes.toString("base64")}` : text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

interface Part {
  readonly name: string;
  readonly isFile: boolean;
  readonly text: string;
}

function multipart(bytes: Buffer, contentType: string): readonly Part[] {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return [];
  return bytes
    .toString("latin1")
    .split(`--${boundary}`)
    .slice(1, -1)
    .flatMap((part): Part[] => {
      const cut = part.indexOf("\r\n\r\n");
      const head = part.slice(0, cut);
      const name = /name="([^"]*)"/i.exec(head)?.[1];
      if (cut < 0 || name === undefined) return [];
      const text = Buffer.from(part.slice(cut + 4).replace(/\r\n$/, ""), "latin1").toString("utf8");
      return [{ name, isFile: /filename="/i.test(head), text }];
    });
}
