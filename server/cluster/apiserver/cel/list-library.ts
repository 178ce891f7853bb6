import {
  type CelFunc,
  type CelList,
  CelScalar,
  type CelValue,
  celEnv,
  celFunc,
  celMethod,
  listType,
  parse,
  plan,
} from "@bufbuild/cel";

// Follows apiserver pkg/cel/library/lists.go and cel-go ext.Sets.

const { BOOL, DYN, INT } = CelScalar;
const LIST = listType(DYN);

const environment = celEnv();
const operation = (text: string) => plan(environment, parse(text));
const equals = operation("a == b");
const less = operation("a < b");
const plus = operation("a + b");

const same = (a: CelValue, b: CelValue) => equals({ a, b }) === true;

function smaller(a: CelValue, b: CelValue): boolean {
  const result = less({ a, b });
  if (typeof result !== "boolean") throw new Error("no such overload");
  return result;
}

function extreme(list: CelList, wins: (one: CelValue, other: CelValue) => boolean, name: string): CelValue {
  const [first, ...rest] = list;
  if (first === undefined) throw new Error(`${name} called on empty list`);
  return rest.reduce((best, value) => (wins(value, best) ? value : best), first);
}

const contains = (list: CelList, value: CelValue) => [...list].some((one) => same(one, value));
const within = (list: CelList, other: CelList) => [...other].every((value) => contains(list, value));

function sum(list: CelList): CelValue {
  const [first, ...rest] = list;
  if (first === undefined) return 0n;
  return rest.reduce<CelValue>((a, b) => {
    const total = plus({ a, b });
    if (total instanceof Error) throw total;
    return total;
  }, first);
}

export const listFunctions: readonly CelFunc[] = [
  celMethod("isSorted", LIST, [], BOOL, function () {
    const values = [...this];
    return values.every((value, index) => {
      const next = values[index + 1];
      return next === undefined || !smaller(next, value);
    });
  }),
  celMethod("sum", LIST, [], DYN, function () {
    return sum(this);
  }),
  celMethod("min", LIST, [], DYN, function () {
    return extreme(this, smaller, "min");
  }),
  celMethod("max", LIST, [], DYN, function () {
    return extreme(this, (one, best) => smaller(best, one), "max");
  }),
  celMethod("indexOf", LIST, [DYN], INT, function (value) {
    return BigInt([...this].findIndex((one) => same(one, value)));
  }),
  celMethod("lastIndexOf", LIST, [DYN], INT, function (value) {
    return BigInt([...this].findLastIndex((one) => same(one, value)));
  }),
  celFunc("sets.contains", [LIST, LIST], BOOL, within),
  celFunc("sets.equivalent", [LIST, LIST], BOOL, (one, other) => within(one, other) && within(other, one)),
  celFunc("sets.intersects", [LIST, LIST], BOOL, (one, other) =>
    [...one].some((value) => contains(other, value)),
  ),
];
