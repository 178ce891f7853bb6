// Rule files (model/rulefmt/rulefmt.go): groups of recording and alerting rules.
import { load } from "js-yaml";
import {
  arrayOf,
  isObject,
  type JsonObject,
  objectOf,
  stringOf,
  valueAt,
} from "../../../apimachinery/index.ts";
import type { ContainerFiles } from "../../../container/index.ts";
import { MAX_RULES } from "../limits.ts";
import { type Expression, QueryError } from "../promql/ast.ts";
import { parseDuration } from "../promql/duration.ts";
import { formatQuery } from "../promql/format.ts";
import { parse } from "../promql/parse.ts";

interface RuleBase {
  readonly name: string;
  /** As Prometheus prints it. */
  readonly query: string;
  readonly expression: Expression;
  readonly labels: Readonly<Record<string, string>>;
}

export interface RecordingRule extends RuleBase {
  readonly kind: "recording";
}

export interface AlertingRule extends RuleBase {
  readonly kind: "alerting";
  /** Milliseconds that a condition has to hold. */
  readonly hold: number;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface RuleGroup {
  readonly name: string;
  readonly file: string;
  readonly interval: number;
  readonly rules: readonly (RecordingRule | AlertingRule)[];
}

/** Files that a pattern of `rule_files` names; `*` stands for part of a file's name. A file that is not there is none. */
export function ruleFiles(files: ContainerFiles, patterns: readonly string[]): readonly string[] {
  return patterns.flatMap((pattern) => {
    const slash = pattern.lastIndexOf("/");
    const [folder, name] = [pattern.slice(0, slash), pattern.slice(slash + 1)];
    if (!name.includes("*")) return files.read(pattern) ? [pattern] : [];
    const parts = name.split("*").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
    const expression = new RegExp(`^${parts.join("[^/]*")}$`);
    return (files.list(folder) ?? []).filter((one) => expression.test(one)).map((one) => `${folder}/${one}`);
  });
}

/** Throws an error that names file, group and rule. */
export function readRules(file: string, text: string, defaultInterval: number): readonly RuleGroup[] {
  const parsed: unknown = load(text);
  const names = new Set<string>();
  let count = 0;
  return arrayOf(valueAt(parsed, "groups"))
    .filter(isObject)
    .map((group) => {
      const name = stringOf(group.name);
      if (name === "") throw new Error(`${file}: Groupname must not be empty`);
      if (names.has(name)) throw new Error(`${file}: groupname: "${name}" is repeated in the same file`);
      names.add(name);
      const rules = arrayOf(group.rules).map((rule, i) => {
        count += 1;
        if (count > MAX_RULES) throw new Error(`${file}: more than ${MAX_RULES} rules`);
        return ruleOf(objectOf(rule), `${file}: group "${name}", rule ${i + 1}`);
      });
      return { name, file, interval: durationOf(group.interval, file) ?? defaultInterval, rules };
    });
}

function ruleOf(source: JsonObject, place: string): RecordingRule | AlertingRule {
  const { record, alert, expr } = source;
  const name = stringOf(record) || stringOf(alert);
  const where = `${place}, "${name}"`;
  if (stringOf(record) !== "" && stringOf(alert) !== "")
    throw new Error(`${where}: only one of 'record' and 'alert' must be set`);
  if (name === "") throw new Error(`${place}: one of 'record' or 'alert' must be set`);
  const text = typeof expr === "number" ? String(expr) : stringOf(expr);
  if (text === "") throw new Error(`${where}: field 'expr' must be set in rule`);
  if (record !== undefined && !/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name))
    throw new Error(`${where}: invalid recording rule name: ${name}`);
  const base = { name, ...expressionOf(text, where), labels: texts(source.labels) };
  if (record !== undefined) return { ...base, kind: "recording" };
  const hold = durationOf(source.for, where) ?? 0;
  return { ...base, kind: "alerting", hold, annotations: texts(source.annotations) };
}

function expressionOf(text: string, where: string): { expression: Expression; query: string } {
  try {
    return { expression: parse(text), query: formatQuery(text) };
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new Error(`${where}: could not parse expression: ${error.message}`, { cause: error });
  }
}

const texts = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(objectOf(value)).map(([name, one]) => [name, String(one)]));

function durationOf(value: unknown, where: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  const milliseconds = typeof value === "string" ? parseDuration(value) : value === 0 ? 0 : undefined;
  if (milliseconds === undefined)
    throw new Error(`${where}: not a valid duration string: ${JSON.stringify(value)}`);
  return milliseconds;
}
