import {
  type CelFunc,
  type CelInput,
  type CelResult,
  type CelValue,
  isCelError,
  parse,
  plan,
} from "@bufbuild/cel";
import { isArray, isObject } from "../../apimachinery/index.ts";
import { childrenOf, type Expr, expandBindings, loopDepth } from "./ast.ts";
import { environmentWith, functionNames } from "./environment.ts";
import { EVALUATION_STEPS } from "./limits.ts";
import { problemsOf, type Scope } from "./problems.ts";

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
    let parsed: ReturnType<typeof parse>;
    try {
      parsed = parse(source);
    } catch (error) {
      return { kind: "refused", message: syntaxError(source, error) };
    }
    const expr = expandBindings(parsed.expr);
    const problems = problemsOf(expr, scope, this.functions);
    if (problems.length > 0) {
      const positions = parsed.sourceInfo?.positions ?? {};
      const lines = problems.map(({ id, text }) => located(source, positions[String(id)] ?? 0, text));
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

function syntaxError(source: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [, line = "1", column = "1", text = message] = /^<input>:(\d+):(\d+): (.*)$/s.exec(message) ?? [];
  const shown = source.split("\n")[Number(line) - 1] ?? "";
  return `compilation failed: ERROR: <input>:${line}:${column}: Syntax error: ${text}${pointer(shown, Number(column) - 1)}`;
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
  if (exprKind.case !== "selectExpr") return new Set(below);
  const { operand, field } = exprKind.value;
  const direct = operand?.exprKind.case === "identExpr" && operand.exprKind.value.name === variable;
  return new Set(direct ? [field, ...below] : below);
}

/** How many values there are in some data: what one loop over any part of it may visit. */
export function sizeOf(value: unknown): number {
  if (isArray(value)) return value.reduce<number>((sum, item) => sum + sizeOf(item), 1);
  if (isObject(value)) return Object.values(value).reduce<number>((sum, item) => sum + sizeOf(item), 1);
  return typeof value === "string" ? 1 + value.length / 64 : 1;
}
