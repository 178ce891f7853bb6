import { peerOf, type WebRequest } from "../http/web.ts";

/** How one of the two httpbins names headers, origin and body. */
export interface Dialect {
  readonly jsonType: string;
  headers(request: WebRequest): unknown;
  args(request: WebRequest): unknown;
  origin(request: WebRequest): string;
  /** The whole answer's text. */
  text(value: unknown): string;
}

/** `x-envoy-attempt-count` as both write it: X-Envoy-Attempt-Count. */
export const titled = (name: string) =>
  name.toLowerCase().replace(/(^|-)([a-z])/g, (part) => part.toUpperCase());

export function headerPairs({ incoming }: WebRequest): readonly (readonly [string, string])[] {
  const pairs: [string, string][] = [];
  for (let i = 0; i < incoming.rawHeaders.length; i += 2)
    pairs.push([titled(incoming.rawHeaders[i] ?? ""), incoming.rawHeaders[i + 1] ?? ""]);
  return pairs;
}

export function urlOf(request: WebRequest): string {
  const scheme = request.header("x-forwarded-proto") ?? request.header("x-forwarded-protocol") ?? "http";
  return `${scheme}://${request.header("host") ?? ""}${request.target}`;
}

export function multi(pairs: Iterable<readonly [string, string]>): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [name, value] of pairs) found.set(name, [...(found.get(name) ?? []), value]);
  return found;
}

/** Names hidden by httpbin because a platform of old set them (helpers.py ENV_HEADERS). */
const HIDDEN = new Set([
  "X-Varnish",
  "X-Request-Start",
  "X-Heroku-Queue-Depth",
  "X-Real-Ip",
  "X-Forwarded-Proto",
  "X-Forwarded-Protocol",
  "X-Forwarded-Ssl",
  "X-Forwarded-Port",
  "X-Heroku-Queue-Wait-Time",
  "X-Forwarded-For",
  "X-Heroku-Dynos-In-Use",
]);

/** kennethreitz/httpbin, kong/httpbin: Flask. Keys sorted, one value as text, several as a list. */
export const python: Dialect = {
  jsonType: "application/json",
  headers(request) {
    const showAll = request.query.has("show_env");
    const pairs = multi(headerPairs(request).filter(([name]) => showAll || !HIDDEN.has(name)));
    return Object.fromEntries([...pairs].map(([name, values]) => [name, values.join(",")]));
  },
  args: ({ query }) => flat(multi(query)),
  origin: (request) => request.header("x-forwarded-for") ?? peerOf(request),
  text: (value) => `${JSON.stringify(sorted(value), null, 2)}\n`,
};

/** mccutchen/go-httpbin: every value in a list, keys in the order of the program, `<` not escaped. */
export const go: Dialect = {
  jsonType: "application/json; charset=utf-8",
  headers: (request) =>
    Object.fromEntries([...multi(headerPairs(request))].sort(([a], [b]) => (a < b ? -1 : 1))),
  args: ({ query }) => Object.fromEntries([...multi(query)].sort(([a], [b]) => (a < b ? -1 : 1))),
  origin: (request) =>
    request.header("x-forwarded-for")?.split(",")[0]?.trim() ??
    `${peerOf(request)}:${request.incoming.socket.remotePort ?? 0}`,
  text: (value) => `${JSON.stringify(value, null, 2)}\n`,
};

export function flat(
  values: ReadonlyMap<string, readonly string[]>,
): Record<string, string | readonly string[]> {
  return Object.fromEntries(
    [...values].map(([name, all]) => [name, all.length === 1 ? (all[0] ?? "") : all]),
  );
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
