import type { ContainerContext } from "../../container/index.ts";
import type { CommandIO } from "../shell/command.ts";
import { CurlError } from "./errors.ts";
import type { CurlOptions } from "./options.ts";

export const CURL_VERSION = "8.5.0";

/** A URL as curl reads it: http when no scheme is said. */
export function parseUrl(text: string): URL {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== "http" && scheme !== "https")
    throw new CurlError(1, `Protocol "${scheme}" not supported or disabled in libcurl`);
  const port = /^(?:[a-z]+:\/\/)?[^/?#@]*:(\d+)/i.exec(text)?.[1];
  if (port !== undefined && Number(port) > 65_535)
    throw new CurlError(3, "URL rejected: Port number was not a decimal number between 0 and 65535");
  try {
    return new URL(scheme === undefined ? `http://${text}` : text);
  } catch {
    throw new CurlError(3, "URL rejected: Malformed input to a URL function");
  }
}

/** The request body of -d and its kin; undefined when there is none. */
export async function requestBody(
  options: CurlOptions,
  io: CommandIO,
  { files }: ContainerContext,
): Promise<Buffer | undefined> {
  if (options.data.length === 0) return undefined;
  const parts: Buffer[] = [];
  for (const { kind, value } of options.data) {
    if (parts.length > 0) parts.push(Buffer.from("&"));
    if (kind === "urlencode") parts.push(Buffer.from(urlEncoded(value)));
    else if (kind === "raw" || !value.startsWith("@")) parts.push(Buffer.from(value));
    else {
      const path = value.slice(1);
      const content =
        path === "-" ? await io.stdin() : files.read(path.startsWith("/") ? path : `${io.cwd}/${path}`);
      if (!content) throw new CurlError(26, `Failed to open ${path}`);
      const bytes = Buffer.from(content);
      // Without --data-binary line ends are dropped.
      parts.push(
        kind === "binary" ? bytes : Buffer.from(bytes.toString("latin1").replace(/[\r\n]/g, ""), "latin1"),
      );
    }
  }
  return Buffer.concat(parts);
}

function urlEncoded(value: string): string {
  const equals = value.indexOf("=");
  const name = equals > 0 ? `${value.slice(0, equals)}=` : "";
  return name + encodeURIComponent(value.slice(equals + 1));
}

/** Headers in the order curl sends them; -H replaces, removes (`Name:`) or adds. */
export function requestHeaders(
  url: URL,
  options: CurlOptions,
  body: Buffer | undefined,
): readonly (readonly [string, string])[] {
  const headers: [string, string][] = [["Host", url.host]];
  const user = options.user ?? (url.username ? `${url.username}:${url.password}` : undefined);
  if (user !== undefined) headers.push(["Authorization", `Basic ${Buffer.from(user).toString("base64")}`]);
  headers.push(["User-Agent", options.userAgent ?? `curl/${CURL_VERSION}`], ["Accept", "*/*"]);
  if (options.referer) headers.push(["Referer", options.referer]);
  if (options.cookie) headers.push(["Cookie", options.cookie]);
  if (body) {
    headers.push(["Content-Length", String(body.length)]);
    headers.push(["Content-Type", "application/x-www-form-urlencoded"]);
  }
  for (const line of options.headers) {
    const [, name = "", separator, value = ""] = /^([^:;]+)([:;])\s*(.*)$/.exec(line) ?? [];
    if (!name) continue;
    const at = headers.findIndex(([known]) => known.toLowerCase() === name.toLowerCase());
    const keep = value !== "" || separator === ";";
    if (at >= 0 && keep) headers[at] = [name, value];
    else if (at >= 0) headers.splice(at, 1);
    else if (keep) headers.push([name, value]);
  }
  return headers;
}
