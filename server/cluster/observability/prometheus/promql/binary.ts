import type { Labels } from "../storage/series.ts";
import { type Expression, type Matching, QueryError } from "./ast.ts";
import { keyOf, omit, pick, type Sample, type Value, withoutName } from "./value.ts";

type Binary = Extract<Expression, { kind: "binary" }>;

const NONE: readonly string[] = [];
const COMPARISONS = new Set(["==", "!=", ">", "<", ">=", "<="]);

function compute(op: string, a: number, b: number): number {
  switch (op) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
    case "^":
      return a ** b;
    case "atan2":
      return Math.atan2(a, b);
    case "==":
      return Number(a === b);
    case "!=":
      return Number(a !== b);
    case ">":
      return Number(a > b);
    case "<":
      return Number(a < b);
    case ">=":
      return Number(a >= b);
    case "<=":
      return Number(a <= b);
    default:
      throw new QueryError("bad_data", `operator ${op} is not supported by the practice cluster`);
  }
}

export function binary(expression: Binary, left: Value, right: Value): Value {
  if (left.type === "scalar" && right.type === "scalar")
    return { type: "scalar", value: compute(expression.op, left.value, right.value) };
  if (left.type === "vector" && right.type === "scalar")
    return { type: "vector", samples: withScalar(expression, left.samples, (value) => [value, right.value]) };
  if (left.type === "scalar" && right.type === "vector")
    return { type: "vector", samples: withScalar(expression, right.samples, (value) => [left.value, value]) };
  if (left.type === "vector" && right.type === "vector")
    return { type: "vector", samples: vectors(expression, left.samples, right.samples) };
  throw new QueryError("bad_data", "binary expression must contain only scalar and instant vector types");
}

function withScalar(
  expression: Binary,
  samples: readonly Sample[],
  operands: (value: number) => readonly [number, number],
): Sample[] {
  const { op, bool } = expression;
  const filters = COMPARISONS.has(op) && !bool;
  return samples.flatMap((sample) => {
    const [a, b] = operands(sample.value);
    const value = compute(op, a, b);
    if (filters) return value ? [sample] : [];
    return [{ labels: withoutName(sample.labels), value }];
  });
}

function signature(matching: Matching | undefined): (labels: Labels) => Labels {
  if (matching?.on) return (labels) => pick(labels, matching.labels);
  const ignored = matching?.labels ?? NONE;
  return (labels) => omit(labels, ignored);
}

function vectors(expression: Binary, left: readonly Sample[], right: readonly Sample[]): readonly Sample[] {
  const sign = signature(expression.matching);
  const keys = (samples: readonly Sample[]) => new Set(samples.map((one) => keyOf(sign(one.labels))));
  switch (expression.op) {
    case "and": {
      const there = keys(right);
      return left.filter((one) => there.has(keyOf(sign(one.labels))));
    }
    case "unless": {
      const there = keys(right);
      return left.filter((one) => !there.has(keyOf(sign(one.labels))));
    }
    case "or": {
      const there = keys(left);
      return [...left, ...right.filter((one) => !there.has(keyOf(sign(one.labels))))];
    }
    default:
      return matched(expression, left, right);
  }
}

function matched(expression: Binary, left: readonly Sample[], right: readonly Sample[]): readonly Sample[] {
  const { matching, op, bool } = expression;
  const sign = signature(matching);
  const flipped = matching?.group === "right";
  const many = flipped ? right : left;
  const one = flipped ? left : right;
  const index = new Map<string, Sample>();
  for (const sample of one) {
    const key = keyOf(sign(sample.labels));
    if (index.has(key))
      throw new QueryError(
        "execution",
        `found duplicate series for the match group ${text(sign(sample.labels))} on the ${flipped ? "left" : "right"} hand-side of the operation: [${text(sample.labels)}, ${text(index.get(key)?.labels ?? {})}];many-to-many matching not allowed: matching labels must be unique on one side`,
      );
    index.set(key, sample);
  }
  const filters = COMPARISONS.has(op) && !bool;
  const seen = new Set<string>();
  return many.flatMap((sample) => {
    const labels = sign(sample.labels);
    const key = keyOf(labels);
    const partner = index.get(key);
    if (!partner) return [];
    const [a, b] = flipped ? [partner.value, sample.value] : [sample.value, partner.value];
    const value = compute(op, a, b);
    if (filters && !value) return [];
    const result = resultLabels(expression, { many: sample.labels, one: partner.labels, key: labels });
    const resultKey = keyOf(result);
    if (seen.has(resultKey))
      throw new QueryError(
        "execution",
        matching?.group
          ? "multiple matches for labels: grouping labels must ensure unique matches"
          : "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)",
      );
    seen.add(resultKey);
    return [{ labels: result, value: filters ? sample.value : value }];
  });
}

function resultLabels(expression: Binary, of: { many: Labels; one: Labels; key: Labels }): Labels {
  const { matching, op, bool } = expression;
  const keepsName = COMPARISONS.has(op) && !bool;
  if (!matching?.group) {
    if (matching?.on) return keepsName && matching.labels.includes("__name__") ? of.many : of.key;
    const labels = omit(of.many, matching?.labels ?? NONE);
    return keepsName && of.many.__name__ ? { ...labels, __name__: of.many.__name__ } : labels;
  }
  const result: Record<string, string> = { ...(keepsName ? of.many : withoutName(of.many)) };
  for (const name of matching.include) {
    const value = of.one[name];
    if (value) result[name] = value;
    else delete result[name];
  }
  return result;
}

/** `{a="b", c="d"}`, as Prometheus prints a label set. */
function text(labels: Labels): string {
  return `{${Object.keys(labels)
    .sort()
    .map((name) => `${name}="${labels[name]}"`)
    .join(", ")}}`;
}
