import type { ContainerContext, ContainerShell, Program, RunningProgram } from "../container/index.ts";
import type { Container } from "./pod.ts";

/** As Docker: a command of the pod's replaces entry point and CMD, arguments alone replace CMD. */
export function commandOf(
  { command, args }: Container,
  { entrypoint, cmd = [] }: Program,
): readonly string[] {
  if (command && command.length > 0) return [...command, ...(args ?? [])];
  return [...entrypoint, ...(args && args.length > 0 ? args : cmd)];
}

export interface Starter {
  readonly program: Program;
  readonly shell: ContainerShell | undefined;
}

/** Why the runtime would not start the command; undefined when it would. */
export function startFailure(
  executable: string | undefined,
  { program, shell }: Starter,
): string | undefined {
  if (executable === undefined) return "no command specified";
  if (isPrograms(program, executable) || isShells(executable, { program, shell })) return undefined;
  const prefix =
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: " +
    "unable to start container process: error during container init: exec";
  return `${prefix}: "${executable}": ${missingReason(executable)}: unknown`;
}

export function missingReason(executable: string): string {
  return executable.startsWith("/")
    ? `stat ${executable}: no such file or directory`
    : "executable file not found in $PATH";
}

const isPrograms = (program: Program, executable: string) => !program.runs || program.runs(executable);
const isShells = (executable: string, { program, shell }: Starter) =>
  program.hasShell && (shell?.knows(executable) ?? false);

/** The image's own program, or a shell command in its place. */
export function startProgram(context: ContainerContext, { program, shell }: Starter): RunningProgram {
  const executable = context.command[0] ?? "";
  if (!isPrograms(program, executable) && shell) return shell.start(context);
  return program.start(context);
}
