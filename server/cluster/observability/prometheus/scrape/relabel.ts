// Relabelling (model/relabel/relabel.go): rules that change a label set, or drop what carries it.
import { createHash } from "node:crypto";
import { arrayOf, isObject, type JsonObject, stringOf } from "../../../apimachinery/index.ts";
import { anchored, type Match, type Pattern } from "../../regex/index.ts";

export type LabelSet = Readonly<Record<string, string>>;

const ACTIONS = [
  ...(["replace", "keep", "drop", "keepequal", "dropequal", "hashmod"] as const),
  ...(["labelmap", "labeldrop", "labelkeep", "lowercase", "uppercase"] as const),
] as const;
type Action = (typeof ACTIONS)[number];

export interface RelabelRule {
  readonly action: Action;
  readonly sourceLabels: readonly string[];
  readonly separator: string;
  readonly regex: Pattern;
  readonly targetLabel: string;
  readonly replacement: string;
  readonly modulus: number;
}

/** Throws an error in Prometheus' words when a rule cannot be used. */
export function relabelRules(list: unknown): readonly RelabelRule[] {
  return arrayOf(list).filter(isObject).map(ruleOf);
}

function ruleOf(source: JsonObject): RelabelRule {
  const wanted = source.action === undefined ? "replace" : String(source.action).toLowerCase();
  const action = ACTIONS.find((one) => one === wanted);
  if (!action) throw new Error(`unknown relabel action "${source.action}"`);
  const targetLabel = stringOf(source.target_label);
  if (/^(replace|hashmod|lowercase|uppercase|keepequal|dropequal)$/.test(action) && targetLabel === "")
    throw new Error(`relabel configuration for ${action} action requires 'target_label' value`);
  return {
    action,
    sourceLabels: arrayOf(source.source_labels).map(String),
    separator: typeof source.separator === "string" ? source.separator : ";",
    // YAML reads `regex: true` as a boolean.
    regex: anchored(source.regex === undefined ? "(.*)" : String(source.regex)),
    targetLabel,
    replacement: source.replacement === undefined ? "$1" : String(source.replacement),
    modulus: Number(source.modulus ?? 0),
  };
}

/** Undefined: dropped. */
export function relabel(labels: LabelSet, rules: readonly RelabelRule[]): LabelSet | undefined {
  let current: Record<string, string> = { ...labels };
  for (const rule of rules) {
    const value = rule.sourceLabels.map((name) => current[name] ?? "").join(rule.separator);
    switch (rule.action) {
      case "keep":
        if (!rule.regex.test(value)) return undefined;
        break;
      case "drop":
        if (rule.regex.test(value)) return undefined;
        break;
      case "keepequal":
        if (value !== (current[rule.targetLabel] ?? "")) return undefined;
        break;
      case "dropequal":
        if (value === (current[rule.targetLabel] ?? "")) return undefined;
        break;
      case "replace":
        replaceIn(current, rule, value);
        break;
      case "lowercase":
        put(current, rule.targetLabel, value.toLowerCase());
        break;
      case "uppercase":
        put(current, rule.targetLabel, value.toUpperCase());
        break;
      case "hashmod":
        put(current, rule.targetLabel, hashMod(value, rule.modulus));
        break;
      case "labelmap":
        mapNames(current, rule);
        break;
      case "labeldrop":
      case "labelkeep": {
        const keeps = rule.action === "labelkeep";
        current = Object.fromEntries(
          Object.entries(current).filter(([name]) => rule.regex.test(name) === keeps),
        );
        break;
      }
    }
  }
  return current;
}

function put(labels: Record<string, string>, name: string, value: string): void {
  if (value === "") delete labels[name];
  else labels[name] = value;
}

function replaceIn(labels: Record<string, string>, rule: RelabelRule, value: string): void {
  const match = rule.regex.exec(value);
  if (!match) return;
  const target = expanded(rule.targetLabel, match);
  if (/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(target)) put(labels, target, expanded(rule.replacement, match));
}

function mapNames(labels: Record<string, string>, rule: RelabelRule): void {
  for (const [name, value] of Object.entries(labels)) {
    const match = rule.regex.exec(name);
    if (match) put(labels, expanded(rule.replacement, match), value);
  }
}

function hashMod(value: string, modulus: number): string {
  const digest = createHash("md5").update(value).digest();
  return String(digest.readBigUInt64BE(8) % BigInt(Math.max(1, Math.trunc(modulus))));
}

function expanded(template: string, match: Match): string {
  return template.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced?: string, plain?: string) => {
    const name = braced ?? plain ?? "";
    return (/^\d+$/.test(name) ? match[Number(name)] : match.groups?.[name]) ?? "";
  });
}
