import type { ContainerContext, ContainerShell, RunningProgram } from "../../container/index.ts";
import { toLog } from "../http/to-log.ts";

/** Exit code of a command that the image does not have. */
const NOT_FOUND = 127;
const SIGTERM_EXIT = 143;

/**
 * A command as a container's first process. One that sleeps ignores SIGTERM, as process 1 without a handler does, so
 * that deleting its pod takes the grace period.
 */
export function firstProcess(context: ContainerContext, exec: ContainerShell["exec"]): RunningProgram {
  const killed = new AbortController();
  const { command, env, stdin, tty = false } = context;
  const io = {
    command,
    env,
    ...(stdin ? { stdin } : {}),
    stdout: toLog((text) => context.stdout(text)),
    stderr: toLog((text) => context.stderr(text)),
    tty: tty && stdin !== undefined,
    signal: killed.signal,
  };
  const name = command[0]?.split("/").pop() ?? "";
  // A shell as process 1 passes SIGTERM on to nobody either, but ends with the command it waits for.
  if (name !== "sleep" && name !== "sh")
    context.terminate.addEventListener("abort", () => killed.abort(), { once: true });
  const missing = () => {
    context.stderr(`exec: "${command[0]}": executable file not found in $PATH\n`);
    return NOT_FOUND;
  };
  const running = exec(context, io) ?? Promise.resolve(missing());
  const ended = running.then((code) => (killed.signal.aborted ? SIGTERM_EXIT : code));
  return { exited: ended, kill: () => killed.abort() };
}
