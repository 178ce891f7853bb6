import { arrayOf, type SchemaNode } from "../../apimachinery/index.ts";
import { childrenOf, isBinding } from "./ast.ts";
import type { Expr } from "./nodes.ts";
import { escaped } from "./values.ts";

// What cel-go's checker says of names that are not there. Types of arguments are looked at when the expression runs.

export interface Problem {
  readonly id: bigint;
  readonly text: string;
}

/** Undefined: a variable of which nothing is known. */
export type Scope = ReadonlyMap<string, SchemaNode | undefined>;

const TYPES = new Set([
  "int",
  "uint",
  "double",
  "bool",
  "string",
  "bytes",
  "list",
  "map",
  "null_type",
  "type",
]);

export function problemsOf(expr: Expr, scope: Scope, functions: ReadonlySet<string>): Problem[] {
  return new Checker(functions).check(expr, scope).problems;
}

interface Checked {
  readonly problems: Problem[];
  readonly type?: SchemaNode | undefined;
}

class Checker {
  constructor(private readonly functions: ReadonlySet<string>) {}

  check(expr: Expr, scope: Scope): Checked {
    const { exprKind, id } = expr;
    switch (exprKind.case) {
      case "identExpr": {
        const { name } = exprKind.value;
        if (scope.has(name)) return { problems: [], type: scope.get(name) };
        return { problems: TYPES.has(name) || name.startsWith("@") ? [] : [undeclared(id, name)] };
      }
      case "selectExpr": {
        const { operand, field } = exprKind.value;
        if (!operand) return { problems: [] };
        const of = this.check(operand, scope);
        const { known, type } = fieldOf(of.type, field);
        const problems = known ? of.problems : [...of.problems, { id, text: `undefined field '${field}'` }];
        return { problems, type };
      }
      case "comprehensionExpr":
        return this.loop(expr, scope);
      case "callExpr":
        return this.call(expr, scope);
      default:
        return { problems: childrenOf(expr).flatMap((child) => this.check(child, scope).problems) };
    }
  }

  private call(expr: Expr, scope: Scope): Checked {
    if (expr.exprKind.case !== "callExpr") return { problems: [] };
    const { function: name, target, args } = expr.exprKind.value;
    const space = target?.exprKind.case === "identExpr" ? target.exprKind.value.name : "";
    const qualified = space !== "" && !scope.has(space) && this.functions.has(`${space}.${name}`);
    const parts = [...(target && !qualified ? [target] : []), ...args].map((part) => this.check(part, scope));
    const problems = parts.flatMap((part) => part.problems);
    const exists = qualified || this.functions.has(name) || /^[^a-zA-Z]/.test(name);
    if (!exists) problems.unshift(undeclared(expr.id, name));
    const types = parts.map(({ type }) => type);
    const field = name === "@?." ? fieldNamed(args[1]) : undefined;
    if (field === undefined) return { problems, type: resultType(name, types) };
    const { known, type } = fieldOf(types[0], field);
    return {
      problems: known ? problems : [...problems, { id: expr.id, text: `undefined field '${field}'` }],
      type,
    };
  }

  private loop(expr: Expr, scope: Scope): Checked {
    if (expr.exprKind.case !== "comprehensionExpr") return { problems: [] };
    const { iterVar, accuVar, iterRange, accuInit, loopStep, result } = expr.exprKind.value;
    const range = iterRange ? this.check(iterRange, scope) : { problems: [], type: undefined };
    const start = accuInit ? this.check(accuInit, scope) : { problems: [], type: undefined };
    const inner = new Map([
      ...scope,
      [iterVar, range.type?.items],
      [accuVar, isBinding(expr) ? start.type : undefined],
    ]);
    const body = [loopStep, result].map((part) => (part ? this.check(part, inner) : { problems: [] }));
    const problems = [range, start, ...body].flatMap((part) => part.problems);
    return { problems, type: isBinding(expr) ? body[1]?.type : undefined };
  }
}

/** An optional counts as what it holds. */
function resultType(name: string, types: readonly (SchemaNode | undefined)[]): SchemaNode | undefined {
  const [first, second, third] = types;
  if (name === "_[_]" || name === "@[?]") return first?.items ?? (first?.isMap ? first.field("") : undefined);
  if (name === "value" || name === "@optional.of") return first;
  return name === "_?_:_" && second === third ? second : undefined;
}

function fieldNamed(expr: Expr | undefined): string | undefined {
  const constant = expr?.exprKind.case === "constExpr" ? expr.exprKind.value.constantKind : undefined;
  return constant?.case === "stringValue" ? constant.value : undefined;
}

const undeclared = (id: bigint, name: string) => ({
  id,
  text: `undeclared reference to '${name}' (in container '')`,
});

const METADATA = ["name", "generateName"];

/** Whether a field may be read of a value of that type. Of an object without properties, or an open one, nothing is known. */
function fieldOf(
  node: SchemaNode | undefined,
  field: string,
): { known: boolean; type?: SchemaNode | undefined } {
  if (!node || node.isOpen || node.schema["x-kubernetes-int-or-string"] === true) return { known: true };
  if (node.isMap) return { known: true, type: node.field(field) };
  if (node.schema.type !== "object") return { known: node.schema.type === undefined };
  const name = node.propertyNames.find((property) => escaped(property) === field);
  if (name !== undefined) return { known: true, type: node.field(name) };
  if (node.schema["x-kubernetes-embedded-resource"] === true) {
    return { known: ["apiVersion", "kind", "metadata"].includes(field) };
  }
  // What another part of the schema may add is not looked at.
  const combined = [node.schema.allOf, node.schema.anyOf, node.schema.oneOf].some(
    (parts) => arrayOf(parts).length > 0,
  );
  return { known: combined && node.propertyNames.length === 0 };
}

/** What a rule at the root of a resource sees of its metadata. */
export const rootMetadata = {
  type: "object",
  properties: Object.fromEntries(METADATA.map((name) => [name, { type: "string" }])),
};
