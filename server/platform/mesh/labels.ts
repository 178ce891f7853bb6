import type { Labels } from "./snapshot-types.ts";

/** Every wanted label is there with its value. An empty selector selects nothing here: callers mean particular pods. */
export function selects(selector: Labels, labels: Labels): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}
