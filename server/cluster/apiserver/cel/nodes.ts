import type { parse } from "@bufbuild/cel";

export type Expr = ReturnType<typeof parse>["expr"];
export type ExprKind = Expr["exprKind"];

/** The name under which a loop keeps its result; no expression can write it. */
export const RESULT = "@result";

/** Makes the nodes of one expression, each with the place in the source that an error about it shows. */
export class Nodes {
  readonly places = new Map<bigint, number>();
  private last = 0n;

  node(at: number, exprKind: ExprKind): Expr {
    this.last += 1n;
    this.places.set(this.last, at);
    return { $typeName: "cel.expr.Expr", id: this.last, exprKind };
  }

  placeOf({ id }: Expr): number {
    return this.places.get(id) ?? 0;
  }

  name(at: number, name: string): Expr {
    return this.node(at, { case: "identExpr", value: { $typeName: "cel.expr.Expr.Ident", name } });
  }

  text(at: number, value: string): Expr {
    return this.constant(at, { case: "stringValue", value });
  }

  bool(at: number, value: boolean): Expr {
    return this.constant(at, { case: "boolValue", value });
  }

  int(at: number, value: bigint): Expr {
    return this.constant(at, { case: "int64Value", value });
  }

  constant(
    at: number,
    constantKind: Extract<ExprKind, { case: "constExpr" }>["value"]["constantKind"],
  ): Expr {
    return this.node(at, { case: "constExpr", value: { $typeName: "cel.expr.Constant", constantKind } });
  }

  list(at: number, elements: Expr[]): Expr {
    const value = { $typeName: "cel.expr.Expr.CreateList", elements, optionalIndices: [] } as const;
    return this.node(at, { case: "listExpr", value: { ...value, optionalIndices: [] } });
  }

  map(at: number, entries: readonly { readonly key: Expr; readonly value: Expr }[]): Expr {
    return this.node(at, {
      case: "structExpr",
      value: {
        $typeName: "cel.expr.Expr.CreateStruct",
        messageName: "",
        entries: entries.map(({ key, value }) => ({
          $typeName: "cel.expr.Expr.CreateStruct.Entry",
          id: key.id,
          keyKind: { case: "mapKey", value: key },
          value,
          optionalEntry: false,
        })),
      },
    });
  }

  select(at: number, operand: Expr, { field, testOnly }: { field: string; testOnly: boolean }): Expr {
    const value = { $typeName: "cel.expr.Expr.Select", operand, field, testOnly } as const;
    return this.node(at, { case: "selectExpr", value });
  }

  call(at: number, name: string, args: Expr[]): Expr {
    const value = { $typeName: "cel.expr.Expr.Call", function: name, args } as const;
    return this.node(at, { case: "callExpr", value });
  }

  method(target: Expr, at: number, call: { name: string; args: Expr[] }): Expr {
    const value = { $typeName: "cel.expr.Expr.Call", function: call.name, target, args: call.args } as const;
    return this.node(at, { case: "callExpr", value });
  }

  loop(at: number, parts: Loop): Expr {
    const { over, variable, start, condition, step, result, keeps = RESULT } = parts;
    return this.node(at, {
      case: "comprehensionExpr",
      value: {
        $typeName: "cel.expr.Expr.Comprehension",
        ...{ iterVar: variable, iterVar2: "", iterRange: over, accuVar: keeps, accuInit: start },
        ...{ loopCondition: condition ?? this.bool(at, true), loopStep: step },
        result: result ?? this.name(at, keeps),
      },
    });
  }

  /** A name for a value within an expression: a loop over nothing, as cel-go's `cel.bind` writes it. */
  bind(at: number, { name, value, within }: { name: string; value: Expr; within: Expr }): Expr {
    return this.loop(at, {
      ...{ over: this.list(at, []), variable: UNUSED, keeps: name, start: value },
      ...{ condition: this.bool(at, false), step: this.name(at, name), result: within },
    });
  }
}

interface Loop {
  readonly over: Expr;
  readonly variable: string;
  readonly start: Expr;
  readonly condition?: Expr;
  readonly step: Expr;
  readonly result?: Expr;
  readonly keeps?: string;
}

export const UNUSED = "#unused";
