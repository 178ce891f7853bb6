import { type CelInput, celEnv, parse, plan } from "@bufbuild/cel";
import type { LogContext } from "../access-log.ts";
import { attributesOf } from "../access-log-filter.ts";
import type { Labels } from "./metric-store.ts";
import { UNKNOWN } from "./peer.ts";

/** One entry of stats.PluginConfig's `metrics`; a name of "" is about every metric. */
interface Override {
  readonly name: string;
  readonly drop: boolean;
  readonly remove: readonly string[];
  readonly dimensions: readonly (readonly [tag: string, expression: Expression | undefined])[];
}

type Expression = (attributes: Readonly<Record<string, CelInput>>) => unknown;

/** What a configuration of istio.stats changes of the standard metrics. Follows the filter of istio/proxy. */
export class MetricOverrides {
  private constructor(private readonly overrides: readonly Override[]) {}

  /** Undefined: nothing is changed. */
  static of(config: unknown): MetricOverrides | undefined {
    const metrics = field(config, "metrics");
    if (!Array.isArray(metrics) || metrics.length === 0) return undefined;
    return new MetricOverrides(metrics.map(overrideOf));
  }

  /** The labels of a metric (`requests_total`), or undefined when it is dropped. */
  apply(metric: string, labels: Labels, context: LogContext): Labels | undefined {
    let changed: Record<string, string> | undefined;
    for (const { name, drop, remove, dimensions } of this.overrides) {
      if (name !== "" && name !== metric) continue;
      if (drop) return undefined;
      changed ??= { ...labels };
      for (const tag of remove) delete changed[tag];
      for (const [tag, expression] of dimensions) changed[tag] = text(expression?.(attributesOf(context)));
    }
    return changed ?? labels;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function overrideOf(value: unknown): Override {
  const name = field(value, "name");
  const remove = field(value, "tags_to_remove");
  const dimensions = field(value, "dimensions");
  return {
    name: typeof name === "string" ? name : "",
    drop: field(value, "drop") === true,
    remove: Array.isArray(remove) ? remove.filter((one) => typeof one === "string") : [],
    dimensions: Object.entries(typeof dimensions === "object" && dimensions !== null ? dimensions : {}).map(
      ([tag, expression]) => [tag, compile(String(expression))] as const,
    ),
  };
}

function compile(expression: string): Expression | undefined {
  try {
    return plan(celEnv(), parse(expression));
  } catch {
    return undefined;
  }
}

/** A value that cannot be had is `unknown`, as the filter writes it. */
function text(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "bigint" || typeof value === "boolean" || typeof value === "number")
    return String(value);
  return UNKNOWN;
}
