import { spawn } from "node:child_process";
import type { Logger } from "pino";
import { STOP_SNAPSHOTS_MS } from "./limits.ts";

export interface SnapshotMakingOptions {
  /** Program and arguments of the workspace host, which has the lab tools too. */
  readonly command: readonly string[];
  readonly out: string;
  readonly contentDir: string;
  readonly istioVersion: string;
  readonly log: Logger;
}

/**
 * Makes the prepared starts of labs that are missing, in a process of its own with the lowest priority. Outside of every
 * workspace: nothing of a learner's gets into what others begin with. Returns how to end it.
 */
export function makeLabSnapshots({
  command,
  out,
  contentDir,
  istioVersion,
  log,
}: SnapshotMakingOptions): () => Promise<void> {
  const [program = process.execPath, ...rest] = command;
  const words = ["lab", "snapshots", "--out", out, "--content", contentDir, "--istio", istioVersion];
  // Nothing is ever written to its input: that ends with this process, however this process ends.
  const child = spawn(program, [...rest, ...words, "--with-parent"], { stdio: ["pipe", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr])
    stream
      .setEncoding("utf8")
      .on("data", (said: string) => log.info({ said: said.trim() }, "prepared starts of labs"));
  child.once("error", (error) => log.warn({ err: error }, "prepared starts of labs cannot be made"));
  child.once("exit", (code) => {
    if (code)
      log.warn({ code }, "not every lab has a prepared start; those without are prepared when opened");
  });
  const ended = new Promise<void>((resolve) => {
    child.once("error", () => resolve());
    child.once("exit", () => resolve());
  });
  return async () => {
    child.kill("SIGTERM");
    const hard = setTimeout(() => child.kill("SIGKILL"), STOP_SNAPSHOTS_MS);
    await ended;
    clearTimeout(hard);
  };
}
