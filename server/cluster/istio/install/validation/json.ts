// Reading JSON whose shape is somebody else's: what is absent is empty, nothing throws.

export type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Members of a list that are objects; an absent list is empty. */
export const list = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

export function field(value: unknown, ...path: string[]): unknown {
  let at: unknown = value;
  for (const key of path) at = isFields(at) ? at[key] : undefined;
  return at;
}

export function text(value: unknown, ...path: string[]): string {
  const found = field(value, ...path);
  return found === undefined || found === null ? "" : String(found);
}

export const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** Keys and values of an object, none of anything else. */
export const entries = (value: unknown): [string, unknown][] =>
  isFields(value) ? Object.entries(value) : [];
