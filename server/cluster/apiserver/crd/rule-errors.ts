import {
  arrayOf,
  deepEqual,
  type FieldError,
  isArray,
  isObject,
  objectOf,
  stringOf,
} from "../../apimachinery/index.ts";
import {
  absent,
  type Bindings,
  celValue,
  type Evaluation,
  MESSAGE_BYTES,
  present,
  sizeOf,
} from "../cel/index.ts";
import type { Rule, RuleTree } from "./rule-tree.ts";

interface Place {
  /** "" at the root of the resource. */
  readonly path: string;
  readonly value: unknown;
  /** The same place before an update; undefined on create, and where lists cannot be compared item by item. */
  readonly old: unknown;
  /** Something around it is as it was: what was wrong before is not held against an update (ratcheting). */
  readonly unchanged: boolean;
  /** How much data the whole object holds. */
  readonly size: number;
}

/** What an object's rules say against it. Follows apiextensions-apiserver schema/cel/validation.go; costs are bounded in cel/. */
export function ruleErrors(tree: RuleTree, value: unknown, old: unknown): FieldError[] {
  return errorsAt(tree, { path: "", value, old, unchanged: false, size: sizeOf(value) });
}

function errorsAt(tree: RuleTree, place: Place): FieldError[] {
  const { value, old, path } = place;
  if (value === null || value === undefined) return [];
  const unchanged = place.unchanged || (old !== undefined && deepEqual(value, old));
  const here = { ...place, unchanged };
  const errors = tree.rules.length > 0 ? ownErrors(tree, here) : [];
  for (const part of tree.allOf) errors.push(...errorsAt(part, here));
  const below = (part: RuleTree, name: string, [item, before]: readonly [unknown, unknown]) =>
    errorsAt(part, { ...here, path: name, value: item, old: before });
  if (isArray(value) && tree.items) {
    for (const [index, item] of value.entries())
      errors.push(...below(tree.items, `${path}[${index}]`, [item, correlated(tree, item, old)]));
  }
  if (!isObject(value)) return errors;
  const before = objectOf(old);
  for (const [key, item] of Object.entries(value)) {
    const property = tree.properties.get(key);
    const part = property ?? tree.values;
    const name = property ? (path ? `${path}.${key}` : key) : `${path}[${key}]`;
    if (part) errors.push(...below(part, name, [item, before[key]]));
  }
  return errors;
}

/** Items of lists are the same thing when their keys are; other lists are compared as a whole. */
function correlated({ node }: RuleTree, item: unknown, old: unknown): unknown {
  if (node.listType !== "map") return undefined;
  const keys = node.listMapKeys;
  return arrayOf(old).find((one) => keys.every((key) => deepEqual(objectOf(one)[key], objectOf(item)[key])));
}

function ownErrors({ node, rules }: RuleTree, place: Place): FieldError[] {
  const { value, old } = place;
  const errors: FieldError[] = [];
  const self = celValue(value, node);
  const before = old === undefined ? undefined : celValue(old, node);
  for (const rule of rules) {
    const optional = rule.source.optionalOldSelf === true;
    if (rule.usesOld && before === undefined && !optional) continue;
    const wrapped = before === undefined ? absent() : present(before);
    const bindings: Bindings = { self, oldSelf: optional ? wrapped : (before ?? null) };
    const evaluation = rule.expression.evaluate(bindings, place.size);
    if (evaluation.kind === "value" && evaluation.value === true) continue;
    if (evaluation.kind === "error")
      errors.push(failed(rule, stringOf(node.schema.type), [place.path, evaluation]));
    else if (rule.usesOld || !place.unchanged) errors.push(complaint(rule, bindings, place));
  }
  return errors;
}

const named = (path: string) => path || "<nil>";
const ruleText = ({ source }: Rule) => stringOf(source.message).trim() || stringOf(source.rule).trim();

type Failure = readonly [path: string, evaluation: Evaluation & { readonly kind: "error" }];

function failed(rule: Rule, type: string, [path, { message }]: Failure): FieldError {
  const text = ruleText(rule);
  const why = message.startsWith("no such overload")
    ? `'${message}': call arguments did not match a supported operator, function or macro signature for rule: ${text}`
    : message.startsWith("operation cancelled")
      ? `'${message}': no further validation rules will be run due to call cost exceeds limit for rule: ${text}`
      : `${message} evaluating rule: ${text}`;
  return {
    type: "FieldValueInvalid",
    field: named(path),
    message: `Invalid value: ${JSON.stringify(type)}: ${why}`,
  };
}

function complaint(rule: Rule, bindings: Bindings, { path, value, size }: Place): FieldError {
  const { source } = rule;
  const computed = rule.message?.evaluate(bindings, size);
  const detail = messageOf(computed) || (source.message ? ruleText(rule) : `failed rule: ${ruleText(rule)}`);
  const below = stringOf(source.fieldPath);
  const field = named(below && !path ? below.replace(/^\./, "") : `${path}${below}`);
  // Objects and lists are not repeated (field.OmitValueType).
  const shown = isArray(value) || isObject(value) ? "" : `: ${JSON.stringify(value)}`;
  switch (source.reason) {
    case "FieldValueForbidden":
      return { type: "FieldValueForbidden", field, message: `Forbidden: ${detail}` };
    case "FieldValueRequired":
      return { type: "FieldValueRequired", field, message: `Required value: ${detail}` };
    case "FieldValueDuplicate":
      return { type: "FieldValueDuplicate", field, message: `Duplicate value${shown}` };
    default:
      return { type: "FieldValueInvalid", field, message: `Invalid value${shown}: ${detail}` };
  }
}

/** The text of a messageExpression, if it may be shown; "" falls back to the rule's own message. */
function messageOf(evaluation: Evaluation | undefined): string {
  if (evaluation?.kind !== "value" || typeof evaluation.value !== "string") return "";
  const text = evaluation.value.trim();
  return text.includes("\n") || Buffer.byteLength(text) > MESSAGE_BYTES ? "" : text;
}
