// label_replace and label_join (promql/functions.go): change labels, never values.

import { anchored, type Match, type Pattern, RegexError } from "../../regex/index.ts";
import { QueryError } from "./ast.ts";
import type { Sample } from "./value.ts";

const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

export interface Replacement {
  readonly target: string;
  readonly replacement: string;
  readonly source: string;
  readonly regex: string;
}

export function labelReplace(samples: readonly Sample[], rule: Replacement): readonly Sample[] {
  const expression = compiled(rule.regex);
  if (!LABEL.test(rule.target))
    throw new QueryError("execution", `invalid destination label name in label_replace(): ${rule.target}`);
  return samples.map((sample) => {
    const match = expression.exec(sample.labels[rule.source] ?? "");
    return match ? withLabel(sample, rule.target, expanded(rule.replacement, match)) : sample;
  });
}

function compiled(regex: string): Pattern {
  try {
    return anchored(regex);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    throw new QueryError("execution", `invalid regular expression in label_replace(): ${regex}`);
  }
}

/** Go's Regexp.Expand: $1, ${1}, $name; a group that is not there is empty, $$ is a dollar. */
function expanded(template: string, match: Match): string {
  return template.replace(
    /\$(?:\$|\{(\w+)\}|(\w+))/g,
    (whole, braced: string | undefined, plain: string | undefined) => {
      if (whole === "$$") return "$";
      const name = braced ?? plain ?? "";
      return (/^\d+$/.test(name) ? match[Number(name)] : match.groups?.[name]) ?? "";
    },
  );
}

export interface Join {
  readonly target: string;
  readonly separator: string;
  readonly sources: readonly string[];
}

export function labelJoin(samples: readonly Sample[], rule: Join): readonly Sample[] {
  const bad = rule.sources.find((source) => !LABEL.test(source));
  if (bad !== undefined)
    throw new QueryError("execution", `invalid source label name in label_join(): ${bad}`);
  if (!LABEL.test(rule.target))
    throw new QueryError("execution", `invalid destination label name in label_join(): ${rule.target}`);
  return samples.map((one) => {
    const value = rule.sources.map((source) => one.labels[source] ?? "").join(rule.separator);
    return withLabel(one, rule.target, value);
  });
}

function withLabel(sample: Sample, name: string, value: string): Sample {
  const { [name]: _, ...labels } = sample.labels;
  return { value: sample.value, labels: value ? { ...labels, [name]: value } : labels };
}
