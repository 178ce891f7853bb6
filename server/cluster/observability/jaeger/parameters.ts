// Follows jaeger cmd/query/app/query_parser.go: the parameters of a search, their defaults and their refusals.
import { isObject } from "../../apimachinery/index.ts";
import { MAX_SEARCH_LIMIT } from "./limits.ts";
import type { TraceSearch } from "./span-store.ts";

const DEFAULT_LIMIT = 100;
const DEFAULT_LOOKBACK_US = 2 * 24 * 3_600_000_000;

/** Refused with 400 and this message. */
export class BadParameter extends Error {
  override readonly name = "BadParameter";
}

export function searchOf(parameters: URLSearchParams, nowUs: number): TraceSearch {
  const service = parameters.get("service") ?? "";
  const search: TraceSearch = {
    service,
    operation: parameters.get("operation") ?? "",
    start: integer(parameters, "start") ?? nowUs - DEFAULT_LOOKBACK_US,
    end: integer(parameters, "end") ?? nowUs,
    tags: tagsOf(parameters),
    limit: Math.min(MAX_SEARCH_LIMIT, limitOf(parameters.get("limit") ?? "")),
    minDuration: duration(parameters, "minDuration"),
    maxDuration: duration(parameters, "maxDuration"),
  };
  if (service === "") throw new BadParameter("parameter 'service' is required");
  if (search.minDuration > 0 && search.maxDuration > 0 && search.maxDuration < search.minDuration)
    throw new BadParameter("'maxDuration' should be greater than 'minDuration'");
  return search;
}

/** A whole number of units since the epoch; undefined when it is not given. */
export function integer(parameters: URLSearchParams, name: string): number | undefined {
  const text = parameters.get(name) ?? "";
  if (text === "") return undefined;
  if (!/^[-+]?\d+$/.test(text))
    throw new BadParameter(
      `unable to parse param '${name}': strconv.ParseInt: parsing "${text}": invalid syntax`,
    );
  return Number(text);
}

function limitOf(text: string): number {
  if (text === "") return DEFAULT_LIMIT;
  if (!/^[-+]?\d+$/.test(text)) throw new BadParameter(`strconv.ParseInt: parsing "${text}": invalid syntax`);
  return Math.max(0, Number(text));
}

function tagsOf(parameters: URLSearchParams): Readonly<Record<string, string>> {
  const tags: Record<string, string> = {};
  for (const tag of parameters.getAll("tag")) {
    const colon = tag.indexOf(":");
    if (colon < 0) throw new BadParameter(`malformed 'tag' parameter, expecting key:value, received: ${tag}`);
    tags[tag.slice(0, colon)] = tag.slice(colon + 1);
  }
  for (const text of parameters.getAll("tags")) {
    const parsed = parseTags(text);
    for (const [key, value] of Object.entries(parsed)) {
      if (typeof value !== "string")
        throw new BadParameter(
          `malformed 'tags' parameter, cannot unmarshal JSON: json: cannot unmarshal ${typeof value} into Go value of type string`,
        );
      tags[key] = value;
    }
  }
  return tags;
}

function parseTags(text: string): object {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BadParameter(`malformed 'tags' parameter, cannot unmarshal JSON: ${reason}`, { cause });
  }
  if (isObject(parsed)) return parsed;
  throw new BadParameter(
    "malformed 'tags' parameter, cannot unmarshal JSON: json: cannot unmarshal array into Go value of type map[string]string",
  );
}

const UNITS: Readonly<Record<string, number>> = {
  ns: 0.001,
  us: 1,
  µs: 1,
  μs: 1,
  ms: 1_000,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
};

/** A Go duration ("1.5s", "100ms") in microseconds; 0 when it is not given. */
function duration(parameters: URLSearchParams, name: string): number {
  const text = parameters.get(name) ?? "";
  if (text === "" || text === "0") return 0;
  const parts = [...text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/gy)];
  const length = parts.reduce((sum, [part]) => sum + part.length, 0);
  if (parts.length === 0 || length !== text.length) {
    const reason = /^[\d.]+$/.test(text)
      ? `time: missing unit in duration "${text}"`
      : `time: invalid duration "${text}"`;
    throw new BadParameter(`unable to parse param '${name}': ${reason}`);
  }
  return parts.reduce((sum, [, amount, unit = ""]) => sum + Number(amount) * (UNITS[unit] ?? 0), 0);
}
