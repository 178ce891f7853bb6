// Programs that a benchmark starts. Whatever happens, they are stopped, each by its own pid.
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { within } from "./measure.ts";

export const root = process.cwd();
export const built = (...parts: string[]) => path.join(root, "dist", ...parts);
/** The peers, bundled beside the benchmark that runs. */
export const peer = (name: string) => path.join(import.meta.dirname, "peers", `${name}.mjs`);
export const kubectl = built("toolbox", "bin", "kubectl");

const STOP_WITHIN_MS = 10_000;
const endings: (() => Promise<void> | void)[] = [];

/** Runs at the end of `benchmark`, last registered first. */
export function atEnd(ending: () => Promise<void> | void): void {
  endings.push(ending);
}

async function endAll(): Promise<void> {
  for (let ending = endings.pop(); ending; ending = endings.pop()) await ending();
}

/** Runs a benchmark and stops what it started; SIGTERM and SIGINT stop it, too. */
export async function benchmark(work: () => Promise<void>): Promise<never> {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      void endAll().finally(() => process.exit(1));
    });
  }
  let code = 0;
  try {
    await work();
  } catch (error) {
    console.error(error);
    code = 1;
  }
  await endAll();
  process.exit(code);
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "mwb-"));
  atEnd(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** A program that is stopped at the end. What it says on stderr is shown only if it ends before it should. */
export function start(command: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const [program = process.execPath, ...args] = command;
  const child = spawn(program, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], ...options });
  let errors = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    errors = (errors + chunk.toString("utf8")).slice(-4_000);
  });
  child.once("exit", (code) => {
    if (code) console.error(`${command.slice(0, 3).join(" ")} ended with ${code}: ${errors}`);
  });
  atEnd(() => stop(child));
  return child;
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const hard = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS);
  await ended;
  clearTimeout(hard);
}

/** The first line of its output that `parse` understands. */
export function lineOf<T>(child: ChildProcess, parse: (line: string) => T | undefined): Promise<T> {
  const found = new Promise<T>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`${child.spawnargs.join(" ")} ended with ${code}`)));
    if (!child.stdout) return reject(new Error("its output is not a pipe"));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const value = parse(line);
      if (value !== undefined) resolve(value);
    });
  });
  return within(60_000, `the first line of ${child.spawnargs.slice(0, 3).join(" ")}`, found);
}

/** A JSON line with the given field, e.g. a ready line. */
export const jsonWith =
  (field: string) =>
  (line: string): Record<string, unknown> | undefined => {
    if (!line.startsWith("{")) return undefined;
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && field in value ? { ...value } : undefined;
  };

/** Runs a whole program and resolves with its output; a failure is an error. */
export function runToEnd(command: readonly string[], options: SpawnOptions = {}): Promise<string> {
  const [program = process.execPath, ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], ...options });
    let output = "";
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString("utf8")).slice(-65_536);
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    child.once("error", reject);
    child.once("close", (code) =>
      code === 0 ? resolve(output) : reject(new Error(`${command.join(" ")} ended with ${code}: ${output}`)),
    );
  });
}

/** The floor of everything that starts a Node process. */
export const bareNode = () => runToEnd([process.execPath, "-e", "0"]);
