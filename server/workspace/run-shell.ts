import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import type { Logger } from "pino";
import type { WorkspaceStatus } from "../contracts/index.ts";
import { isKubeError, judgeKubeconfig } from "../platform/kube/index.ts";
import { listLabs } from "../platform/labs/index.ts";
import { findRealGateway } from "./cluster/index.ts";
import { WorkspaceHost } from "./host.ts";
import { platformLabs } from "./labs.ts";
import { endLeftovers } from "./leftovers.ts";
import { type HostOptions, parseOptions } from "./options.ts";
import { processEnv } from "./process-env.ts";
import { noEnclosure } from "./sandbox/index.ts";
import { WORKSPACE_MARK } from "./shell/environment.ts";

/**
 * `meshwork shell [--lab ID] [-c COMMAND]`: a fresh workspace in this very terminal, gone when the shell ends. Resolves
 * with the shell's exit code; what happens meanwhile is told on stderr.
 */
export async function runShell(args: readonly string[], log: Logger): Promise<number> {
  const { lab, command, rest } = shellArguments(args);
  const interruption = new Interruption();
  const dir = mkdtempSync(path.join(tmpdir(), "meshwork-shell-"));
  const beside = (...parts: string[]) => path.join(import.meta.dirname, ...parts);
  const options = parseOptions([
    ...["--dir", dir, "--home", path.join(dir, "home"), "--socket", path.join(dir, "unused")],
    ...["--token-file", path.join(dir, "unused"), "--toolbox-bin", beside("toolbox", "bin")],
    ...(process.env.MESHWORK_SNAPSHOTS_DIR ? ["--snapshots", process.env.MESHWORK_SNAPSHOTS_DIR] : []),
    ...["--content", process.env.MESHWORK_CONTENT_DIR ?? beside("..", "content"), ...rest],
  ]);
  await refuseWhatCannotBe(options, lab).catch((error: unknown) => {
    rmSync(dir, { recursive: true, force: true });
    throw error;
  });
  const kubeconfig = options.kubeconfig ?? path.join(dir, "kubeconfig");
  const waiting = new ReadyWait();
  const labs = platformLabs({
    ...{ contentDir: options.content, istioVersion: options["istio-version"] },
    ...{ kubeconfig, context: options.context, log },
    command: () => host.commandOptions(),
    checks: () => host.checks,
    changed: () => undefined,
  });
  const host: WorkspaceHost = new WorkspaceHost({
    ...{ options, labs, kubeconfig, log, handout: dir, enclosure: noEnclosure },
    findGateway: () => findRealGateway({ kubeconfig, context: options.context, environment: process.env }),
    broadcast: (event) => {
      if (event.event === "status") waiting.take(event.status);
    },
  });
  try {
    await host.start();
    if (lab) waiting.take(await host.open(lab));
    else host.openEmpty();
    const code = await Promise.race([waiting.ready, interruption.code]);
    if (code !== undefined) return code;
    const shell = await host.shellCommand();
    interruption.end();
    return await runInThisTerminal({ ...shell, args: command === undefined ? shell.args : ["-c", command] });
  } finally {
    await host.stop();
    endLeftovers(WORKSPACE_MARK, dir);
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Said as it is to whoever typed the command. */
export class UsageError extends Error {}

async function refuseWhatCannotBe(
  { kubeconfig, context, content }: HostOptions,
  lab: string | undefined,
): Promise<void> {
  if (context && !kubeconfig) throw new UsageError("--context needs --kubeconfig FILE.");
  try {
    if (kubeconfig) judgeKubeconfig(kubeconfig, context);
  } catch (error) {
    throw isKubeError(error) ? new UsageError(error.message) : error;
  }
  if (lab === undefined) return;
  const labs = await listLabs(content ? { contentDir: content } : {});
  if (labs.some(({ id }) => id === lab)) return;
  const list = labs.map(({ id, title }) => `  ${id}   ${title}`).join("\n");
  throw new UsageError(`There is no lab "${lab}". The labs are:\n${list}`);
}

/** A signal that comes before there is a shell to take it. Everything that was started is still to be ended then. */
class Interruption {
  private settle: (code: number) => void = () => undefined;
  readonly code = new Promise<number>((resolve) => {
    this.settle = resolve;
  });
  private readonly handlers = (
    [
      ["SIGHUP", 129],
      ["SIGINT", 130],
      ["SIGTERM", 143],
    ] as const
  ).map(([signal, code]) => {
    const handler = () => this.settle(code);
    process.on(signal, handler);
    return () => process.off(signal, handler);
  });

  end(): void {
    for (const off of this.handlers) off();
  }
}

function shellArguments(args: readonly string[]) {
  const { lab, command, ...others } = parseWords(args);
  const rest = Object.entries(others).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  );
  return { lab, command, rest };
}

function parseWords(args: readonly string[]) {
  const text = { type: "string" } as const;
  const options = {
    lab: text,
    command: { ...text, short: "c" },
    kubeconfig: text,
    context: text,
    "istio-version": text,
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** Tells each new sentence on stderr; resolves with the first "ready", rejects with the first "failed". */
class ReadyWait {
  private settle: { resolve(value: undefined): void; reject(error: Error): void } | undefined;
  private said = "";
  readonly ready = new Promise<undefined>((resolve, reject) => {
    this.settle = { resolve, reject };
  });

  constructor() {
    // A failure may come before anybody waits for it.
    this.ready.catch(() => undefined);
  }

  take({ phase, detail }: WorkspaceStatus): void {
    if (phase !== "ready" && detail !== this.said) process.stderr.write(`${detail}\n`);
    this.said = detail;
    if (phase === "ready") this.settle?.resolve(undefined);
    if (phase === "failed") this.settle?.reject(new UsageError(detail));
  }
}

interface TerminalProgram {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

function runInThisTerminal({ file, args, cwd, env }: TerminalProgram): Promise<number> {
  // Ctrl-C is the shell's; it reaches both of us.
  process.on("SIGINT", () => undefined);
  const child = spawn(file, [...args], { cwd, env: processEnv(env), stdio: "inherit" });
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 143)));
  });
}
