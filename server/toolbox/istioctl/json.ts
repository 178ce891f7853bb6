import { z } from "zod";

// Reading JSON whose shape is somebody else's: what is absent is empty, nothing throws.

const object = z.record(z.string(), z.unknown());
export type Json = z.infer<typeof object>;

/** Members of a list that are objects; an absent list is empty. */
export function list(value: unknown): Json[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item): Json[] => {
    const { data } = object.safeParse(item);
    return data ? [data] : [];
  });
}

export function field(value: unknown, ...path: string[]): unknown {
  let at: unknown = value;
  for (const key of path) at = object.safeParse(at).data?.[key];
  return at;
}

export function text(value: unknown, ...path: string[]): string {
  const found = field(value, ...path);
  return found === undefined || found === null ? "" : String(found);
}

export const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** Keys and values of an object, none of anything else. */
export const entries = (value: unknown): [string, unknown][] =>
  Object.entries(object.safeParse(value).data ?? {});
