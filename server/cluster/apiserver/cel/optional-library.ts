import {
  type CelFunc,
  type CelInput,
  type CelMap,
  CelScalar,
  type CelValue,
  celFunc,
  celMap,
  celMethod,
  isCelList,
  isCelMap,
  isCelUint,
  listType,
} from "@bufbuild/cel";
import { isOpaque, OPAQUE, opaque } from "./opaque.ts";

// Follows cel-go cel/library.go optionalLib and ext/comprehensions.go: optional values, and what the parser writes in
// place of optional syntax and of macros over two variables.

const { BOOL, DYN } = CelScalar;
const LIST = listType(DYN);
const OPTIONAL = "optional";

export const absent = () => opaque(OPTIONAL, []);
export const present = (value: CelInput) => opaque(OPTIONAL, [value]);

const noOverload = () => new Error("no such overload");

/** What an optional holds, in a list of one or of none. */
function contentOf(value: CelMap): CelValue[] {
  const content = isOpaque(OPTIONAL, value) ? value.get(`\u0000${OPTIONAL}`) : undefined;
  if (content === undefined || !isCelList(content)) throw noOverload();
  return [...content];
}

const isOptional = (value: CelValue): value is CelMap => isCelMap(value) && isOpaque(OPTIONAL, value);

/** Of an optional: what it holds, an absent one gives nothing; of any other value itself. */
function unwrapped(value: CelValue): CelValue[] {
  return isOptional(value) ? contentOf(value) : [value];
}

function select(from: CelValue, key: CelValue) {
  const [inside] = unwrapped(from);
  if (inside === undefined) return absent();
  const found = isCelMap(inside) ? memberOf(inside, key) : itemOf(inside, key);
  return found === undefined ? absent() : present(found);
}

function memberOf(map: CelMap, key: CelValue): CelValue | undefined {
  if (isKey(key)) return map.get(key);
  return typeof key === "number" && Number.isInteger(key) ? map.get(BigInt(key)) : undefined;
}

function itemOf(list: CelValue, index: CelValue): CelValue | undefined {
  if (!isCelList(list) || typeof index !== "bigint") throw noOverload();
  return [...list][Number(index)];
}

type Key = Parameters<CelMap["get"]>[0];

type MapKey = Exclude<Key, number>;

const isKey = (value: CelValue): value is Extract<CelValue, MapKey> =>
  typeof value === "string" || typeof value === "bigint" || typeof value === "boolean" || isCelUint(value);

function isZero(value: CelValue): boolean {
  if (isCelList(value) || isCelMap(value)) return value.size === 0;
  if (value instanceof Uint8Array) return value.length === 0;
  return value === null || value === "" || value === 0 || value === 0n || value === false;
}

/** Index and item of a list, key and value of a map. */
function entriesOf(value: CelValue): CelInput[] {
  if (isCelMap(value)) return [...value.entries()].map(([key, item]) => [key, item]);
  if (isCelList(value)) return [...value].map((item, index) => [BigInt(index), item]);
  throw noOverload();
}

function insert(map: CelValue, entries: Iterable<readonly [CelValue, CelValue]>) {
  if (!isCelMap(map)) throw noOverload();
  const result = new Map<MapKey, CelInput>(
    [...map.entries()].flatMap(([key, value]) => (isKey(key) ? [[key, value] as const] : [])),
  );
  for (const [key, value] of entries) {
    if (!isKey(key)) throw new Error("unsupported key type");
    if (result.has(key)) throw new Error(`insert failed: key ${String(key)} already exists`);
    result.set(key, value);
  }
  return celMap(result);
}

/** Entries of a literal; what was marked with a question mark is left out when its optional is absent. */
function chosen<T>(items: readonly T[], flags: Iterable<CelValue>, held: (item: T) => CelValue) {
  const marks = [...flags];
  return items.flatMap((item, index) => {
    const value = held(item);
    if (marks[index] !== true) return [{ item, value }];
    if (!isOptional(value)) throw noOverload();
    return contentOf(value).map((inside) => ({ item, value: inside }));
  });
}

const first = (list: Iterable<CelValue>) => {
  const [value] = list;
  return value === undefined ? absent() : present(value);
};

const withPresent = (list: Iterable<CelValue>) =>
  [...list].flatMap((value) => {
    if (!isOptional(value)) throw noOverload();
    return contentOf(value);
  });

export const optionalFunctions: readonly CelFunc[] = [
  ...["optional.none", "@optional.none"].map((name) => celFunc(name, [], OPAQUE, absent)),
  ...["optional.of", "@optional.of"].map((name) => celFunc(name, [DYN], OPAQUE, (value) => present(value))),
  celFunc("optional.ofNonZeroValue", [DYN], OPAQUE, (value) => (isZero(value) ? absent() : present(value))),
  celFunc("optional.unwrap", [LIST], LIST, withPresent),
  celMethod("unwrapOpt", LIST, [], LIST, function () {
    return withPresent(this);
  }),
  celMethod("first", LIST, [], OPAQUE, function () {
    return first(this);
  }),
  celMethod("last", LIST, [], OPAQUE, function () {
    return first([...this].reverse());
  }),
  celMethod("hasValue", OPAQUE, [], BOOL, function () {
    return contentOf(this).length > 0;
  }),
  celMethod("value", OPAQUE, [], DYN, function () {
    const [value] = contentOf(this);
    if (value === undefined) throw new Error("optional.none() dereference");
    return value;
  }),
  celFunc("@?.", [DYN, DYN], OPAQUE, select),
  celFunc("@[?]", [DYN, DYN], OPAQUE, select),
  celFunc("@list", [LIST, LIST], LIST, (items, flags) =>
    chosen([...items], flags, (item) => item).map(({ value }) => value),
  ),
  celFunc("@map", [LIST, LIST, LIST], OPAQUE, (keys, values, flags) => {
    const names = [...keys];
    const pairs = [...values].map((value, index) => ({ key: names[index] ?? null, value }));
    const entries = chosen(pairs, flags, ({ value }) => value).map(
      ({ item, value }) => [item.key, value] as const,
    );
    return insert(celMap(new Map()), entries);
  }),
  celFunc("@entries", [DYN], LIST, entriesOf),
  celFunc("@insert", [DYN, DYN, DYN], OPAQUE, (map, key, value) => insert(map, [[key, value]])),
  celFunc("@insertAll", [DYN, DYN], OPAQUE, (map, other) => {
    if (!isCelMap(other)) throw noOverload();
    return insert(map, [...other.entries()]);
  }),
];
