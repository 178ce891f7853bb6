import { spawn } from "node:child_process";
import type { ReadAnswer, ReadParams } from "../../contracts/index.ts";
import { unavailable } from "../errors.ts";
import type { CommandOptions } from "../preparation/index.ts";
import { processEnv } from "../process-env.ts";
import { limits } from "./limits.ts";

/** What the server would make of the manifest, by its own dry run. kubectl's exit code 1 means: there are differences. */
export async function diffManifest(
  options: CommandOptions,
  { text }: ReadParams<"manifest:diff">,
): Promise<ReadAnswer<"manifest:diff">> {
  const { code, stdout, stderr } = await kubectl(["diff", "-f", "-"], text, options);
  if (code === 0) return { kind: "same" };
  if (code === 1 && stdout !== "") return { kind: "different", diff: stdout };
  return { kind: "refused", message: stderr.trim() || `kubectl diff ended with ${code}` };
}

export async function applyManifest(
  options: CommandOptions,
  { text }: ReadParams<"manifest:apply">,
): Promise<ReadAnswer<"manifest:apply">> {
  const { code, stdout, stderr } = await kubectl(["apply", "-f", "-"], text, options);
  return { applied: code === 0, output: `${stdout}${stderr}`.trim().slice(0, limits.kubectlOutput) };
}

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The learner's own kubectl, in their folder, with their variables. */
function kubectl(args: readonly string[], input: string, options: CommandOptions): Promise<Ran> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(limits.kubectlMs)]);
  return new Promise((resolve, reject) => {
    const { cwd, env, enclosure } = options;
    const program = enclosure.enclose({ file: "kubectl", args, cwd, env });
    const child = spawn(program.file, program.args, {
      cwd: program.cwd,
      env: processEnv(program.env),
      stdio: ["pipe", "pipe", "pipe"],
      signal,
      killSignal: "SIGKILL",
    });
    const said = { stdout: "", stderr: "" };
    const keep = (stream: "stdout" | "stderr") => (chunk: Buffer) => {
      if (said[stream].length < limits.kubectlOutput) said[stream] += chunk.toString("utf8");
    };
    child.stdout.on("data", keep("stdout"));
    child.stderr.on("data", keep("stderr"));
    // A program that ends before it has read everything breaks the pipe; its exit code tells.
    child.stdin.on("error", () => undefined);
    child.once("error", (error) =>
      reject(
        unavailable(
          signal.aborted
            ? "kubectl took too long; the cluster may be busy."
            : `kubectl could not be started: ${error.message}`,
        ),
      ),
    );
    child.once("close", (code) => resolve({ code, ...said }));
    child.stdin.end(input);
  });
}
