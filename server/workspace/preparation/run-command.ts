import { spawn } from "node:child_process";
import { PREPARE_COMMAND_MS, PREPARE_OUTPUT } from "../limits.ts";
import { processEnv } from "../process-env.ts";
import type { Enclosure } from "../sandbox/index.ts";

export interface CommandOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Around every program of the learner. */
  readonly enclosure: Enclosure;
}

export type CommandOutcome =
  | { readonly kind: "done"; readonly output: string }
  | { readonly kind: "failed"; readonly why: string; readonly output: string };

/** Runs one shell command without a pty: pipes lose nothing at its end. Keeps the last part of what it says. */
export function runCommand(command: string, options: CommandOptions): Promise<CommandOutcome> {
  const { promise, resolve } = settled<CommandOutcome>();
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(PREPARE_COMMAND_MS)]);
  // Its own group, so that what it started ends with it.
  const { cwd, env, enclosure } = options;
  const program = enclosure.enclose({ file: "bash", args: ["-euo", "pipefail", "-c", command], cwd, env });
  const child = spawn(program.file, program.args, {
    cwd: program.cwd,
    env: processEnv(program.env),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString("utf8")).slice(-PREPARE_OUTPUT);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const abort = () => {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  };
  signal.addEventListener("abort", abort, { once: true });
  child.once("error", (error) => resolve({ kind: "failed", why: error.message, output }));
  child.once("close", (code) => {
    signal.removeEventListener("abort", abort);
    if (code === 0) return resolve({ kind: "done", output });
    const why = signal.aborted ? "it took too long or the workspace stops" : `exit code ${code}`;
    resolve({ kind: "failed", why, output });
  });
  return promise;
}

function settled<T>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
