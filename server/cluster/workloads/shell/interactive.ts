import type { ContainerContext, ExecIO } from "../../container/index.ts";
import { MAX_TYPED_AHEAD } from "../limits.ts";
import { type BashResult, type BashSession, openBash } from "./bash.ts";
import type { ShellCommand } from "./command.ts";
import { INTERRUPTED } from "./command.ts";
import { runDirect } from "./direct.ts";
import { LineEditor } from "./line-editor.ts";
import { ShellState } from "./shell-state.ts";
import { walkScript } from "./statements.ts";

interface Shell {
  readonly io: ExecIO;
  readonly context: ContainerContext;
  readonly commands: ReadonlyMap<string, ShellCommand>;
}

/** `sh` on a terminal: prompt, line editing, one command line after the other until exit or Ctrl-D. */
export async function interactiveShell(shell: Shell): Promise<number> {
  const { io } = shell;
  const session = await openBash({ ...shell, env: io.env });
  const state = new ShellState();
  const editor = new LineEditor(
    (text) => io.stdout.write(text),
    () => `${session.cwd() === "/root" ? "~" : session.cwd()} ${shell.context.uid ? "$" : "#"} `,
  );
  let input = "";
  let ended = false;
  let wake: () => void = () => undefined;
  let running: AbortController | undefined;
  const onData = (chunk: Buffer) => {
    const text = chunk.toString("utf8");
    if (running && text.includes("\x03")) {
      // While a command runs the terminal only looks for Ctrl-C, which also drops what was typed ahead.
      io.stdout.write("^C\n");
      input = "";
      running.abort();
    } else {
      input = (input + text).slice(-MAX_TYPED_AHEAD);
      wake();
    }
  };
  const end = () => {
    ended = true;
    running?.abort();
    wake();
  };
  io.stdin?.on("data", onData).on("end", end).on("close", end);
  io.signal.addEventListener("abort", end, { once: true });
  let status = 0;
  editor.start();
  try {
    for (;;) {
      const { event, rest } = editor.feed(input);
      input = rest;
      if (event?.kind === "end" || (!event && ended)) return status;
      if (!event) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      if (event.kind === "line") {
        const exit = /^\s*exit(?:\s+(\d+))?\s*;?\s*$/.exec(event.text);
        if (exit) return exit[1] === undefined ? status : Number(exit[1]) & 255;
        running = new AbortController();
        status = await runLine(event.text, { shell, session, state, signal: running.signal });
        running = undefined;
      }
      editor.start();
    }
  } finally {
    io.stdin?.off("data", onData).off("end", end).off("close", end);
    io.signal.removeEventListener("abort", end);
  }
}

interface Line {
  readonly shell: Shell;
  readonly session: BashSession;
  readonly state: ShellState;
  readonly signal: AbortSignal;
}

async function runLine(text: string, { shell, session, state, signal }: Line): Promise<number> {
  if (!text.trim()) return 0;
  const both = AbortSignal.any([signal, shell.io.signal]);
  // A plain command of ours streams its output; everything else goes through the shell.
  const words = text.trim().split(/\s+/);
  const command = shell.commands.get(words[0] ?? "");
  if (command && /^[\w\s./:=@,+-]*$/.test(text))
    return runDirect(command, words.slice(1), { io: { ...shell.io, signal: both }, context: shell.context });
  const show = ({ stdout, stderr }: BashResult) => {
    shell.io.stdout.write(stdout);
    // The interpreter's own note of being stopped is not something a shell says.
    if (!both.aborted) shell.io.stderr.write(stderr);
  };
  const walked = await walkScript(text, { session, signal: both, show, state });
  if (walked !== undefined) return both.aborted ? INTERRUPTED : walked;
  const result = await session.run(text, { signal: both });
  show(result);
  return both.aborted ? INTERRUPTED : result.exitCode;
}
