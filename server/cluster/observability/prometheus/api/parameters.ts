import type { QueryError } from "../promql/ast.ts";
import { parseDuration } from "../promql/duration.ts";
import { badParameter } from "./answers.ts";

/** Seconds with a fraction, or RFC 3339; in milliseconds. */
export function timeParameter(parameters: URLSearchParams, name: string, fallback?: number): number {
  const text = parameters.get(name) ?? "";
  if (text === "" && fallback !== undefined) return fallback;
  const time = timeOf(text);
  if (time === undefined) throw badParameter(name, `cannot parse "${text}" to a valid timestamp`);
  return time;
}

function timeOf(text: string): number | undefined {
  if (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)) return Math.round(Number(text) * 1000);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)$/.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

/** Seconds with a fraction, or a duration; in milliseconds. */
export function durationParameter(parameters: URLSearchParams, name: string): number {
  const text = parameters.get(name) ?? "";
  const seconds = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)
    ? Number(text) * 1000
    : parseDuration(text);
  if (seconds === undefined) throw badParameter(name, `cannot parse "${text}" to a valid duration`);
  return seconds;
}

/** A whole number; undefined when it is not given. */
export function countParameter(parameters: URLSearchParams, name: string): number | undefined {
  const text = parameters.get(name) ?? "";
  if (text === "") return undefined;
  if (!/^-?\d+$/.test(text)) throw limitError(name);
  return Number(text);
}

const limitError = (name: string): QueryError => badParameter(name, `${name} must be a number`);
