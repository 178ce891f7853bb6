import { parse } from "@bufbuild/cel";

export type Parsed = ReturnType<typeof parse>;
export type Expr = Parsed["expr"];
type Part = Expr | undefined;

/** The expressions directly below one. */
export function childrenOf({ exprKind }: Expr): Expr[] {
  const present = (parts: readonly Part[]) => parts.filter((part) => part !== undefined);
  switch (exprKind.case) {
    case "selectExpr":
      return present([exprKind.value.operand]);
    case "callExpr":
      return present([exprKind.value.target, ...exprKind.value.args]);
    case "listExpr":
      return exprKind.value.elements;
    case "structExpr":
      return present(
        exprKind.value.entries.flatMap(({ keyKind, value }) => [
          keyKind.case === "mapKey" ? keyKind.value : undefined,
          value,
        ]),
      );
    case "comprehensionExpr": {
      const { iterRange, accuInit, loopCondition, loopStep, result } = exprKind.value;
      return present([iterRange, accuInit, loopCondition, loopStep, result]);
    }
    default:
      return [];
  }
}

/** How deep comprehensions stand in one another: n of them look at the data's size to the n-th power at most. */
export function loopDepth(expr: Expr): number {
  const below = Math.max(0, ...childrenOf(expr).map(loopDepth));
  return expr.exprKind.case === "comprehensionExpr" && !isBinding(expr) ? below + 1 : below;
}

/** What `cel.bind` became: it loops over nothing. */
export function isBinding({ exprKind }: Expr): boolean {
  return exprKind.case === "comprehensionExpr" && exprKind.value.iterVar === UNUSED;
}

const UNUSED = "#unused";

/**
 * `cel.bind(name, value, expression)` written as cel-go's macro writes it: a loop over nothing whose accumulator is the
 * name. The parser at hand knows the standard macros only.
 */
export function expandBindings<T extends Expr>(expr: T): T {
  const { exprKind } = expr;
  switch (exprKind.case) {
    case "selectExpr": {
      const { operand } = exprKind.value;
      if (!operand) return expr;
      return {
        ...expr,
        exprKind: { ...exprKind, value: { ...exprKind.value, operand: expandBindings(operand) } },
      };
    }
    case "listExpr": {
      const elements = exprKind.value.elements.map(expandBindings);
      return { ...expr, exprKind: { ...exprKind, value: { ...exprKind.value, elements } } };
    }
    case "structExpr": {
      const entries = exprKind.value.entries.map((entry) => ({
        ...entry,
        ...(entry.value ? { value: expandBindings(entry.value) } : {}),
      }));
      return { ...expr, exprKind: { ...exprKind, value: { ...exprKind.value, entries } } };
    }
    case "comprehensionExpr": {
      const { iterRange, loopStep, result } = exprKind.value;
      const value = {
        ...exprKind.value,
        ...(iterRange ? { iterRange: expandBindings(iterRange) } : {}),
        ...(loopStep ? { loopStep: expandBindings(loopStep) } : {}),
        ...(result ? { result: expandBindings(result) } : {}),
      };
      return { ...expr, exprKind: { ...exprKind, value } };
    }
    case "callExpr": {
      const { target } = exprKind.value;
      const args = exprKind.value.args.map(expandBindings);
      const name = bindingName(exprKind.value);
      const [, accuInit, result] = args;
      if (name !== undefined && accuInit && result) {
        const value = { ...LOOP_OVER_NOTHING, accuVar: name, accuInit, result };
        return { ...expr, exprKind: { case: "comprehensionExpr", value } };
      }
      const value = { ...exprKind.value, args, ...(target ? { target: expandBindings(target) } : {}) };
      return { ...expr, exprKind: { ...exprKind, value } };
    }
    default:
      return expr;
  }
}

interface Call {
  readonly function: string;
  readonly target?: Expr;
  readonly args: readonly Expr[];
}

function bindingName({ function: name, target, args }: Call): string | undefined {
  const on = target?.exprKind.case === "identExpr" ? target.exprKind.value.name : "";
  const variable = args[0]?.exprKind;
  if (name !== "bind" || on !== "cel" || args.length !== 3) return undefined;
  return variable?.case === "identExpr" ? variable.value.name : undefined;
}

/** A comprehension of the parser's own, with an empty list to walk and nothing to do. */
const LOOP_OVER_NOTHING = (() => {
  const { exprKind } = parse("[].all(unused, false)").expr;
  if (exprKind.case !== "comprehensionExpr") throw new Error("the CEL parser no longer expands macros");
  const { loopStep: _step, loopCondition: _condition, ...rest } = exprKind.value;
  const [condition, step] = [parse("false").expr, parse("null").expr];
  return { ...rest, iterVar: UNUSED, loopCondition: condition, loopStep: step };
})();
