// The interpreter gives a script's output when the script has ended. A loop that waits between its turns should show each
// turn as it comes, so scripts are walked here, and the interpreter is given one statement at a time.
import { setImmediate } from "node:timers/promises";
import type { CommandNode, PipelineNode, ScriptNode, StatementNode, WordNode } from "just-bash";
import type { BashResult, BashSession } from "./bash.ts";
import { INTERRUPTED } from "./command.ts";
import {
  asWalked,
  type Compound,
  type FunctionDef,
  isPlain,
  isSeparable,
  isWalkable,
  type Loop,
  nameOf,
  type SimpleCommand,
} from "./separable.ts";
import { ShellState } from "./shell-state.ts";

export interface WalkOptions {
  readonly session: BashSession;
  readonly signal: AbortSignal;
  /** Takes what one statement has written. */
  readonly show: (result: BashResult) => void;
  /** Functions, options and arguments, for a shell that goes on after this script. */
  readonly state?: ShellState;
}

/** What needs no walk comes at once anyway. */
const WORTH_IT = /\b(for|while|until|sleep|curl|wget|nc|set|function)\b|\(\)/;
const SEPARATOR = "\u001e";

/** Runs a script statement by statement; undefined when it holds something that only the interpreter can keep together. */
export async function walkScript(script: string, options: WalkOptions): Promise<number | undefined> {
  const known = options.state && (options.state.functions.size > 0 || options.state.positional.length > 0);
  if (!known && !WORTH_IT.test(script)) return undefined;
  const { parse, serialize } = await import("just-bash");
  let tree: ScriptNode;
  try {
    tree = parse(script);
  } catch {
    return undefined; // the interpreter says what is wrong with it
  }
  if (!isSeparable(tree)) return undefined;
  return new Walk(options, parse, serialize).script(tree);
}

/** What is on its way out: of so many loops, of a function, or of the script. */
type Leaving =
  | { readonly kind: "break" | "continue"; readonly loops: number }
  | { readonly kind: "return" | "exit" };

class Walk {
  private readonly state: ShellState;
  private leaving: Leaving | undefined;
  /** Inside a condition nothing that fails ends the script. */
  private conditions = 0;

  constructor(
    private readonly options: WalkOptions,
    private readonly parse: (text: string) => ScriptNode,
    private readonly serialize: (tree: ScriptNode) => string,
  ) {
    this.state = options.state ?? new ShellState();
  }

  async script({ statements }: ScriptNode): Promise<number> {
    await this.list(statements);
    return this.options.signal.aborted ? INTERRUPTED : this.state.status;
  }

  private async list(statements: readonly StatementNode[]): Promise<void> {
    for (const statement of statements) {
      if (this.options.signal.aborted) this.leaving = { kind: "exit" };
      if (this.leaving) return;
      await this.statement(statement);
    }
  }

  /** Pipelines joined by && and ||, from left to right. */
  private async statement(statement: StatementNode): Promise<void> {
    const { pipelines, operators } = statement;
    if (isPlain(statement, this.state.functions)) {
      await this.unit([statement]);
      return this.exitOnFailure(pipelines.length > 1 || pipelines.some(({ negated }) => negated));
    }
    let last = 0;
    for (const [index, pipeline] of pipelines.entries()) {
      const operator = operators[index - 1];
      if ((operator === "&&" && this.state.status !== 0) || (operator === "||" && this.state.status === 0))
        continue;
      last = index;
      const guarded = index < pipelines.length - 1 || pipeline.negated;
      if (guarded) this.conditions += 1;
      await this.pipeline(pipeline);
      if (guarded) this.conditions -= 1;
      if (this.leaving) return;
    }
    this.exitOnFailure(last < pipelines.length - 1 || (pipelines[last]?.negated ?? false));
  }

  private exitOnFailure(excused: boolean): void {
    const { errexit, status } = this.state;
    if (errexit && status !== 0 && !excused && this.conditions === 0) this.leaving = { kind: "exit" };
  }

  private async pipeline(pipeline: PipelineNode): Promise<void> {
    const [command] = pipeline.commands;
    const walked =
      command && pipeline.commands.length === 1 && !pipeline.timed && (await this.command(command));
    if (!walked) return void (await this.unit([statementOf(pipeline)]));
    if (pipeline.negated && !this.leaving) this.state.status = this.state.status === 0 ? 1 : 0;
  }

  /** False: it is the interpreter's. */
  private async command(command: CommandNode): Promise<boolean> {
    if (command.type === "FunctionDef") {
      this.state.functions.set(command.name, command);
      this.state.status = 0;
      return true;
    }
    if (command.type === "SimpleCommand") return this.simple(command);
    const compound = asWalked(command);
    if (compound) await this.compound(compound);
    return compound !== undefined;
  }

  private async simple(command: SimpleCommand): Promise<boolean> {
    const name = nameOf(command.name);
    const defined = this.state.functions.get(name);
    if (command.redirections.length > 0 || command.assignments.length > 0) return false;
    if (defined) {
      if (!isWalkable(defined)) return false;
      await this.call(defined, await this.words(command.args));
      return true;
    }
    switch (name) {
      case "break":
      case "continue":
        this.leaving = { kind: name, loops: Number((await this.words(command.args))[0] ?? 1) || 1 };
        this.state.status = 0;
        return true;
      case "exit":
      case "return": {
        const [code] = await this.words(command.args);
        if (code !== undefined) this.state.status = Number(code) & 255;
        this.leaving = { kind: name };
        return true;
      }
      case "shift": {
        const count = Number((await this.words(command.args))[0] ?? 1);
        this.state.status = count <= this.state.positional.length ? 0 : 1;
        if (this.state.status === 0) this.state.positional = this.state.positional.slice(count);
        return true;
      }
      case "set":
        if (command.args.length === 0 || !this.state.set(await this.words(command.args))) return false;
        this.state.status = 0;
        return true;
      default:
        return false;
    }
  }

  private async call({ body }: FunctionDef, words: readonly string[]): Promise<void> {
    const { positional } = this.state;
    this.state.positional = words;
    this.state.status = 0;
    const walked = asWalked(body);
    if (walked) await this.compound(walked);
    if (this.leaving?.kind === "return") this.leaving = undefined;
    this.state.positional = positional;
  }

  private async compound(command: Compound): Promise<void> {
    switch (command.type) {
      case "Group":
        return this.list(command.body);
      case "If": {
        for (const { condition, body } of command.clauses) {
          const met = await this.met(condition);
          if (this.leaving) return;
          if (met) return this.list(body);
        }
        this.state.status = 0;
        return this.list(command.elseBody ?? []);
      }
      case "Case": {
        const chosen = command.items[await this.choice(command)];
        this.state.status = 0;
        return this.list(chosen?.body ?? []);
      }
      default:
        return this.loop(command);
    }
  }

  private async met(condition: readonly StatementNode[]): Promise<boolean> {
    this.conditions += 1;
    await this.list(condition);
    this.conditions -= 1;
    return this.state.status === 0;
  }

  private async loop(command: Loop): Promise<void> {
    let last = 0;
    for await (const _turn of this.turns(command)) {
      await this.list(command.body);
      last = this.state.status;
      if (this.leftLoop()) break;
      await setImmediate(); // a loop that never waits must not stop everyone else
    }
    if (!this.leaving) this.state.status = last;
  }

  private async *turns(command: Loop): AsyncGenerator<undefined> {
    if (command.type === "For") {
      const { variable } = command;
      const values = command.words === null ? this.state.positional : await this.words(command.words);
      for (const value of values) {
        this.options.session.assign(variable, value);
        yield undefined;
      }
      return;
    }
    for (;;) {
      const met = await this.met(command.condition);
      if (this.leaving || met !== (command.type === "While")) return;
      yield undefined;
    }
  }

  /** After a turn: whether the loop is over, with what is left to leave. */
  private leftLoop(): boolean {
    const { leaving } = this;
    if (!leaving) return false;
    if (leaving.kind !== "break" && leaving.kind !== "continue") return true;
    const left = leaving.loops - 1;
    this.leaving = left > 0 ? { kind: leaving.kind, loops: left } : undefined;
    return leaving.kind === "break" || left > 0;
  }

  /** What words come to, expanded and split by the interpreter. */
  private async words(words: readonly WordNode[]): Promise<readonly string[]> {
    if (words.length === 0) return [];
    const body = this.parse(`printf '%s\\036' "$_w"`).statements;
    return this.asked({ type: "For", variable: "_w", words: [...words], body, redirections: [] });
  }

  /** Which of a case's branches is taken: the same case, its branches saying their number. */
  private async choice(command: Extract<Compound, { type: "Case" }>): Promise<number> {
    const items = command.items.map((item, index) => ({
      ...item,
      body: this.parse(`printf '%s\\036' ${index}`).statements,
    }));
    const [answer] = await this.asked({ ...command, items });
    return answer === undefined ? -1 : Number(answer);
  }

  /** Runs a command in a subshell that leaves no trace, and cuts what it has written. */
  private async asked(command: CommandNode): Promise<readonly string[]> {
    const subshell: CommandNode = {
      type: "Subshell",
      body: [statementOf(pipelineOf(command))],
      redirections: [],
    };
    const { stdout, stderr } = await this.run([statementOf(pipelineOf(subshell))]);
    this.options.show({ stdout: Buffer.alloc(0), stderr, exitCode: 0 });
    return Buffer.from(stdout).toString("utf8").split(SEPARATOR).slice(0, -1);
  }

  private async unit(statements: StatementNode[]): Promise<void> {
    const result = await this.run(statements);
    this.state.status = result.exitCode;
    this.options.show(result);
  }

  private async run(statements: StatementNode[]): Promise<BashResult> {
    // Each statement is a script of its own to the interpreter: it is told what came before.
    const before = this.state.preamble((definition) => this.text([statementOf(pipelineOf(definition))]));
    return this.options.session.run(`${before}\n${this.text(statements)}`, { signal: this.options.signal });
  }

  private text(statements: StatementNode[]): string {
    return this.serialize({ type: "Script", statements });
  }
}

const pipelineOf = (command: CommandNode): PipelineNode => ({
  type: "Pipeline",
  commands: [command],
  negated: false,
});

const statementOf = (pipeline: PipelineNode): StatementNode => ({
  type: "Statement",
  pipelines: [pipeline],
  operators: [],
  background: false,
});
