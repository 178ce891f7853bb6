import { MAX_SHARED_TEXTS } from "../limits.ts";

/** One line of a scrape: the series as it is written there (its cache key), and its value. */
export interface ExposedSample {
  readonly series: string;
  readonly value: number;
}

/** Reads text exposition format 0.0.4. Timestamps on lines are ignored (Istio and Envoy write none). */
export function* readExposition(text: string): Generator<ExposedSample> {
  let at = 0;
  while (at < text.length) {
    let end = text.indexOf("\n", at);
    if (end < 0) end = text.length;
    const line = text.slice(at, end).trim();
    at = end + 1;
    if (line === "" || line.startsWith("#")) continue;
    const close = line.lastIndexOf("}");
    const cut = close >= 0 ? close + 1 : line.search(/\s/);
    if (cut < 1) continue;
    const value = toNumber(line.slice(cut).trim().split(/\s+/)[0] ?? "");
    if (value !== undefined) yield { series: line.slice(0, cut), value };
  }
}

function toNumber(text: string): number | undefined {
  if (text === "+Inf" || text === "Inf") return Number.POSITIVE_INFINITY;
  if (text === "-Inf") return Number.NEGATIVE_INFINITY;
  if (text === "NaN") return Number.NaN;
  const value = text === "" ? Number.NaN : Number(text);
  return Number.isNaN(value) ? undefined : value;
}

/** The same text on its own: a substring of V8's keeps the whole that it was cut from. */
export const copyOf = (text: string): string => Buffer.from(text, "utf8").toString("utf8");

/** Names and values that many series share, stored once; forgotten all together when full. */
let shared = new Map<string, string>();

function once(text: string): string {
  const known = shared.get(text);
  if (known !== undefined) return known;
  if (shared.size >= MAX_SHARED_TEXTS) shared = new Map();
  const copy = copyOf(text);
  shared.set(copy, copy);
  return copy;
}

/** Name and labels of a written series. Undefined when it is not well formed. */
export function readSeries(series: string): Record<string, string> | undefined {
  const open = series.indexOf("{");
  const labels: Record<string, string> = {
    __name__: once((open < 0 ? series : series.slice(0, open)).trim()),
  };
  if (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(labels.__name__ ?? "")) return undefined;
  if (open < 0) return labels;
  const body = series.slice(open + 1, -1);
  const pattern = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)/gy;
  let consumed = 0;
  for (const match of body.matchAll(pattern)) {
    consumed = match.index + match[0].length;
    const value = (match[2] ?? "").replace(/\\(.)/g, (_, code: string) => (code === "n" ? "\n" : code));
    if (value !== "") labels[once(match[1] ?? "")] = once(value);
  }
  return body.slice(consumed).trim() === "" ? labels : undefined;
}
