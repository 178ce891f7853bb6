import { type CelInput, type CelMap, CelScalar, celMap, mapType } from "@bufbuild/cel";

const { STRING, DYN } = CelScalar;

/**
 * Values of Kubernetes' own CEL types (quantities, addresses, optionals …): maps with one key that no expression can
 * write, so that equal values are equal maps.
 */
export const OPAQUE = mapType(STRING, DYN);

const keyOf = (type: string) => `\u0000${type}`;

export function opaque(type: string, content: CelInput): CelMap {
  return celMap(new Map([[keyOf(type), content]]));
}

export function isOpaque(type: string, value: CelMap): boolean {
  return value.has(keyOf(type));
}

/** What the value holds; throws what CEL says of a value of another type. */
export function contentOf(type: string, value: CelMap) {
  const content = value.get(keyOf(type));
  if (content === undefined) throw new Error("no such overload");
  return content;
}

export function textOf(type: string, value: CelMap): string {
  return String(contentOf(type, value));
}
