import { arrayOf, isObject, stringOf } from "./json.ts";
import { labelValueErrors, qualifiedNameErrors } from "./names.ts";
import { badRequest } from "./status.ts";

type Labels = Readonly<Record<string, string>>;

export interface LabelRequirement {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist" | "GreaterThan" | "LessThan";
  readonly values: readonly string[];
}

/** A parsed label selector. No requirements selects everything. */
export type LabelSelector = readonly LabelRequirement[];

export function matchesLabels(selector: LabelSelector, labels: Labels | undefined): boolean {
  return selector.every((requirement) => matches(requirement, labels ?? {}));
}

function matches({ key, operator, values }: LabelRequirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "GreaterThan":
      return value !== undefined && Number.parseInt(value, 10) > Number.parseInt(values[0] ?? "", 10);
    case "LessThan":
      return value !== undefined && Number.parseInt(value, 10) < Number.parseInt(values[0] ?? "", 10);
  }
}

// One requirement of the query form: `a`, `!a`, `a=b`, `a!=b`, `a in (x,y)`, `a notin (x)`, `a>1`.
const TERM =
  /^\s*(?:!\s*([^\s=!<>(),]+)|([^\s=!<>(),]+)\s*(?:(==|=|!=|>|<)\s*([^\s=!<>(),]*)|(in|notin)\s*\(([^()]*)\))?)\s*$/;

/** Parses the `labelSelector` query parameter. Follows apimachinery labels.Parse. Throws BadRequest. */
export function parseLabelSelector(text: string): LabelSelector {
  if (text.trim() === "") return [];
  return splitTerms(text).map((term) => parseTerm(term, text));
}

function splitTerms(text: string): string[] {
  const terms: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    if (text[index] === "(") depth++;
    else if (text[index] === ")") depth--;
    else if (text[index] === "," && depth === 0) {
      terms.push(text.slice(start, index));
      start = index + 1;
    }
  }
  terms.push(text.slice(start));
  return terms;
}

function parseTerm(term: string, whole: string): LabelRequirement {
  const match = TERM.exec(term);
  if (!match) {
    if (/\s(in|notin)\s*\([^)]*$/.test(term))
      throw badRequest("unable to parse requirement: found '', expected: ',', ')' or identifier");
    throw badRequest(
      `unable to parse requirement: found '${term.trim() || whole}', expected: identifier or 'end of string'`,
    );
  }
  const [, absent, key, symbol, value, word, list] = match;
  if (absent !== undefined) return checked({ key: absent, operator: "DoesNotExist", values: [] });
  const name = key ?? "";
  if (word !== undefined) {
    const values = (list ?? "").split(",").map((item) => item.trim());
    return checked({ key: name, operator: word === "in" ? "In" : "NotIn", values });
  }
  if (symbol === undefined) return checked({ key: name, operator: "Exists", values: [] });
  const operator =
    symbol === "!=" ? "NotIn" : symbol === ">" ? "GreaterThan" : symbol === "<" ? "LessThan" : "In";
  return checked({ key: name, operator, values: [value ?? ""] });
}

function checked(requirement: LabelRequirement): LabelRequirement {
  const [keyError] = qualifiedNameErrors(requirement.key);
  if (keyError) {
    throw badRequest(
      `unable to parse requirement: key: Invalid value: ${JSON.stringify(requirement.key)}: ${keyError}`,
    );
  }
  for (const [index, value] of requirement.values.entries()) {
    const [valueError] = labelValueErrors(value);
    if (!valueError) continue;
    throw badRequest(
      `unable to parse requirement: values[${index}][${requirement.key}]: Invalid value: ${JSON.stringify(value)}: ${valueError}`,
    );
  }
  return requirement;
}

/** The selector of a metav1.LabelSelector object. Undefined or null selects nothing. */
export function selectorOf(selector: unknown): LabelSelector | undefined {
  if (!isObject(selector)) return undefined;
  const requirements: LabelRequirement[] = [];
  if (isObject(selector.matchLabels)) {
    for (const [key, value] of Object.entries(selector.matchLabels)) {
      requirements.push({ key, operator: "In", values: [String(value)] });
    }
  }
  for (const expression of arrayOf(selector.matchExpressions)) {
    if (!isObject(expression)) continue;
    const operator = stringOf(expression.operator);
    if (operator !== "In" && operator !== "NotIn" && operator !== "Exists" && operator !== "DoesNotExist") {
      throw badRequest(`"${operator}" is not a valid label selector operator`);
    }
    requirements.push({
      key: stringOf(expression.key),
      operator,
      values: arrayOf(expression.values).map(String),
    });
  }
  return requirements;
}

/** The query form of a selector, as labels.Selector.String() prints it. */
export function formatLabelSelector(selector: LabelSelector): string {
  return selector.map(formatRequirement).join(",");
}

function formatRequirement({ key, operator, values }: LabelRequirement): string {
  switch (operator) {
    case "In":
      return values.length === 1 ? `${key}=${values[0]}` : `${key} in (${[...values].sort().join(",")})`;
    case "NotIn":
      return values.length === 1 ? `${key}!=${values[0]}` : `${key} notin (${[...values].sort().join(",")})`;
    case "Exists":
      return key;
    case "DoesNotExist":
      return `!${key}`;
    case "GreaterThan":
      return `${key}>${values[0]}`;
    case "LessThan":
      return `${key}<${values[0]}`;
  }
}
