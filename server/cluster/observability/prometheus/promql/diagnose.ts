// Finds what Prometheus would say of a text that its grammar does not accept: walks the tokens as
// promql/parser/generated_parser.y does and stops at the first that does not fit. Returns nothing when all fit.
import { type Token, tokens } from "./lexer.ts";

export interface Diagnosis {
  readonly at: number;
  readonly message: string;
}

export function diagnose(text: string, isFunction: (name: string) => boolean): Diagnosis | undefined {
  try {
    new Walker(tokens(text), isFunction).all();
    return undefined;
  } catch (error) {
    if (error instanceof Found) return error.diagnosis;
    throw error;
  }
}

class Found extends Error {
  constructor(readonly diagnosis: Diagnosis) {
    super(diagnosis.message);
  }
}

const BINARY = /^(\+|-|\*|\/|%|\^|==|!=|<=|>=|<|>|and|or|unless|atan2)$/i;

/** As Prometheus names a token in a message. */
function described({ kind, text }: Token): string {
  const quoted = JSON.stringify(text);
  const cut = text.length > 10 ? `${JSON.stringify(text.slice(0, 10))}...` : quoted;
  switch (kind) {
    case "end":
      return "end of input";
    case "keyword":
      return `<${text}>`;
    case "operator":
      return text === "=" ? '"="' : `<op:${text}>`;
    case "aggregator":
      return `<aggr:${text}>`;
    case "identifier":
    case "metric identifier":
      return `${kind} ${quoted}`;
    case "punctuation":
      return quoted;
    default:
      return `${kind} ${cut}`;
  }
}

class Walker {
  private next = 0;
  private unknownFunction: Diagnosis | undefined;

  constructor(
    private readonly list: readonly Token[],
    private readonly isFunction: (name: string) => boolean,
  ) {}

  all(): void {
    this.expression("");
    if (this.token.kind !== "end") this.unexpected("");
    if (this.unknownFunction) throw new Found(this.unknownFunction);
  }

  private get token(): Token {
    return this.list[this.next] ?? { kind: "end", text: "", at: 0 };
  }

  /** `context` is the construct around that has an error rule of its own; "" is the whole input. */
  private expression(context: string): void {
    this.operand(context);
    while (BINARY.test(this.token.text) && this.token.kind === "operator") {
      this.next += 1;
      this.modifiers();
      this.operand(context);
    }
  }

  private modifiers(): void {
    if (this.word("bool")) this.next += 1;
    if (!this.word("on") && !this.word("ignoring")) return;
    this.next += 1;
    this.grouping();
    if (!this.word("group_left") && !this.word("group_right")) return;
    this.next += 1;
    if (this.is("(")) this.grouping();
  }

  private operand(context: string): void {
    while (this.token.kind === "operator" && /^[-+]$/.test(this.token.text)) this.next += 1;
    this.primary(context);
    for (;;) {
      if (this.is("[")) this.range();
      else if (this.word("offset")) this.offset();
      else if (this.is("@")) this.pinned();
      else return;
    }
  }

  private primary(context: string): void {
    const { kind } = this.token;
    if (kind === "aggregator") this.aggregate();
    else if (this.is("{")) this.matchers();
    else if (kind === "number" || kind === "string") this.next += 1;
    else if (this.is("(")) {
      this.next += 1;
      this.expression(context);
      this.punctuation(")", context);
    } else if (kind === "identifier" || kind === "metric identifier" || this.isName()) this.named(context);
    else this.unexpected(context);
  }

  /** Some keywords may name a metric too. */
  private isName(): boolean {
    return ["by", "without", "offset", "start", "end"].some((one) => this.word(one));
  }

  private named(context: string): void {
    const name = this.token;
    this.next += 1;
    if (this.is("{")) this.matchers();
    if (!this.is("(")) return;
    this.call(context);
    if (!this.isFunction(name.text))
      this.unknownFunction ??= {
        at: name.at,
        message: `unknown function with name ${JSON.stringify(name.text)}`,
      };
  }

  private call(context: string): void {
    this.next += 1;
    if (this.is(")")) {
      this.next += 1;
      return;
    }
    this.expression(context);
    while (this.is(",")) {
      const comma = this.token;
      this.next += 1;
      if (this.is(")"))
        throw new Found({ at: comma.at, message: "trailing commas not allowed in function call args" });
      this.expression(context);
    }
    this.punctuation(")", context);
  }

  private aggregate(): void {
    this.next += 1;
    const before = this.word("by") || this.word("without");
    if (before) {
      this.next += 1;
      this.grouping();
    }
    if (!this.is("(")) this.unexpected("aggregation");
    this.call("aggregation");
    if (!before && (this.word("by") || this.word("without"))) {
      this.next += 1;
      this.grouping();
    }
  }

  private grouping(): void {
    if (!this.is("(")) this.unexpected("grouping opts", '"("');
    this.next += 1;
    while (!this.is(")")) {
      const { kind } = this.token;
      const isLabel = kind === "identifier" || kind === "keyword" || kind === "aggregator";
      if (!isLabel && !/^[a-z]/i.test(this.token.text)) this.unexpected("grouping opts", "label");
      this.next += 1;
      if (this.is(")")) break;
      if (!this.is(",")) this.unexpected("grouping opts", '"," or ")"');
      this.next += 1;
    }
    this.next += 1;
  }

  private matchers(): void {
    this.next += 1;
    while (!this.is("}")) {
      this.matcherPart("identifier", 'identifier or "}"');
      this.matcherPart("operator", "label matching operator");
      this.matcherPart("string", "string");
      if (this.is("}")) break;
      if (!this.is(",")) this.unexpected("label matching", '"," or "}"');
      this.next += 1;
    }
    this.next += 1;
  }

  private matcherPart(kind: Token["kind"], expected: string): void {
    if (this.token.kind !== kind) this.unexpected("label matching", expected);
    this.next += 1;
  }

  private range(): void {
    this.next += 1;
    if (this.token.kind !== "duration") this.unexpected("subquery selector", "duration");
    this.next += 1;
    if (this.is(":")) {
      this.next += 1;
      if (this.token.kind === "duration") {
        this.next += 1;
        if (!this.is("]")) this.unexpected("subquery selector", '"]"');
      } else if (!this.is("]")) this.unexpected("subquery selector", 'duration or "]"');
    } else if (!this.is("]")) this.unexpected("subquery or range", '":" or "]"');
    this.next += 1;
  }

  private offset(): void {
    this.next += 1;
    if (this.token.kind === "operator" && this.token.text === "-") this.next += 1;
    if (this.token.kind !== "duration") this.unexpected("offset", "duration");
    this.next += 1;
  }

  private pinned(): void {
    this.next += 1;
    if (this.token.kind === "operator" && /^[-+]$/.test(this.token.text)) this.next += 1;
    if (this.word("start") || this.word("end")) {
      this.next += 1;
      this.punctuation("(", "@", "timestamp");
      this.punctuation(")", "@", "timestamp");
    } else {
      if (this.token.kind !== "number") this.unexpected("@", "timestamp");
      this.next += 1;
    }
  }

  private is(text: string): boolean {
    return this.token.kind === "punctuation" && this.token.text === text;
  }

  private word(text: string): boolean {
    return this.token.kind === "keyword" && this.token.text.toLowerCase() === text;
  }

  private punctuation(text: string, context: string, expected = ""): void {
    if (!this.is(text)) this.unexpected(context, expected);
    this.next += 1;
  }

  private unexpected(context: string, expected = ""): never {
    const { token } = this;
    // A lexical error is told as it is, and only once.
    if (token.kind === "error") throw new Found({ at: token.at, message: token.text });
    const where = context === "" ? "" : ` in ${context}`;
    const wanted = expected === "" ? "" : `, expected ${expected}`;
    throw new Found({ at: token.at, message: `unexpected ${described(token)}${where}${wanted}` });
  }
}
