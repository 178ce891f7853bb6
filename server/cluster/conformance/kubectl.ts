// The real programs, run as a learner's shell runs them.
import { type ChildProcessWithoutNullStreams, execFile, spawn } from "node:child_process";
import type { ClusterFolder } from "./practice-process.ts";

export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Tool {
  /** Words are split at spaces; an array is taken as it is. */
  run(args: string | readonly string[], stdin?: string): Promise<Run>;
  /** Standard output of a run that must succeed. */
  ok(args: string | readonly string[], stdin?: string): Promise<string>;
  /** Standard error of a run that must fail. */
  refused(args: string | readonly string[], stdin?: string): Promise<string>;
  spawn(args: string | readonly string[]): ChildProcessWithoutNullStreams;
}

const OUTPUT_BYTES = 64 * 1024 * 1024;

/** `always` comes before the arguments of every run. */
export function tool(
  program: string,
  { home, kubeconfig }: Pick<ClusterFolder, "home" | "kubeconfig">,
  always: readonly string[] = [],
): Tool {
  const env: NodeJS.ProcessEnv = { ...process.env, HOME: home, KUBECONFIG: kubeconfig, KUBE_EDITOR: "true" };
  const words = (args: string | readonly string[]) => [
    ...always,
    ...(typeof args === "string" ? args.split(" ") : args),
  ];
  const run: Tool["run"] = (args, stdin = "") =>
    new Promise((resolve) => {
      const options = { env, maxBuffer: OUTPUT_BYTES, timeout: 30_000, cwd: home };
      const child = execFile(program, words(args), options, (error, out, err) => {
        const code = error ? (typeof error.code === "number" ? error.code : -1) : 0;
        resolve({ code, out, err });
      });
      child.stdin?.on("error", () => undefined); // a program that does not read its input may be gone already
      child.stdin?.end(stdin);
    });
  return {
    run,
    async ok(args, stdin) {
      const { code, out, err } = await run(args, stdin);
      if (code !== 0) throw new Error(`${words(args).join(" ")} ended with ${code}: ${err}${out}`);
      return out;
    },
    async refused(args, stdin) {
      const { code, out, err } = await run(args, stdin);
      if (code === 0) throw new Error(`${words(args).join(" ")} was not refused: ${out}`);
      return err;
    },
    spawn: (args) => spawn(program, words(args), { env, cwd: home }),
  };
}

/** Resolves when `pattern` has appeared on the child's output, with all output so far. */
export function outputMatching(child: ChildProcessWithoutNullStreams, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const take = (chunk: Buffer) => {
      text += chunk.toString("utf8");
      if (pattern.test(text)) resolve(text);
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.once("exit", (code) => reject(new Error(`ended with ${code} before ${pattern}: ${text}`)));
  });
}
