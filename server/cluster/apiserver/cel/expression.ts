import { type CelFunc, type CelInput, type CelResult, type CelValue, isCelError, plan } from "@bufbuild/cel";
import { isArray, isObject } from "../../apimachinery/index.ts";
import { childrenOf, loopDepth } from "./ast.ts";
import { environmentWith, functionNames } from "./environment.ts";
import { EVALUATION_STEPS } from "./limits.ts";
import type { Expr } from "./nodes.ts";
import { type Parsed, parseExpression } from "./parser.ts";
import { problemsOf, type Scope } from "./problems.ts";
import { CelSyntaxError } from "./tokens.ts";

export type Bindings = Readonly<Record<string, CelInput>>;

export type Evaluation =
  | { readonly kind: "value"; readonly value: CelValue }
  | { readonly kind: "error"; readonly message: string };

export interface Expression {
  /** Names of variables that it reads. */
  readonly variables: ReadonlySet<string>;
  /** Of `variables.NAME`: the names. */
  readonly composed: ReadonlySet<string>;
  /** `size` is how much data the bindings hold, from `sizeOf`. */
  evaluate(bindings: Bindings, size: number): Evaluation;
}

export type Compiled =
  | { readonly kind: "compiled"; readonly expression: Expression }
  | { readonly kind: "refused"; readonly message: string };

/** Compiles expressions in one environment. */
export class CelCompiler {
  private readonly environment;
  private readonly functions;

  constructor(more: readonly CelFunc[] = []) {
    this.environment = environmentWith(more);
    this.functions = functionNames(more);
  }

  compile(source: string, scope: Scope): Compiled {
    let parsed: Parsed;
    try {
      parsed = parseExpression(source);
    } catch (error) {
      if (!(error instanceof CelSyntaxError)) throw error;
      const text = error.grammatical ? `Syntax error: ${error.message}` : error.message;
      return { kind: "refused", message: `compilation failed: ${located(source, error.at, text)}` };
    }
    const { expr, places } = parsed;
    const problems = problemsOf(expr, scope, this.functions);
    if (problems.length > 0) {
      const lines = problems.map(({ id, text }) => located(source, places.get(id) ?? 0, text));
      return { kind: "refused", message: `compilation failed: ${lines.join("\n")}` };
    }
    const run = plan(this.environment, expr);
    const depth = loopDepth(expr);
    const steps = countNodes(expr);
    return {
      kind: "compiled",
      expression: {
        variables: freeVariables(expr, new Set()),
        composed: selectedOf("variables", expr),
        evaluate(bindings, size) {
          if (steps * size ** depth > EVALUATION_STEPS) {
            return { kind: "error", message: "operation cancelled: actual cost limit exceeded" };
          }
          return outcome(run({ ...bindings }));
        },
      },
    };
  }
}

function outcome(result: CelResult): Evaluation {
  if (!isCelError(result)) return { kind: "value", value: result };
  return { kind: "error", message: upstreamWords(result.message) };
}

/** cel-go's words for the errors that rules meet. */
function upstreamWords(message: string): string {
  const missing = /^(?:field not found|key not found): (.*)$/.exec(message)?.[1];
  if (missing !== undefined) return `no such key: ${missing.replace(/^"|"$/g, "")}`;
  if (/^found no matching overload/.test(message)) return "no such overload";
  const index = /^index (\d+) out of bounds/.exec(message)?.[1];
  if (index !== undefined) return `index out of bounds: ${index}`;
  return message.replace(/^int divide by zero$/, "division by zero");
}

/** As cel-go shows a place: the line, and a caret below it. */
function located(source: string, offset: number, text: string): string {
  const before = source.slice(0, offset).split("\n");
  const column = before.at(-1)?.length ?? 0;
  const line = source.split("\n")[before.length - 1] ?? "";
  return `ERROR: <input>:${before.length}:${column + 1}: ${text}${pointer(line, column)}`;
}

const pointer = (line: string, column: number) => `\n | ${line}\n | ${".".repeat(column)}^`;

function countNodes(expr: Expr): number {
  return childrenOf(expr).reduce((sum, child) => sum + countNodes(child), 1);
}

function freeVariables(expr: Expr, bound: ReadonlySet<string>): Set<string> {
  const { exprKind } = expr;
  if (exprKind.case === "identExpr") {
    const { name } = exprKind.value;
    return new Set(bound.has(name) ? [] : [name]);
  }
  const inner =
    exprKind.case === "comprehensionExpr"
      ? new Set([...bound, exprKind.value.iterVar, exprKind.value.accuVar])
      : bound;
  return new Set(childrenOf(expr).flatMap((child) => [...freeVariables(child, inner)]));
}

function selectedOf(variable: string, expr: Expr): Set<string> {
  const { exprKind } = expr;
  const below = childrenOf(expr).flatMap((child) => [...selectedOf(variable, child)]);
  const { operand, field } = selection(exprKind);
  const direct = operand?.exprKind.case === "identExpr" && operand.exprKind.value.name === variable;
  return new Set(direct && field !== undefined ? [field, ...below] : below);
}

/** `operand.field`, or `operand.?field`. */
function selection(kind: Expr["exprKind"]): { operand?: Expr | undefined; field?: string | undefined } {
  if (kind.case === "selectExpr") return kind.value;
  if (kind.case !== "callExpr" || kind.value.function !== "@?.") return {};
  const [operand, name] = kind.value.args;
  const constant = name?.exprKind.case === "constExpr" ? name.exprKind.value.constantKind : undefined;
  return { operand, field: constant?.case === "stringValue" ? constant.value : undefined };
}

/** How many values there are in some data: what one loop over any part of it may visit. */
export function sizeOf(value: unknown): number {
  if (isArray(value)) return value.reduce<number>((sum, item) => sum + sizeOf(item), 1);
  if (isObject(value)) return Object.values(value).reduce<number>((sum, item) => sum + sizeOf(item), 1);
  return typeof value === "string" ? 1 + value.length / 64 : 1;
}
