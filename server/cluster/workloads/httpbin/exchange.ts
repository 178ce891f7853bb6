import type { ContainerContext } from "../../container/index.ts";
import type { WebAnswer, WebRequest } from "../http/web.ts";
import { type Dialect, go } from "./facts.ts";

export interface Exchange {
  readonly request: WebRequest;
  /** The path's parts after the first. */
  readonly rest: readonly string[];
  readonly dialect: Dialect;
  readonly context: ContainerContext;
}

export type Endpoint = (exchange: Exchange) => WebAnswer | undefined | Promise<WebAnswer | undefined>;

export function jsonAnswer(value: unknown, { dialect }: Pick<Exchange, "dialect">, status = 200): WebAnswer {
  return { status, headers: { "content-type": dialect.jsonType }, body: dialect.text(value) };
}

export const textType = (dialect: Dialect) =>
  dialect === go ? "text/plain; charset=utf-8" : "text/html; charset=utf-8";

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  404: "Not Found",
  501: "Not Implemented",
};

/** Go's answers errors in JSON, Flask in a page. */
export function failure({ dialect }: Pick<Exchange, "dialect">, code: number, detail?: string): WebAnswer {
  const error = TITLES[code] ?? "";
  if (dialect === go)
    return jsonAnswer({ status_code: code, error, ...(detail ? { detail } : {}) }, { dialect }, code);
  const words = detail ?? "The requested URL was not found on the server.";
  const body = `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">\n<title>${code} ${error}</title>\n<h1>${error}</h1>\n<p>${words}</p>\n`;
  return { status: code, headers: { "content-type": "text/html" }, body };
}
