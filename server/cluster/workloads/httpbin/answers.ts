import { deflateSync, gzipSync } from "node:zlib";
import type { ContainerContext } from "../../container/index.ts";
import { parseGoDuration } from "../http/go-duration.ts";
import { HTTPBIN_LIMITS } from "../limits.ts";
import { basicAuth, bearer } from "./auth.ts";
import { bodyFields } from "./body.ts";
import { type Endpoint, type Exchange, failure, jsonAnswer, textType } from "./exchange.ts";
import { go, urlOf } from "./facts.ts";
import { ANGRY, HTML_PAGE, ROBOTS, SLIDES, XML_PAGE } from "./pages.ts";
import { chooseStatus, statusAnswer } from "./status.ts";

/** The facts of a request without a body. Go's always names the method. */
function plain({ request, dialect }: Exchange): Record<string, unknown> {
  return {
    args: dialect.args(request),
    headers: dialect.headers(request),
    ...(dialect === go ? { method: request.method } : {}),
    origin: dialect.origin(request),
    url: urlOf(request),
  };
}

async function withBody(exchange: Exchange): Promise<Record<string, unknown>> {
  return { ...plain(exchange), ...(await bodyFields(exchange.request, exchange.dialect)) };
}

const only =
  (method: string, endpoint: Endpoint): Endpoint =>
  (exchange) => {
    const { method: used } = exchange.request;
    if (used === method || (method === "GET" && used === "HEAD")) return endpoint(exchange);
    return {
      status: 405,
      headers: { allow: `${method}, OPTIONS`, "content-type": textType(exchange.dialect) },
      body: "",
    };
  };

const anything: Endpoint = async (exchange) =>
  jsonAnswer({ ...(await withBody(exchange)), method: exchange.request.method }, exchange);

const echo: Endpoint = async (exchange) => jsonAnswer(await withBody(exchange), exchange);

/** Seconds, at most ten; Go's also takes durations such as 500ms. */
const delay: Endpoint = async (exchange) => {
  const { dialect, context, rest, request } = exchange;
  const text = rest[0] ?? "";
  const ms = /^[0-9.]+$/.test(text)
    ? Number(text) * 1000
    : dialect === go
      ? parseGoDuration(text)
      : undefined;
  if (ms === undefined || Number.isNaN(ms)) return failure(exchange, 400, "invalid duration");
  await context.clock.sleep(Math.min(ms, HTTPBIN_LIMITS.delayMs), context.terminate);
  if (dialect === go) return anything(exchange);
  const { json: _json, ...fields } = await withBody({ ...exchange, request });
  return jsonAnswer(fields, exchange);
};

const status: Endpoint = (exchange) => {
  const { rest, dialect, context } = exchange;
  const code = chooseStatus(rest[0] ?? "", context.random);
  return code === undefined
    ? failure(exchange, 400, "invalid status code")
    : statusAnswer(code, textType(dialect));
};

const bytes: Endpoint = (exchange) => {
  const count = countOf(exchange, HTTPBIN_LIMITS.bytes);
  if (count === undefined) return undefined;
  const body = exchange.context.random.bytes(count);
  return { status: 200, headers: { "content-type": "application/octet-stream" }, body };
};

const stream: Endpoint = (exchange) => {
  const count = countOf(exchange, HTTPBIN_LIMITS.streamLines);
  if (count === undefined) return undefined;
  const { dialect } = exchange;
  const line = (id: number) =>
    `${JSON.stringify(dialect === go ? { id, ...plain(exchange) } : { ...plain(exchange), id })}\n`;
  return {
    status: 200,
    headers: { "content-type": dialect.jsonType },
    async stream(response) {
      for (let id = 0; id < count; id++) response.write(line(id));
      response.end();
    },
  };
};

const drip: Endpoint = ({ request: { query }, context }) => {
  const number = (name: string, fallback: number) => {
    const text = query.get(name);
    const value = text === null ? fallback : (parseGoDuration(text) ?? Number.NaN) / 1000 || Number(text);
    return Number.isFinite(value) && value >= 0 ? value : fallback;
  };
  const count = Math.min(Number(query.get("numbytes") ?? 10) || 10, HTTPBIN_LIMITS.bytes);
  const pause = Math.min(number("duration", 2) * 1000, HTTPBIN_LIMITS.delayMs) / count;
  return {
    status: Number(query.get("code") ?? 200) || 200,
    headers: { "content-type": "application/octet-stream", "content-length": String(count) },
    async stream(response) {
      const { clock, terminate } = context;
      await clock.sleep(Math.min(number("delay", 0) * 1000, HTTPBIN_LIMITS.delayMs), terminate);
      for (let sent = 0; sent < count && !response.destroyed; sent++) {
        response.write("*");
        if (sent + 1 < count) await clock.sleep(pause, terminate);
      }
      response.end();
    },
  };
};

/** /redirect/n, /relative-redirect/n and /absolute-redirect/n count down to /get. */
const redirect =
  (kind: "relative" | "absolute"): Endpoint =>
  (exchange) => {
    const { request, rest } = exchange;
    const count = Number(rest[0]);
    if (!Number.isInteger(count) || count < 1) return failure(exchange, 400, "invalid redirect count");
    const absolute = kind === "absolute" || request.query.get("absolute") === "true";
    const path = count === 1 ? "/get" : `/${absolute ? "absolute" : "relative"}-redirect/${count - 1}`;
    const location = absolute ? new URL(path, urlOf(request)).href : path;
    return { status: 302, headers: { location, "content-type": textType(exchange.dialect) } };
  };

const redirectTo: Endpoint = (exchange) => {
  const { query } = exchange.request;
  const location = query.get("url");
  if (!location) return failure(exchange, 400, "missing required query parameter: url");
  const code = Number(query.get("status_code") ?? 302);
  return { status: code >= 300 && code < 400 ? code : 302, headers: { location } };
};

const cookies: Endpoint = (exchange) => {
  const { request, rest, dialect } = exchange;
  if (rest.length === 0) {
    const pairs = (request.header("cookie") ?? "").split(/; */).filter(Boolean);
    const jar = Object.fromEntries(
      pairs.map((pair) => [pair.split("=")[0] ?? "", pair.slice(pair.indexOf("=") + 1)]),
    );
    return jsonAnswer(dialect === go ? jar : { cookies: jar }, exchange);
  }
  const given = rest.length === 3 ? [[rest[1] ?? "", rest[2] ?? ""] as const] : [...request.query];
  if (rest[0] !== "set" && rest[0] !== "delete") return undefined;
  const gone = rest[0] === "delete" ? "; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0" : "";
  const set = given.map(([name, value]) => `${name}=${gone ? "" : value}${gone}; Path=/`);
  return { status: 302, headers: { location: "/cookies", "set-cookie": set } };
};

const responseHeaders: Endpoint = ({ request, dialect }) => {
  const given = Object.fromEntries(
    [...new Set(request.query.keys())].map((name) => [name, request.query.getAll(name)]),
  );
  const shown = dialect === go ? given : Object.fromEntries([...request.query]);
  return { status: 200, headers: { "content-type": dialect.jsonType, ...given }, body: dialect.text(shown) };
};

const packed =
  (name: "gzipped" | "deflated", pack: (text: string) => Buffer): Endpoint =>
  (exchange) => {
    const { url: _url, args: _args, ...facts } = plain(exchange);
    const answer = jsonAnswer({ ...facts, [name]: true, method: exchange.request.method }, exchange);
    const encoding = name === "gzipped" ? "gzip" : "deflate";
    return {
      ...answer,
      headers: { ...answer.headers, "content-encoding": encoding },
      body: pack(exchange.dialect.text({ ...facts, [name]: true, method: exchange.request.method })),
    };
  };

const cache: Endpoint = (exchange) => {
  const { request, rest, context } = exchange;
  const answer = jsonAnswer(plain(exchange), exchange);
  if (rest.length > 0)
    return {
      ...answer,
      headers: { ...answer.headers, "cache-control": `public, max-age=${Number(rest[0]) || 0}` },
    };
  if (request.header("if-modified-since") ?? request.header("if-none-match")) return { status: 304 };
  const etag = Buffer.from(context.random.bytes(16)).toString("hex");
  const at = new Date(context.clock.now()).toUTCString();
  return { ...answer, headers: { ...answer.headers, "last-modified": at, etag } };
};

const page =
  (type: string, body: string): Endpoint =>
  () => ({ status: 200, headers: { "content-type": type }, body });

function uuidOf({ random }: ContainerContext): string {
  const hex = Buffer.from(random.bytes(16)).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

function countOf({ rest }: Exchange, most: number): number | undefined {
  const count = Number(rest[0]);
  return rest[0] !== undefined && Number.isInteger(count) && count >= 0 ? Math.min(count, most) : undefined;
}

/** By the first part of the path. */
export const ENDPOINTS: ReadonlyMap<string, Endpoint> = new Map<string, Endpoint>([
  ["get", only("GET", (exchange) => jsonAnswer(plain(exchange), exchange))],
  ["head", only("HEAD", (exchange) => jsonAnswer(plain(exchange), exchange))],
  ["post", only("POST", echo)],
  ["put", only("PUT", echo)],
  ["patch", only("PATCH", echo)],
  ["delete", only("DELETE", echo)],
  ["anything", anything],
  ["headers", (exchange) => jsonAnswer({ headers: exchange.dialect.headers(exchange.request) }, exchange)],
  ["ip", (exchange) => jsonAnswer({ origin: exchange.dialect.origin(exchange.request) }, exchange)],
  [
    "user-agent",
    (exchange) => jsonAnswer({ "user-agent": exchange.request.header("user-agent") ?? null }, exchange),
  ],
  ["uuid", (exchange) => jsonAnswer({ uuid: uuidOf(exchange.context) }, exchange)],
  [
    "hostname",
    (exchange) =>
      exchange.dialect === go
        ? jsonAnswer({ hostname: exchange.context.env.HOSTNAME ?? "" }, exchange)
        : undefined,
  ],
  ["status", status],
  ["delay", delay],
  ["bytes", bytes],
  ["stream-bytes", bytes],
  ["range", bytes],
  ["stream", stream],
  ["drip", drip],
  ["redirect", redirect("relative")],
  ["relative-redirect", redirect("relative")],
  ["absolute-redirect", redirect("absolute")],
  ["redirect-to", redirectTo],
  ["cookies", cookies],
  ["response-headers", responseHeaders],
  ["gzip", packed("gzipped", (text) => gzipSync(text))],
  ["deflate", packed("deflated", (text) => deflateSync(text))],
  ["cache", cache],
  ["basic-auth", basicAuth(401)],
  ["hidden-basic-auth", basicAuth(404)],
  ["bearer", bearer],
  [
    "base64",
    ({ rest }) => ({
      status: 200,
      headers: { "content-type": "text/html; charset=utf-8" },
      body: Buffer.from(rest.at(-1) ?? "", "base64url"),
    }),
  ],
  ["json", (exchange) => jsonAnswer(SLIDES, exchange)],
  ["html", page("text/html; charset=utf-8", HTML_PAGE)],
  ["xml", page("application/xml", XML_PAGE)],
  ["robots.txt", page("text/plain", ROBOTS)],
  ["deny", page("text/plain", ANGRY)],
]);
