import { type Expression, QueryError } from "./ast.ts";
import { histogramQuantile } from "./histogram.ts";
import { applyRange, KEEPS_NAME, predict, quantile, RANGE_FUNCTIONS } from "./range-functions.ts";
import { type Sample, type Value, withoutName } from "./value.ts";

type Call = Extract<Expression, { kind: "call" }>;
type Matrix = Extract<Value, { type: "matrix" }>;

export interface CallScope {
  readonly time: number;
  readonly evaluate: (argument: Expression) => Value;
}

const MATH: Readonly<Record<string, (value: number) => number>> = {
  abs: Math.abs,
  ceil: Math.ceil,
  floor: Math.floor,
  exp: Math.exp,
  ln: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  sqrt: Math.sqrt,
  sgn: Math.sign,
};

const CALENDAR: Readonly<Record<string, (date: Date) => number>> = {
  minute: (date) => date.getUTCMinutes(),
  hour: (date) => date.getUTCHours(),
  day_of_week: (date) => date.getUTCDay(),
  day_of_month: (date) => date.getUTCDate(),
  month: (date) => date.getUTCMonth() + 1,
  year: (date) => date.getUTCFullYear(),
};

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
    case "timestamp":
      return mapped(vector(0), () => scope.time / 1000);
    case "clamp":
      return mapped(vector(0), (value) => Math.max(scalar(1), Math.min(scalar(2), value)));
    case "clamp_min":
      return mapped(vector(0), (value) => Math.max(scalar(1), value));
    case "clamp_max":
      return mapped(vector(0), (value) => Math.min(scalar(1), value));
    case "round": {
      const nearest = call.args.length > 1 ? scalar(1) : 1;
      return mapped(vector(0), (value) => Math.floor(value / nearest + 0.5) * nearest);
    }
    case "sort":
      return vectorOf([...vector(0)].sort((a, b) => a.value - b.value));
    case "sort_desc":
      return vectorOf([...vector(0)].sort((a, b) => b.value - a.value));
    case "absent":
      return vectorOf(vector(0).length > 0 ? [] : [{ labels: equalities(call.args[0]), value: 1 }]);
    case "absent_over_time":
      return vectorOf(matrix(0).series.length > 0 ? [] : [{ labels: equalities(call.args[0]), value: 1 }]);
    case "quantile_over_time":
      return vectorOf(
        matrix(1).series.map((one) => ({
          labels: withoutName(one.labels),
          value: quantile(
            scalar(0),
            one.points.filter((_, i) => i % 2 === 1),
          ),
        })),
      );
    case "predict_linear":
      return vectorOf(
        matrix(0).series.flatMap((one) => {
          const value = predict(one, scope.time, scalar(1));
          return value === undefined ? [] : [{ labels: withoutName(one.labels), value }];
        }),
      );
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
      return vectorOf(
        vector(0).map((one) =>
          withLabel(one, string(1), sources.map((source) => one.labels[source] ?? "").join(string(2))),
        ),
      );
    }
    default:
      throw new QueryError("bad_data", `function ${name} is not supported by the practice cluster`);
  }
}

const vectorOf = (samples: readonly Sample[]): Value => ({ type: "vector", samples });

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
  return Object.fromEntries(
    selector.matchers
      .filter((one) => one.op === "=" && one.name !== "__name__")
      .map((one) => [one.name, one.value]),
  );
}

interface Replacement {
  readonly target: string;
  readonly replacement: string;
  readonly source: string;
  readonly regex: string;
}

function labelReplace(samples: readonly Sample[], rule: Replacement): readonly Sample[] {
  if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(rule.target))
    throw new QueryError("execution", `invalid destination label name in label_replace(): ${rule.target}`);
  let expression: RegExp;
  try {
    expression = new RegExp(`^(?:${rule.regex})$`, "s");
  } catch {
    throw new QueryError("execution", `invalid regular expression in label_replace(): ${rule.regex}`);
  }
  return samples.map((sample) => {
    const match = expression.exec(sample.labels[rule.source] ?? "");
    if (!match) return sample;
    const value = rule.replacement.replace(
      /\$(?:\{(\w+)\}|(\w+))/g,
      (_, braced: string | undefined, plain: string | undefined) => {
        const name = braced ?? plain ?? "";
        return (/^\d+$/.test(name) ? match[Number(name)] : match.groups?.[name]) ?? "";
      },
    );
    return withLabel(sample, rule.target, value);
  });
}

function withLabel(sample: Sample, name: string, value: string): Sample {
  const { [name]: _, ...labels } = sample.labels;
  return { value: sample.value, labels: value ? { ...labels, [name]: value } : labels };
}
