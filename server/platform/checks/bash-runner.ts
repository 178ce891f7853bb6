import { type ChildProcess, spawn } from "node:child_process";
import type { CommandRequest, CommandResult, RunCommand } from "./context.ts";
import { limits } from "./limits.ts";

export interface BashRunnerOptions {
  /** The workshop's folder. */
  readonly cwd: string;
  /** The learner's environment (KUBECONFIG, GATEWAY_IP, …). Its PATH and BASH_ENV are not used. */
  readonly env: Readonly<Record<string, string>>;
  /** Our tools and the system's: what a learner put on their own PATH must not answer for a check. */
  readonly path: string;
  /** What stands around every program of the learner; without it a command runs as it is. */
  readonly enclose?: ((program: CheckProgram) => CheckProgram) | undefined;
}

interface CheckProgram {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Runs each command in a bash of its own, without start-up files, in its own process group. */
export function createBashRunner(options: BashRunnerOptions): RunCommand {
  return (request) => run(options, request);
}

function run(options: BashRunnerOptions, request: CommandRequest): Promise<CommandResult> {
  const { BASH_ENV: _startup, ENV: _posixStartup, ...env } = options.env;
  const { enclose = (program) => program } = options;
  const program = enclose({
    file: "bash",
    args: ["--noprofile", "--norc", "-c", request.command],
    cwd: options.cwd,
    env: { ...env, PATH: options.path },
  });
  const child = spawn(program.file, program.args, {
    cwd: program.cwd,
    env: { ...program.env, NODE_ENV: "production" },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8");
    child[stream].on("data", (text: string) => {
      output[stream] = (output[stream] + text).slice(0, limits.commandOutputBytes);
    });
  }
  return new Promise((resolve, reject) => {
    let ended: Error | undefined;
    const end = (why: string) => {
      ended ??= new Error(why);
      killGroup(child, "SIGTERM");
      // Who ignores the polite request, or left the group with our pipe in hand, is not waited for.
      const last = setTimeout(() => {
        killGroup(child, "SIGKILL");
        reject(ended);
      }, limits.commandGraceMs);
      child.once("close", () => clearTimeout(last));
    };
    const timer = setTimeout(
      () => end(`the command did not end within ${limits.commandMs / 1000} s`),
      limits.commandMs,
    );
    const abort = () => end("no longer wanted");
    if (request.signal.aborted) abort();
    else request.signal.addEventListener("abort", abort, { once: true });
    const done = () => {
      clearTimeout(timer);
      request.signal.removeEventListener("abort", abort);
    };
    child.once("error", (error) => {
      done();
      reject(error);
    });
    // "close" comes when everybody who held the output is gone, not only bash itself.
    child.once("close", (code, signal) => {
      done();
      if (ended) reject(ended);
      else if (code === null) reject(new Error(`the command was ended by ${signal ?? "a signal"}`));
      else resolve({ exitCode: code, ...output });
    });
  });
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error; // gone already
  }
}
