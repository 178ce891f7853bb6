import type { Labels } from "../storage/series.ts";
import { keyOf } from "../storage/series-store.ts";

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

export interface Range {
  readonly labels: Labels;
  /** time, value, time, value … in milliseconds. */
  readonly points: readonly number[];
}

export type Value =
  | { readonly type: "scalar"; readonly value: number }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "vector"; readonly samples: readonly Sample[] }
  /** `from` and `to` are the edges of the window, for extrapolation. */
  | {
      readonly type: "matrix";
      readonly series: readonly Range[];
      readonly from: number;
      readonly to: number;
    };

export function withoutName(labels: Labels): Labels {
  if (!("__name__" in labels)) return labels;
  const { __name__: _, ...rest } = labels;
  return rest;
}

export function pick(labels: Labels, names: readonly string[]): Labels {
  const picked: Record<string, string> = {};
  for (const name of names) {
    const value = labels[name];
    if (value) picked[name] = value;
  }
  return picked;
}

export function omit(labels: Labels, names: readonly string[]): Labels {
  const left: Record<string, string> = {};
  for (const name in labels)
    if (name !== "__name__" && !names.includes(name)) left[name] = labels[name] ?? "";
  return left;
}

export { keyOf };
