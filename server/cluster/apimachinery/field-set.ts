import { arrayOf, deepEqual, isArray, isObject, type JsonObject, objectOf } from "./json.ts";
import type { SchemaNode } from "./schema-node.ts";

/**
 * A set of field paths as a tree. Path elements are those of FieldsV1: `f:name`, `k:{"name":"x"}` (element of a keyed
 * list), `v:"x"` (element of a set).
 */
export class FieldSet {
  readonly children = new Map<string, FieldSet>();

  constructor(
    /** True when this very path is in the set, not only paths below it. */
    public self = false,
  ) {}

  get isEmpty(): boolean {
    return !this.self && this.children.size === 0;
  }

  child(element: string): FieldSet {
    const found = this.children.get(element) ?? new FieldSet();
    this.children.set(element, found);
    return found;
  }

  union(other: FieldSet): FieldSet {
    const result = new FieldSet(this.self || other.self);
    for (const [element, child] of this.children) {
      const twin = other.children.get(element);
      result.children.set(element, twin ? child.union(twin) : child);
    }
    for (const [element, child] of other.children) {
      if (!this.children.has(element)) result.children.set(element, child);
    }
    return result;
  }

  /** What is here and not in `other`. */
  minus(other: FieldSet): FieldSet {
    return this.keep(other, false);
  }

  /** What is here and in `other`. */
  and(other: FieldSet): FieldSet {
    return this.keep(other, true);
  }

  /** Without the containers that hold something of `kept`: a map is not gone while one of its entries is owned. */
  withoutParentsOf(kept: FieldSet): FieldSet {
    const result = new FieldSet(this.self && kept.isEmpty);
    for (const [element, child] of this.children) {
      const twin = kept.children.get(element);
      const left = twin ? child.withoutParentsOf(twin) : child;
      if (!left.isEmpty) result.children.set(element, left);
    }
    return result;
  }

  private keep(other: FieldSet, common: boolean): FieldSet {
    const result = new FieldSet(this.self && other.self === common);
    for (const [element, child] of this.children) {
      const twin = other.children.get(element);
      const kept = twin ? child.keep(twin, common) : common ? undefined : child;
      if (kept && !kept.isEmpty) result.children.set(element, kept);
    }
    return result;
  }

  /** Every path in the set, printed as structured-merge-diff prints it: `.spec.containers[name="a"].image`. */
  paths(prefix = ""): string[] {
    const own = this.self ? [prefix] : [];
    const below = [...this.children].flatMap(([element, child]) => child.paths(prefix + printed(element)));
    return [...own, ...below.sort()];
  }

  /** The wire form, frozen. Equal subtrees are the same object: pods of one template share nearly all of theirs. */
  toFieldsV1(): JsonObject {
    return this.interned().fields;
  }

  private interned(): { fields: JsonObject; text: string } {
    if (this.children.size === 0) return LEAF;
    const fields: Record<string, unknown> = {};
    const texts: string[] = [];
    if (this.self) {
      fields["."] = LEAF.fields;
      texts.push('".":{}');
    }
    for (const element of [...this.children.keys()].sort()) {
      const child = this.children.get(element)?.interned() ?? LEAF;
      fields[element] = child.fields;
      texts.push(`${JSON.stringify(element)}:${child.text}`);
    }
    return intern(fields, `{${texts.join(",")}}`);
  }

  static fromFieldsV1(fields: unknown): FieldSet {
    const read = (value: unknown): FieldSet => {
      const entries = Object.entries(objectOf(value));
      const result = new FieldSet(entries.length === 0);
      for (const [element, child] of entries) {
        if (element === ".") result.self = true;
        else result.children.set(element, read(child));
      }
      return result;
    };
    const root = read(fields);
    root.self = false;
    return root;
  }
}

const LEAF = { fields: Object.freeze({}), text: "{}" };

// Forgotten all at once when full; what is stored keeps its own reference.
const INTERNED_SUBTREES = 4096;
const subtrees = new Map<string, { fields: JsonObject; text: string }>();

function intern(fields: Record<string, unknown>, text: string): { fields: JsonObject; text: string } {
  const known = subtrees.get(text);
  if (known) return known;
  if (subtrees.size >= INTERNED_SUBTREES) subtrees.clear();
  const made = { fields: Object.freeze(fields), text };
  subtrees.set(text, made);
  return made;
}

function printed(element: string): string {
  const rest = element.slice(2);
  if (element.startsWith("f:")) return `.${rest}`;
  if (element.startsWith("v:")) return `[=${rest}]`;
  const keys = Object.entries(objectOf(JSON.parse(rest)));
  return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(",")}]`;
}

/** How an element of a list is addressed; undefined when the list is atomic. */
export function elementOf(item: unknown, list: SchemaNode | undefined): string | undefined {
  if (list?.listType === "set") return `v:${JSON.stringify(item)}`;
  if (list?.listType !== "map" || !isObject(item)) return undefined;
  const key: Record<string, unknown> = {};
  for (const name of [...list.listMapKeys].sort()) {
    const value = item[name] ?? list.items?.defaultOf(name);
    if (value !== undefined) key[name] = value;
  }
  return `k:${JSON.stringify(key)}`;
}

/** True when a value is one leaf for ownership, however much is in it. */
export function isAtomic(value: unknown, node: SchemaNode | undefined): boolean {
  if (isArray(value)) return !node || (node.listType !== "map" && node.listType !== "set");
  if (!isObject(value)) return true;
  return node?.isAtomicMap === true;
}

/** All field paths of a value. */
export function fieldSetOf(value: unknown, node: SchemaNode | undefined): FieldSet {
  const result = new FieldSet();
  if (isAtomic(value, node)) {
    result.self = true;
  } else if (isArray(value)) {
    if (value.length === 0) result.self = true;
    for (const item of value) {
      const child = fieldSetOf(item, node?.items);
      child.self = true;
      result.children.set(elementOf(item, node) ?? "", child);
    }
  } else if (isObject(value)) {
    const keys = Object.keys(value).filter((key) => value[key] !== undefined);
    if (keys.length === 0) result.self = true;
    for (const key of keys) {
      const child = fieldSetOf(value[key], node?.field(key));
      if (node?.isMap) child.self = true;
      result.children.set(`f:${key}`, child);
    }
  }
  return result;
}

export interface FieldChanges {
  /** Paths that are new or hold another value. */
  readonly changed: FieldSet;
  readonly removed: FieldSet;
}

/** What differs between two values, by path. Parts that are the same object are not looked into. */
export function compareFields(old: unknown, next: unknown, node: SchemaNode | undefined): FieldChanges {
  const changed = new FieldSet();
  const removed = new FieldSet();
  if (old === next) return { changed, removed };
  if (old === undefined) return { changed: ownedOnCreate(next, node), removed };
  if (next === undefined) return { changed, removed: fieldSetOf(old, node) };
  if (isAtomic(old, node) || isAtomic(next, node) || isArray(old) !== isArray(next)) {
    changed.self = !deepEqual(old, next);
    return { changed, removed };
  }
  const [before, after] = [partsOf(old, node), partsOf(next, node)];
  for (const element of new Set([...before.keys(), ...after.keys()])) {
    const [left, right] = [before.get(element), after.get(element)];
    const child = element.startsWith("f:") ? node?.field(element.slice(2)) : node?.items;
    const difference = compareFields(left, right, child);
    const isEntry = node?.isMap || isArray(next);
    if (isEntry && left === undefined) difference.changed.self = true;
    if (isEntry && right === undefined) difference.removed.self = true;
    if (!difference.changed.isEmpty) changed.children.set(element, difference.changed);
    if (!difference.removed.isEmpty) removed.children.set(element, difference.removed);
  }
  return { changed, removed };
}

/** As fieldSetOf, and a map or list that came into being is itself owned too: the "." in managedFields. */
function ownedOnCreate(value: unknown, node: SchemaNode | undefined): FieldSet {
  const result = fieldSetOf(value, node);
  const mark = (set: FieldSet, at: SchemaNode | undefined) => {
    if (at?.isMap || (at && (at.listType === "map" || at.listType === "set"))) set.self = true;
    for (const [element, child] of set.children) {
      mark(child, element.startsWith("f:") ? at?.field(element.slice(2)) : at?.items);
    }
  };
  mark(result, node);
  return result;
}

function partsOf(value: unknown, node: SchemaNode | undefined): Map<string, unknown> {
  const parts = new Map<string, unknown>();
  if (isArray(value)) for (const item of value) parts.set(elementOf(item, node) ?? "", item);
  else {
    for (const [key, item] of Object.entries(objectOf(value)))
      if (item !== undefined) parts.set(`f:${key}`, item);
  }
  return parts;
}

/** The value without the paths of `fields`. Containers that become empty by it go too. */
export function removeFields(value: unknown, fields: FieldSet, node: SchemaNode | undefined): unknown {
  if (isArray(value)) {
    return arrayOf(value).flatMap((item) => {
      const child = fields.children.get(elementOf(item, node) ?? "");
      if (!child) return [item];
      return child.self ? [] : [removeFields(item, child, node?.items)];
    });
  }
  if (!isObject(value)) return value;
  const result: Record<string, unknown> = { ...value };
  for (const [element, child] of fields.children) {
    const key = element.slice(2);
    if (!Object.hasOwn(result, key)) continue;
    if (child.self && child.children.size === 0) delete result[key];
    else {
      const rest = removeFields(result[key], child, node?.field(key));
      const hollow =
        (isArray(rest) && rest.length === 0) || (isObject(rest) && Object.keys(rest).length === 0);
      if (child.self || hollow) delete result[key];
      else result[key] = rest;
    }
  }
  return result;
}

/** `applied` laid over `live`: keyed lists and maps merge, everything else is replaced. */
export function mergeApplied(live: unknown, applied: unknown, node: SchemaNode | undefined): unknown {
  if (live === undefined || live === null || isAtomic(applied, node)) return applied;
  if (isArray(applied)) {
    if (!isArray(live)) return applied;
    const wanted = new Map(applied.map((item) => [elementOf(item, node) ?? "", item]));
    const merged = live.map((item) => {
      const key = elementOf(item, node) ?? "";
      const other = wanted.get(key);
      wanted.delete(key);
      return other === undefined ? item : mergeApplied(item, other, node?.items);
    });
    return [...merged, ...wanted.values()];
  }
  if (!isObject(applied) || !isObject(live)) return applied;
  const result: Record<string, unknown> = { ...live };
  for (const [key, value] of Object.entries(applied)) {
    if (value === null) delete result[key];
    else result[key] = mergeApplied(live[key], value, node?.field(key));
  }
  return result;
}
