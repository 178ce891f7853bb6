import { type CelFunc, type CelMap, CelScalar, celFunc, celMethod } from "@bufbuild/cel";
import { quantityMilli } from "../../apis/index.ts";
import { OPAQUE, opaque, textOf } from "./opaque.ts";

// Follows apiserver pkg/cel/library/quantity.go; exact in thousandths, as quantities are here.

const { BOOL, INT, STRING, DOUBLE } = CelScalar;
const TYPE = "quantity";

const make = (milli: bigint) => opaque(TYPE, milli.toString());
const milliOf = (quantity: CelMap) => BigInt(textOf(TYPE, quantity));

function parsed(text: string): bigint {
  const milli = quantityMilli(text);
  if (milli === undefined) {
    throw new Error(
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    );
  }
  return milli;
}

const sign = (value: bigint) => (value > 0n ? 1n : value < 0n ? -1n : 0n);

export const quantityFunctions: readonly CelFunc[] = [
  celFunc("quantity", [STRING], OPAQUE, (text) => make(parsed(text))),
  celFunc("isQuantity", [STRING], BOOL, (text) => quantityMilli(text) !== undefined),
  celMethod("sign", OPAQUE, [], INT, function () {
    return sign(milliOf(this));
  }),
  celMethod("isInteger", OPAQUE, [], BOOL, function () {
    return milliOf(this) % 1000n === 0n;
  }),
  celMethod("asInteger", OPAQUE, [], INT, function () {
    const milli = milliOf(this);
    if (milli % 1000n !== 0n) throw new Error("cannot convert value to integer");
    return milli / 1000n;
  }),
  celMethod("asApproximateFloat", OPAQUE, [], DOUBLE, function () {
    return Number(milliOf(this)) / 1000;
  }),
  celMethod("add", OPAQUE, [OPAQUE], OPAQUE, function (other) {
    return make(milliOf(this) + milliOf(other));
  }),
  celMethod("add", OPAQUE, [INT], OPAQUE, function (other) {
    return make(milliOf(this) + other * 1000n);
  }),
  celMethod("sub", OPAQUE, [OPAQUE], OPAQUE, function (other) {
    return make(milliOf(this) - milliOf(other));
  }),
  celMethod("sub", OPAQUE, [INT], OPAQUE, function (other) {
    return make(milliOf(this) - other * 1000n);
  }),
];

/** How the comparing methods, which quantities and versions share, see a quantity. */
export const quantityOrder = {
  type: TYPE,
  compare: (one: CelMap, other: CelMap) => sign(milliOf(one) - milliOf(other)),
};
