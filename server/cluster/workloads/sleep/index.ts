import { Writable } from "node:stream";
import type { ContainerContext, ContainerShell, Program, RunningProgram } from "../../container/index.ts";

/** Exit code of a command that the image does not have, as runc has it. */
const NOT_FOUND = 127;
const SIGTERM_EXIT = 143;

/**
 * An image that runs whatever command the pod gives it. A command that sleeps ignores SIGTERM, as process 1 without a
 * handler does, so that deleting its pod takes the grace period; `images` differ in their entry points only.
 */
function shellProgram(
  images: readonly string[],
  entrypoint: readonly string[],
  shell: ContainerShell,
): Program {
  return { images, entrypoint, hasShell: true, start: (context) => run(context, shell) };
}

function run(context: ContainerContext, shell: ContainerShell): RunningProgram {
  const killed = new AbortController();
  const { command, env } = context;
  const io = {
    command,
    env,
    stdout: sink((text) => context.stdout(text)),
    stderr: sink((text) => context.stderr(text)),
    tty: false,
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
  const running = shell.exec(context, io) ?? Promise.resolve(missing());
  const ended = running.then((code) => (killed.signal.aborted ? SIGTERM_EXIT : code));
  return { exited: ended, kill: () => killed.abort() };
}

function sink(write: (text: string) => void): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      write(chunk.toString("utf8"));
      done();
    },
  });
}

export function shellPrograms(shell: ContainerShell): readonly Program[] {
  return [
    shellProgram(["curlimages/curl"], ["curl"], shell),
    shellProgram(["governmentpaas/curl-ssl"], ["/bin/sh"], shell),
    shellProgram(["busybox"], ["sh"], shell),
    shellProgram(["alpine"], ["/bin/sh"], shell),
  ];
}
