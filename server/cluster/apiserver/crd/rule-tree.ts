import {
  arrayOf,
  isObject,
  type JsonObject,
  objectOf,
  SchemaNode,
  stringOf,
} from "../../apimachinery/index.ts";
import { CelCompiler, type Expression, rootMetadata, type Scope } from "../cel/index.ts";

/** One entry of x-kubernetes-validations, ready to run. */
export interface Rule {
  readonly source: JsonObject;
  readonly expression: Expression;
  readonly message?: Expression | undefined;
  /** A transition rule: asks about the value before an update too. */
  readonly usesOld: boolean;
}

/** The rules of a schema, in the schema's own shape; parts without any are left out. */
export interface RuleTree {
  readonly node: SchemaNode;
  readonly rules: readonly Rule[];
  readonly properties: ReadonlyMap<string, RuleTree>;
  readonly items?: RuleTree | undefined;
  readonly values?: RuleTree | undefined;
  readonly allOf: readonly RuleTree[];
}

const compiler = new CelCompiler();

/** Type, kind and the two fields of metadata that rules at a resource's root may read. */
export function rootSchema(schema: JsonObject): JsonObject {
  const text = { type: "string" };
  const properties = { apiVersion: text, kind: text, ...objectOf(schema.properties), metadata: rootMetadata };
  return { ...schema, properties };
}

export const scopeOf = (node: SchemaNode): Scope =>
  new Map([
    ["self", node],
    ["oldSelf", node],
  ]);

/** Of `optionalOldSelf` rules: oldSelf is an optional, of which nothing is known before it runs. */
export function ruleScope(rule: JsonObject, node: SchemaNode): Scope {
  return rule.optionalOldSelf === true ? new Map([...scopeOf(node), ["oldSelf", undefined]]) : scopeOf(node);
}

export const compileRule = (text: unknown, scope: Scope) => compiler.compile(stringOf(text).trim(), scope);

/** Undefined when there is no rule in the schema. A rule that does not compile is left out: its definition was refused. */
export function ruleTree(schema: JsonObject, typedBy = schema): RuleTree | undefined {
  const node = new SchemaNode(typedBy);
  const below = (part: unknown, typed: unknown = part) =>
    isObject(part) ? ruleTree(part, isObject(typed) ? typed : part) : undefined;
  const typedProperties = objectOf(typedBy.properties);
  const properties = new Map<string, RuleTree>();
  for (const [name, property] of Object.entries(objectOf(schema.properties))) {
    const tree = below(property, typedProperties[name]);
    if (tree) properties.set(name, tree);
  }
  const rules = arrayOf(schema["x-kubernetes-validations"])
    .filter(isObject)
    .flatMap((rule) => ready(rule, node));
  const items = below(schema.items, typedBy.items);
  const values = below(schema.additionalProperties, typedBy.additionalProperties);
  const allOf = arrayOf(schema.allOf).flatMap((part) => below(part, { ...typedBy, allOf: undefined }) ?? []);
  if (rules.length + properties.size + allOf.length === 0 && !items && !values) return undefined;
  return { node, rules, properties, items, values, allOf };
}

function ready(source: JsonObject, node: SchemaNode): Rule[] {
  const scope = ruleScope(source, node);
  const compiled = compileRule(source.rule, scope);
  if (compiled.kind === "refused") return [];
  const message = source.messageExpression ? compileRule(source.messageExpression, scope) : undefined;
  return [
    {
      source,
      expression: compiled.expression,
      ...(message?.kind === "compiled" ? { message: message.expression } : {}),
      usesOld: compiled.expression.variables.has("oldSelf"),
    },
  ];
}
