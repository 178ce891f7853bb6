import { type Expr, UNUSED } from "./nodes.ts";

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

/** A name given to a value, as by `cel.bind`: it loops over nothing. */
export function isBinding({ exprKind }: Expr): boolean {
  return exprKind.case === "comprehensionExpr" && exprKind.value.iterVar === UNUSED;
}
