import { type CelFunc, type CelMap, CelScalar, celMethod } from "@bufbuild/cel";
import { isOpaque, OPAQUE } from "./opaque.ts";
import { quantityOrder } from "./quantity-library.ts";
import { semverOrder } from "./semver-library.ts";

const { BOOL, INT } = CelScalar;

/** Quantities and versions have methods of the same names; which of them a value is, it says itself. */
function compare(one: CelMap, other: CelMap): bigint {
  const order = [quantityOrder, semverOrder].find(({ type }) => isOpaque(type, one));
  if (!order) throw new Error("no such overload");
  return order.compare(one, other);
}

export const orderFunctions: readonly CelFunc[] = [
  celMethod("isGreaterThan", OPAQUE, [OPAQUE], BOOL, function (other) {
    return compare(this, other) > 0n;
  }),
  celMethod("isLessThan", OPAQUE, [OPAQUE], BOOL, function (other) {
    return compare(this, other) < 0n;
  }),
  celMethod("compareTo", OPAQUE, [OPAQUE], INT, function (other) {
    return compare(this, other);
  }),
];
