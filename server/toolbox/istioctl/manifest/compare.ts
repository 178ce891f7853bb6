import { load } from "js-yaml";
import { isTree, type Json, type Tree } from "../../../cluster/istio/install/index.ts";
import { lineDiff } from "../text/line-diff.ts";
import { toYaml } from "../text/yaml.ts";

/** Objects by `Kind:namespace:name`. */
export type Manifest = ReadonlyMap<string, Tree>;

/** What differs between two manifests, object by object (operator/pkg/compare); "" when nothing does. */
export function compareManifests(
  a: Manifest,
  b: Manifest,
  { verbose }: { readonly verbose: boolean },
): string {
  const names = [...new Set([...a.keys(), ...b.keys()])].sort();
  return names
    .map((name) => {
      const [left, right] = [a.get(name), b.get(name)];
      if (!left) return `\n\nObject ${name} is missing in A:\n\n`;
      if (!right) return `\n\nObject ${name} is missing in B:\n\n`;
      const difference = verbose ? lineDiff(toYaml(left), toYaml(right)) : changedPaths(left, right);
      return difference && `\n\nObject ${name} has diffs:\n\n${difference}`;
    })
    .join("");
}

/** The changed paths as a tree whose leaves are `OLD -> NEW`. A config map's texts are compared as the YAML that they are. */
function changedPaths(a: Tree, b: Tree): string {
  const changes = changesOf(opened(a), opened(b));
  return changes === undefined ? "" : toYaml(changes);
}

function opened(object: Tree): Tree {
  if (object.kind !== "ConfigMap" || !isTree(object.data)) return object;
  const data = Object.entries(object.data).map(([key, text]) => [key, asYaml(text)] as const);
  return { ...object, data: Object.fromEntries(data) };
}

function asYaml(text: Json): Json {
  if (typeof text !== "string") return text;
  try {
    const value: unknown = load(text);
    return isTree(value) ? value : text;
  } catch {
    return text; // a text that is no YAML is compared as text
  }
}

function changesOf(a: Json | undefined, b: Json | undefined): Json | undefined {
  if (isTree(a) && isTree(b)) {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
    return collected(keys.map((key) => [key, changesOf(a[key], b[key])]));
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    const [left, right]: readonly (readonly Json[])[] = [a, b];
    const length = Math.max(a.length, b.length);
    const items = Array.from({ length }, (_, index) => changesOf(left?.[index], right?.[index]));
    return collected(items.map((change, index) => [placeOf(index, a.length, b.length), change]));
  }
  if (isEmpty(a) && isEmpty(b)) return undefined;
  if (isEmpty(b)) return `${inGo(a)} -> <empty> (REMOVED)`;
  if (isEmpty(a)) return `<empty> -> ${inGo(b)} (ADDED)`;
  return inGo(a) === inGo(b) ? undefined : `${inGo(a)} -> ${inGo(b)}`;
}

/** `[0]`; an item that only one list has: `[2->?]`, `[?->2]`. */
function placeOf(index: number, left: number, right: number): string {
  if (index >= right) return `[${index}->?]`;
  return index >= left ? `[?->${index}]` : `[#${index}]`;
}

function collected(entries: readonly (readonly [string, Json | undefined])[]): Tree | undefined {
  const changed = entries.flatMap(([key, change]) => (change === undefined ? [] : [[key, change] as const]));
  return changed.length > 0 ? Object.fromEntries(changed) : undefined;
}

function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** As Go's %v prints it: map[a:1 b:2], [1 2]. */
function inGo(value: Json | undefined): string {
  if (value === undefined || value === null) return "<nil>";
  if (Array.isArray(value)) return `[${value.map(inGo).join(" ")}]`;
  if (!isTree(value)) return String(value);
  const keys = Object.keys(value).sort();
  return `map[${keys.map((key) => `${key}:${inGo(value[key])}`).join(" ")}]`;
}
