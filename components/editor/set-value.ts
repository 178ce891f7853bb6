import type { ParsedNode } from "yaml";

/** A value in a YAML file, as a lab's button sets it. */
export interface ValueWish {
  /** Keys with dots between, [n] for list items: `spec.servers[0].port.number`. */
  readonly path: string;
  readonly value: string;
}

export type SetOutcome =
  | { readonly kind: "set"; readonly text: string; readonly line: number }
  /** The file has no place for it: then nothing is changed. */
  | { readonly kind: "refused"; readonly why: "not-yaml" | "no-place" };

/**
 * The text with the value in its place; comments, order and the other documents of the file stay as they are written. Of
 * several documents the first that has the path is meant, else the first that has what it stands in.
 */
export async function setYamlValue(text: string, { path, value }: ValueWish): Promise<SetOutcome> {
  const { isCollection, isScalar, parseAllDocuments, parseDocument } = await import("yaml");
  const keys = keysOf(path);
  const documents = parseAllDocuments<ParsedNode>(text, { keepSourceTokens: true });
  if (!Array.isArray(documents) || documents.some(({ errors }) => errors.length > 0))
    return { kind: "refused", why: "not-yaml" };
  const document =
    documents.find((one) => one.hasIn(keys)) ??
    documents.find((one) => keys.length > 1 && isCollection(one.getIn(keys.slice(0, -1), true)));
  const last = keys.at(-1);
  if (!document || last === undefined) return { kind: "refused", why: "no-place" };
  const known = document.getIn(keys, true);
  const wanted = parseDocument(value).toJS();
  const written = JSON.stringify(wanted) === "null" && value.trim() === "" ? '""' : value;
  if (isScalar(known) && known.range) {
    // Only the value's own characters change: whatever stands around it was written by somebody.
    const [from, to] = known.range;
    const next = `${text.slice(0, from)}${written}${text.slice(to)}`;
    return { kind: "set", text: next, line: lineAt(text, from) };
  }
  if (known !== undefined) return { kind: "refused", why: "no-place" };
  const parent = document.getIn(keys.slice(0, -1), true);
  const items = isCollection(parent) ? parent.items : [];
  const end = isCollection(parent) && parent.range && !parent.flow ? parent.range[1] : undefined;
  const first = isCollection(parent) && parent.range ? parent.range[0] : 0;
  if (end === undefined || items.length === 0 || typeof last === "number")
    return { kind: "refused", why: "no-place" };
  // A new key goes behind the last one of its map, as deep as its first.
  const indent = " ".repeat(first - (text.lastIndexOf("\n", first - 1) + 1));
  const before = text.slice(0, end).replace(/\s*$/, "");
  const rest = text.slice(before.length).replace(/^[ \t]*\n?/, "");
  const next = `${before}\n${indent}${last}: ${written}\n${rest}`;
  return { kind: "set", text: next, line: lineAt(next, before.length + 1) };
}

/** `spec.servers[0].port` → ["spec", "servers", 0, "port"] */
export function keysOf(path: string): readonly (string | number)[] {
  return path.split(".").flatMap((part) => {
    const [, name = part, items = ""] = /^([^[]*)((?:\[\d+\])*)$/.exec(part) ?? [];
    const numbers = [...items.matchAll(/\d+/g)].map(([digits]) => Number(digits));
    return [...(name === "" ? [] : [name]), ...numbers];
  });
}

const lineAt = (text: string, at: number) => text.slice(0, at).split("\n").length;
