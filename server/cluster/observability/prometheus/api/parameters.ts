import { QueryError } from "../promql/ast.ts";
import { parseDuration } from "../promql/duration.ts";

/** Seconds with a fraction, or RFC 3339; in milliseconds. */
export function timeParameter(parameters: URLSearchParams, name: string, fallback?: number): number {
  const text = parameters.get(name);
  if (text === null || text === "") {
    if (fallback !== undefined) return fallback;
    throw new QueryError("bad_data", `invalid parameter "${name}": cannot parse "" to a valid timestamp`);
  }
  const seconds = Number(text);
  const time = Number.isNaN(seconds) ? Date.parse(text) : Math.round(seconds * 1000);
  if (Number.isNaN(time))
    throw new QueryError(
      "bad_data",
      `invalid parameter "${name}": cannot parse "${text}" to a valid timestamp`,
    );
  return time;
}

export function durationParameter(parameters: URLSearchParams, name: string): number {
  const text = parameters.get(name) ?? "";
  const seconds = text === "" ? Number.NaN : Number(text);
  const duration = Number.isNaN(seconds) ? parseDuration(text) : seconds * 1000;
  if (duration === undefined)
    throw new QueryError(
      "bad_data",
      `invalid parameter "${name}": cannot parse "${text}" to a valid duration`,
    );
  return duration;
}
