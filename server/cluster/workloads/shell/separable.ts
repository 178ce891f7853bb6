// What of a script can be run a statement at a time, and what only the interpreter can keep together.
import type { CommandNode, PipelineNode, ScriptNode, StatementNode, WordNode } from "just-bash";

export type Loop = Extract<CommandNode, { type: "For" | "While" | "Until" }>;
export type Compound = Extract<CommandNode, { type: "For" | "While" | "Until" | "If" | "Group" | "Case" }>;
export type FunctionDef = Extract<CommandNode, { type: "FunctionDef" }>;
export type SimpleCommand = Extract<CommandNode, { type: "SimpleCommand" }>;

/** What lives longer than a statement and is neither a variable nor known to the walk. */
const STATEFUL = new Set(
  "exec eval trap source . alias unalias shopt declare typeset readonly mapfile getopts wait".split(" "),
);
/** What changes the shell or leaves the statement that holds it: the walk must see it. */
const STEERING = new Set(["break", "continue", "exit", "return", "set", "shift", "local"]);

const COMPOUND = new Set(["For", "While", "Until", "If", "Group", "Case"]);

/** Whether every statement of the script can stand alone. */
export const isSeparable = ({ statements }: ScriptNode): boolean => statements.every(statementIs);

function statementIs({ pipelines, background, deferredError }: StatementNode): boolean {
  return !background && !deferredError && pipelines.every(pipelineIs);
}

function pipelineIs(pipeline: PipelineNode): boolean {
  const [command] = pipeline.commands;
  // Each side of a pipe is a subshell: nothing it does outlives it.
  if (!command || pipeline.commands.length > 1) return !hasBackground(pipeline);
  if (command.type === "FunctionDef") return isWalkable(command) || !holds(command.body, STEERING_BUT_LOCAL);
  const walked = asWalked(command);
  if (walked) return compoundIs(walked);
  if (command.type === "Subshell") return !hasBackground(command);
  return unitIs(command);
}

const STEERING_BUT_LOCAL = new Set([...STEERING, ...STATEFUL].filter((name) => name !== "local"));

function compoundIs(command: Compound): boolean {
  switch (command.type) {
    case "If":
      return (
        command.clauses.every(({ condition, body }) => [...condition, ...body].every(statementIs)) &&
        (command.elseBody ?? []).every(statementIs)
      );
    case "While":
    case "Until":
      return [...command.condition, ...command.body].every(statementIs);
    case "Case":
      return command.items.every(({ terminator, body }) => terminator === ";;" && body.every(statementIs));
    default:
      return command.body.every(statementIs);
  }
}

/** A command that the interpreter runs by itself, its variables handed on. */
function unitIs(command: CommandNode): boolean {
  if (command.type === "SimpleCommand") {
    const name = nameOf(command.name);
    if (STATEFUL.has(name) || name === "local" || (name === "set" && traces(command))) return false;
    return !command.assignments.some(({ array }) => array) && !hasBackground(command);
  }
  return !holds(command, STEERING) && !holds(command, STATEFUL) && !hasBackground(command);
}

/** `set -x` and `set -v` show what the walk would hide. */
const traces = ({ args }: SimpleCommand) =>
  args.some((word) => /^(-[a-z]*[xv][a-z]*|xtrace|verbose)$/.test(nameOf(word)));

/** The command when the walk takes it apart: a compound one without redirections of its own. */
export function asWalked(command: CommandNode): Compound | undefined {
  const compound =
    command.type === "For" ||
    command.type === "While" ||
    command.type === "Until" ||
    command.type === "If" ||
    command.type === "Group" ||
    command.type === "Case";
  return compound && command.redirections.length === 0 ? command : undefined;
}

/** Whether a call of the function can be walked; one with variables of its own is left to the interpreter. */
export function isWalkable({ body, redirections }: FunctionDef): boolean {
  const walked = asWalked(body);
  return (
    redirections.length === 0 &&
    walked !== undefined &&
    !holds(body, new Set(["local"])) &&
    compoundIs(walked)
  );
}

/** Whether a statement holds anything that the walk must see; else the interpreter takes it whole. */
export function isPlain({ pipelines }: StatementNode, functions: ReadonlyMap<string, unknown>): boolean {
  return pipelines.every(({ commands }) => {
    const [command] = commands;
    if (!command || commands.length > 1) return true;
    if (command.type === "FunctionDef" || COMPOUND.has(command.type)) return false;
    if (command.type !== "SimpleCommand") return true;
    const name = nameOf(command.name);
    return !STEERING.has(name) && !functions.has(name);
  });
}

export function nameOf(word: WordNode | null): string {
  const [part] = word?.parts ?? [];
  return word?.parts.length === 1 && part && "value" in part ? part.value : "";
}

/** Whether a command of one of these names is somewhere below, subshells aside. */
function holds(node: unknown, names: ReadonlySet<string>): boolean {
  if (Array.isArray(node)) return node.some((item) => holds(item, names));
  if (typeof node !== "object" || node === null) return false;
  const fields: Readonly<Record<string, unknown>> = { ...node };
  if (fields.type === "Subshell" || fields.type === "CommandSubstitution") return false;
  if (fields.type === "Pipeline" && Array.isArray(fields.commands) && fields.commands.length > 1)
    return false;
  if (fields.type === "SimpleCommand" && names.has(literal(fields.name))) return true;
  return Object.values(fields).some((value) => holds(value, names));
}

function literal(word: unknown): string {
  if (typeof word !== "object" || word === null || !("parts" in word) || !Array.isArray(word.parts))
    return "";
  const [part]: unknown[] = word.parts;
  return typeof part === "object" && part !== null && "value" in part ? String(part.value) : "";
}

function hasBackground(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(hasBackground);
  if (typeof node !== "object" || node === null) return false;
  const fields: Readonly<Record<string, unknown>> = { ...node };
  const backgroundParameter = fields.type === "ParameterExpansion" && fields.parameter === "!";
  return fields.background === true || backgroundParameter || Object.values(fields).some(hasBackground);
}
