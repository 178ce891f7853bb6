export interface Matcher {
  readonly name: string;
  readonly op: "=" | "!=" | "=~" | "!~";
  readonly value: string;
}

/** Where in the text an expression begins; messages name it. */
interface Located {
  readonly pos: number;
}

export interface Selector extends Located {
  readonly kind: "selector";
  readonly matchers: readonly Matcher[];
  /** Milliseconds. */
  readonly offset: number;
  /** Milliseconds, or the edges of the whole query (`@`). */
  readonly at?: Instant | undefined;
}

export interface Matching {
  readonly on: boolean;
  readonly labels: readonly string[];
  readonly group?: "left" | "right" | undefined;
  readonly include: readonly string[];
}

export type Instant = number | "start" | "end";

export type Expression = Selector | (Located & Other);

type Other =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "matrix"; readonly selector: Selector; readonly range: number }
  | {
      readonly kind: "subquery";
      readonly expression: Expression;
      readonly range: number;
      readonly step: number | undefined;
      readonly offset: number;
      readonly at?: Instant | undefined;
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
      /** Where the operator stands. */
      readonly opPos: number;
      readonly matching: Matching | undefined;
    }
  | { readonly kind: "negate"; readonly expression: Expression };

export type ValueType = "scalar" | "instant vector" | "range vector" | "string";

/** A query that cannot be run; `type` is the errorType of the HTTP API. */
export class QueryError extends Error {
  override readonly name = "QueryError";

  constructor(
    readonly type: "bad_data" | "execution" | "timeout",
    message: string,
  ) {
    super(message);
  }
}

/** A text that is no query; the HTTP API names the parameter it stood in. */
export class ParseError extends QueryError {
  constructor(message: string) {
    super("bad_data", message);
  }
}

/** `line:column`, both from 1. */
export function positionOf(text: string, at: number): string {
  const before = text.slice(0, at).split("\n");
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}
