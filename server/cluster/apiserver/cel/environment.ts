import { type CelFunc, celEnv } from "@bufbuild/cel";
import { strings } from "@bufbuild/cel/ext";
import { addressFunctions } from "./address-library.ts";
import { formatFunctions } from "./format-library.ts";
import { listFunctions } from "./list-library.ts";
import { optionalFunctions } from "./optional-library.ts";
import { orderFunctions } from "./order-library.ts";
import { formatFunction } from "./printf.ts";
import { quantityFunctions } from "./quantity-library.ts";
import { semverFunctions } from "./semver-library.ts";
import { textFunctions } from "./text-library.ts";

/** What every expression in Kubernetes may call, beside CEL's own. Follows apiserver pkg/cel/environment/base.go. */
const libraries: readonly CelFunc[] = [
  ...strings.filter(({ name }) => name !== "format"),
  formatFunction,
  ...quantityFunctions,
  ...semverFunctions,
  ...orderFunctions,
  ...listFunctions,
  ...textFunctions,
  ...formatFunctions,
  ...addressFunctions,
  ...optionalFunctions,
];

/** With functions of one user's own, such as an authorizer's. */
export function environmentWith(more: readonly CelFunc[] = []) {
  return celEnv({ funcs: [...libraries, ...more] });
}

const STANDARD = [
  ...["size", "contains", "startsWith", "endsWith", "matches", "int", "uint", "double", "string", "bytes"],
  ...["bool", "duration", "timestamp", "type", "dyn", "getFullYear", "getMonth", "getDate", "getDayOfMonth"],
  ...["getDayOfWeek", "getDayOfYear", "getHours", "getMinutes", "getSeconds", "getMilliseconds"],
];

/** Functions that exist, so that a call of another one is refused before it runs. Operators are none. */
export function functionNames(more: readonly CelFunc[] = []): ReadonlySet<string> {
  return new Set([...STANDARD, ...[...libraries, ...more].map(({ name }) => name)]);
}
