// The interpreter gives a script's output when the script has ended. A loop that waits between its turns should show each
// turn as it comes, so loops and lists of statements are walked here, and the interpreter is given one statement at a time.
import { setImmediate } from "node:timers/promises";
import type { CommandNode, ScriptNode, StatementNode } from "just-bash";
import type { BashResult, BashSession } from "./bash.ts";
import { INTERRUPTED } from "./command.ts";

type Compound = Extract<CommandNode, { type: "For" | "While" | "Until" | "If" | "Group" }>;

export interface WalkOptions {
  readonly session: BashSession;
  readonly signal: AbortSignal;
  /** Takes what one statement has written. */
  readonly show: (result: BashResult) => void;
}

/** What lives longer than a statement and is not a variable, or leaves the statement that holds it. */
const STATEFUL = new Set(
  (
    "set shift exec eval trap source . alias unalias shopt declare typeset local readonly read mapfile getopts wait " +
    "break continue return exit"
  ).split(" "),
);
const WORTH_IT = /\b(for|while|until|sleep)\b/;
const SEPARATOR = "\u001e";

/** Runs a script statement by statement; undefined when it holds something that only the interpreter can keep together. */
export async function walkScript(script: string, options: WalkOptions): Promise<number | undefined> {
  if (!WORTH_IT.test(script)) return undefined;
  const { parse, serialize } = await import("just-bash");
  let tree: ScriptNode;
  try {
    tree = parse(script);
  } catch {
    return undefined; // the interpreter says what is wrong with it
  }
  if (!isSeparable(tree)) return undefined;
  return new Walk(options, parse, serialize).list(tree.statements);
}

class Walk {
  private status = 0;

  constructor(
    private readonly options: WalkOptions,
    private readonly parse: (text: string) => ScriptNode,
    private readonly serialize: (tree: ScriptNode) => string,
  ) {}

  async list(statements: readonly StatementNode[]): Promise<number> {
    for (const statement of statements) {
      if (this.options.signal.aborted) return INTERRUPTED;
      const compound = compoundOf(statement);
      if (compound) {
        this.status = await this.compound(compound);
        continue;
      }
      const result = await this.run([statement]);
      this.status = result.exitCode;
      this.options.show(result);
    }
    return this.status;
  }

  private async compound(command: Compound): Promise<number> {
    switch (command.type) {
      case "Group":
        return this.list(command.body);
      case "If":
        for (const { condition, body } of command.clauses)
          if ((await this.list(condition)) === 0) return this.list(body);
        return command.elseBody ? this.list(command.elseBody) : 0;
      case "For":
        return this.each(command);
      default:
        return this.repeat(command);
    }
  }

  private async repeat(command: Extract<Compound, { type: "While" | "Until" }>): Promise<number> {
    let last = 0;
    for (;;) {
      const met = (await this.list(command.condition)) === 0;
      if (met !== (command.type === "While")) return last;
      last = await this.list(command.body);
      if (this.options.signal.aborted) return INTERRUPTED;
      await setImmediate(); // a loop that never waits must not stop everyone else
    }
  }

  private async each(command: Extract<Compound, { type: "For" }>): Promise<number> {
    const { variable } = command;
    // The same loop with another body tells what its words come to.
    const body = this.parse(`printf '%s\\036' "$${variable}"`).statements;
    const { stdout, stderr } = await this.run([statementOf({ ...command, body })]);
    this.options.show({ stdout: Buffer.alloc(0), stderr, exitCode: 0 });
    let last = 0;
    for (const value of Buffer.from(stdout).toString("utf8").split(SEPARATOR).slice(0, -1)) {
      this.options.session.assign(variable, value);
      last = await this.list(command.body);
      if (this.options.signal.aborted) return INTERRUPTED;
      await setImmediate();
    }
    return last;
  }

  private async run(statements: StatementNode[]): Promise<BashResult> {
    // Each statement is a script of its own to the interpreter: it is told how the one before it ended.
    const text = `(exit ${this.status})\n${this.serialize({ type: "Script", statements })}`;
    return this.options.session.run(text, { signal: this.options.signal });
  }
}

function statementOf(command: CommandNode): StatementNode {
  const pipeline = { type: "Pipeline" as const, commands: [command], negated: false };
  return { type: "Statement", pipelines: [pipeline], operators: [], background: false };
}

/** The compound command that is all of a statement. */
function compoundOf({ pipelines, background }: StatementNode): Compound | undefined {
  const [pipeline, second] = pipelines;
  const [command, another] = pipeline?.commands ?? [];
  if (!pipeline || !command || second || another || background || pipeline.negated || pipeline.timed)
    return undefined;
  if (command.type === "For") return command.words && command.redirections.length === 0 ? command : undefined;
  const walked =
    command.type === "While" || command.type === "Until" || command.type === "If" || command.type === "Group";
  return walked && command.redirections.length === 0 ? command : undefined;
}

/** Whether every statement can stand alone: nothing is defined, left, put in the background or taken from arguments. */
function isSeparable(node: unknown): boolean {
  if (Array.isArray(node)) return node.every(isSeparable);
  if (typeof node !== "object" || node === null) return true;
  const fields: Readonly<Record<string, unknown>> = { ...node };
  if (fields.type === "FunctionDef" || fields.background === true || fields.deferredError) return false;
  if (fields.type === "Assignment" && fields.array) return false;
  if (fields.type === "ParameterExpansion" && /^([0-9@*#!_-]|\d+)$/.test(String(fields.parameter)))
    return false;
  if (fields.type === "SimpleCommand" && STATEFUL.has(nameOf(fields.name))) return false;
  return Object.values(fields).every(isSeparable);
}

function nameOf(word: unknown): string {
  if (typeof word !== "object" || word === null || !("parts" in word) || !Array.isArray(word.parts))
    return "";
  const [part]: unknown[] = word.parts;
  return typeof part === "object" && part !== null && "value" in part ? String(part.value) : "";
}
