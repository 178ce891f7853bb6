// Reads Envoy's dump field by field: any of them may be missing or of another release's shape.
export type Json = { readonly [field: string]: unknown };

const isRecord = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const record = (value: unknown, ...path: readonly string[]): Json => {
  let at: unknown = value;
  for (const field of path) at = isRecord(at) ? at[field] : undefined;
  return isRecord(at) ? at : {};
};

export const list = (value: unknown, ...path: readonly string[]): readonly Json[] => {
  const last = path.at(-1);
  const at = last === undefined ? value : record(value, ...path.slice(0, -1))[last];
  return Array.isArray(at) ? at.filter(isRecord) : [];
};

export const text = (value: unknown, ...path: readonly string[]): string => {
  const last = path.at(-1);
  const at = last === undefined ? value : record(value, ...path.slice(0, -1))[last];
  return typeof at === "string" || typeof at === "number" || typeof at === "boolean" ? String(at) : "";
};

export const texts = (value: unknown, field: string): readonly string[] => {
  const at = record(value)[field];
  return Array.isArray(at) ? at.filter((one) => typeof one === "string") : [];
};
