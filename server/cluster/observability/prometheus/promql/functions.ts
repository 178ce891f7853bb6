import { nanLast } from "./aggregate.ts";
import { type Expression, QueryError, type Selector } from "./ast.ts";
import { histogramQuantile } from "./histogram.ts";
import { labelJoin, labelReplace } from "./label-functions.ts";
import { CALENDAR, MATH } from "./math-functions.ts";
import { applyRange, KEEPS_NAME, predict, quantile, RANGE_FUNCTIONS } from "./range-functions.ts";
import { type Sample, type Value, withoutName } from "./value.ts";

type Call = Extract<Expression, { kind: "call" }>;
type Matrix = Extract<Value, { type: "matrix" }>;

export interface CallScope {
  readonly time: number;
  readonly evaluate: (argument: Expression) => Value;
  /** When the samples that a selector finds were taken, in its order. */
  readonly sampledAt: (selector: Selector) => readonly number[];
}

/** Runs a function whose arguments have passed the type check. */
export function callFunction(call: Call, scope: CallScope): Value {
  const { name } = call;
  const argument = (i: number): Value => {
    const expression = call.args[i];
    if (!expression) throw new QueryError("bad_data", `missing argument in call to "${name}"`);
    return scope.evaluate(expression);
  };
  const scalar = (i: number) => {
    const value = argument(i);
    return value.type === "scalar" ? value.value : Number.NaN;
  };
  const string = (i: number) => {
    const value = argument(i);
    return value.type === "string" ? value.value : "";
  };
  const vector = (i: number): readonly Sample[] => {
    const value = argument(i);
    return value.type === "vector" ? value.samples : [];
  };
  const matrix = (i: number): Matrix => {
    const value = argument(i);
    if (value.type === "matrix") return value;
    throw new QueryError("bad_data", `expected type range vector in call to function "${name}"`);
  };
  const mapped = (samples: readonly Sample[], change: (value: number) => number): Value =>
    vectorOf(samples.map((one) => ({ labels: withoutName(one.labels), value: change(one.value) })));

  if (RANGE_FUNCTIONS[name]) return overRange(name, matrix(0));
  const math = MATH[name];
  if (math) return mapped(vector(0), math);
  const calendar = CALENDAR[name];
  if (calendar) {
    const samples = call.args.length > 0 ? vector(0) : [{ labels: {}, value: scope.time / 1000 }];
    return mapped(samples, (value) => calendar(new Date(value * 1000)));
  }
  switch (name) {
    case "time":
      return { type: "scalar", value: scope.time / 1000 };
    case "pi":
      return { type: "scalar", value: Math.PI };
    case "vector":
      return vectorOf([{ labels: {}, value: scalar(0) }]);
    case "scalar": {
      const samples = vector(0);
      return { type: "scalar", value: samples.length === 1 ? (samples[0]?.value ?? Number.NaN) : Number.NaN };
    }
    case "timestamp": {
      const [selector] = call.args;
      const sampled =
        selector?.kind === "selector" ? scope.sampledAt(selector) : vector(0).map(() => scope.time);
      const samples = vector(0);
      return vectorOf(
        samples.map((one, i) => ({
          labels: withoutName(one.labels),
          value: (sampled[i] ?? scope.time) / 1000,
        })),
      );
    }
    case "clamp": {
      const [low, high] = [scalar(1), scalar(2)];
      return high < low ? vectorOf([]) : mapped(vector(0), (value) => Math.max(low, Math.min(high, value)));
    }
    case "clamp_min": {
      const low = scalar(1);
      return mapped(vector(0), (value) => Math.max(low, value));
    }
    case "clamp_max": {
      const high = scalar(1);
      return mapped(vector(0), (value) => Math.min(high, value));
    }
    case "round": {
      // Multiplied by the inverse, as there: fewer digits of noise.
      const inverse = 1 / (call.args.length > 1 ? scalar(1) : 1);
      return mapped(vector(0), (value) => Math.floor(value * inverse + 0.5) / inverse);
    }
    case "sort":
      return vectorOf([...vector(0)].sort((a, b) => nanLast(a.value, b.value)));
    case "sort_desc":
      return vectorOf([...vector(0)].sort((a, b) => nanLast(a.value, b.value, -1)));
    case "absent":
      return vectorOf(vector(0).length > 0 ? [] : [{ labels: equalities(call.args[0]), value: 1 }]);
    case "absent_over_time":
      return vectorOf(matrix(0).series.length > 0 ? [] : [{ labels: equalities(call.args[0]), value: 1 }]);
    case "quantile_over_time":
      return quantiles(scalar(0), matrix(1));
    case "predict_linear": {
      const ahead = scalar(1);
      return vectorOf(
        matrix(0).series.flatMap((one) => {
          const value = predict(one, scope.time, ahead);
          return value === undefined ? [] : [{ labels: withoutName(one.labels), value }];
        }),
      );
    }
    case "histogram_quantile":
      return vectorOf(histogramQuantile(scalar(0), vector(1)));
    case "label_replace":
      return vectorOf(
        labelReplace(vector(0), {
          target: string(1),
          replacement: string(2),
          source: string(3),
          regex: string(4),
        }),
      );
    case "label_join": {
      const sources = call.args.slice(3).map((_, i) => string(i + 3));
      return vectorOf(labelJoin(vector(0), { target: string(1), separator: string(2), sources }));
    }
    default:
      throw new QueryError("bad_data", `function ${name} is not supported by the practice cluster`);
  }
}

const vectorOf = (samples: readonly Sample[]): Value => ({ type: "vector", samples });

function quantiles(q: number, { series }: Matrix): Value {
  const values = (points: readonly number[]) => points.filter((_, i) => i % 2 === 1);
  return vectorOf(
    series.map(({ labels, points }) => ({ labels: withoutName(labels), value: quantile(q, values(points)) })),
  );
}

function overRange(name: string, matrix: Matrix): Value {
  return vectorOf(
    matrix.series.flatMap((range) => {
      const value = applyRange(name, range, matrix);
      if (value === undefined) return [];
      return [{ labels: KEEPS_NAME.has(name) ? range.labels : withoutName(range.labels), value }];
    }),
  );
}

/** What an absent series would be called: its equality matchers. */
function equalities(expression: Expression | undefined): Record<string, string> {
  const selector = expression?.kind === "matrix" ? expression.selector : expression;
  if (selector?.kind !== "selector") return {};
  // A label that two matchers name is left out: nobody can say what it would be.
  const once = (name: string) => selector.matchers.filter((one) => one.name === name).length === 1;
  return Object.fromEntries(
    selector.matchers
      .filter((one) => one.op === "=" && one.name !== "__name__" && once(one.name))
      .map((one) => [one.name, one.value]),
  );
}
