/** What YAML and JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | Tree;

export interface Tree {
  readonly [key: string]: Json;
}

export function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `over` upon `base` as Helm merges values: mappings merge, anything else is replaced. Null takes a value away. */
export function merged(base: Tree, over: Tree): Tree {
  return mergedWith(base, over, (_, list) => list);
}

/** As `merged`, but lists whose items have names merge by name, nameless items by position (operator/pkg/util OverlayIOP). */
export function overlaid(base: Tree, over: Tree): Tree {
  return mergedWith(base, over, (before, list) => (before.every(hasName) ? mergedList(before, list) : list));
}

type MergeLists = (before: readonly Json[], over: readonly Json[]) => readonly Json[];

function mergedWith(base: Tree, over: Tree, lists: MergeLists): Tree {
  const result: Record<string, Json> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const before = result[key];
    if (value === null) delete result[key];
    else if (isTree(value) && isTree(before)) result[key] = mergedWith(before, value, lists);
    else if (isList(value) && isList(before)) result[key] = lists(before, value);
    else result[key] = value;
  }
  return result;
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
const hasName = (value: Json): value is Tree => isTree(value) && typeof value.name === "string";

function mergedList(base: readonly Json[], over: readonly Json[]): readonly Json[] {
  const result = [...base];
  for (const [index, item] of over.entries()) {
    if (!isTree(item)) return over;
    const name = item.name;
    const at = name === undefined ? index : result.findIndex((one) => isTree(one) && one.name === name);
    const before = result[at];
    if (isTree(before)) result[at] = overlaid(before, item);
    else result.push(item);
  }
  return result;
}

/** What stands at the end of a path of keys. */
export function at(tree: Json | undefined, ...path: readonly (string | number)[]): Json | undefined {
  return path.reduce<Json | undefined>((here, key) => {
    if (typeof key === "number") return isList(here) ? here[key] : undefined;
    return isTree(here) ? here[key] : undefined;
  }, tree);
}

export function treeAt(tree: Json | undefined, ...path: readonly (string | number)[]): Tree {
  const found = at(tree, ...path);
  return isTree(found) ? found : {};
}

/** Every path to a value that is no mapping and no list with items, with that value. */
export function leaves(value: Json, path: readonly (string | number)[] = []): readonly Leaf[] {
  if (isTree(value) && Object.keys(value).length > 0)
    return Object.entries(value).flatMap(([key, one]) => leaves(one, [...path, key]));
  if (isList(value) && value.length > 0) return value.flatMap((one, index) => leaves(one, [...path, index]));
  return [{ path, value }];
}

export interface Leaf {
  readonly path: readonly (string | number)[];
  readonly value: Json;
}
