export interface Matcher {
  readonly name: string;
  readonly op: "=" | "!=" | "=~" | "!~";
  readonly value: string;
}

export interface Selector {
  readonly kind: "selector";
  readonly matchers: readonly Matcher[];
  /** Milliseconds. */
  readonly offset: number;
  readonly at?: number | "start" | "end" | undefined;
}

export interface Matching {
  readonly on: boolean;
  readonly labels: readonly string[];
  readonly group?: "left" | "right" | undefined;
  readonly include: readonly string[];
}

export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | Selector
  | { readonly kind: "matrix"; readonly selector: Selector; readonly range: number }
  | {
      readonly kind: "subquery";
      readonly expression: Expression;
      readonly range: number;
      readonly step: number | undefined;
      readonly offset: number;
    }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] }
  | {
      readonly kind: "aggregate";
      readonly op: string;
      readonly parameter: Expression | undefined;
      readonly expression: Expression;
      readonly grouping: { readonly without: boolean; readonly labels: readonly string[] };
    }
  | {
      readonly kind: "binary";
      readonly op: string;
      readonly left: Expression;
      readonly right: Expression;
      readonly bool: boolean;
      readonly matching: Matching | undefined;
    }
  | { readonly kind: "negate"; readonly expression: Expression };

export type ValueType = "scalar" | "instant vector" | "range vector" | "string";

/** A query that cannot be run; `type` is the errorType of the HTTP API. */
export class QueryError extends Error {
  override readonly name = "QueryError";

  constructor(
    readonly type: "bad_data" | "execution",
    message: string,
  ) {
    super(message);
  }
}
