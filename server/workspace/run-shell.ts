import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import type { Logger } from "pino";
import type { WorkspaceStatus } from "../contracts/index.ts";
import { findRealGateway } from "./cluster/index.ts";
import { WorkspaceHost } from "./host.ts";
import { platformLabs } from "./labs.ts";
import { endLeftovers } from "./leftovers.ts";
import { parseOptions } from "./options.ts";
import { processEnv } from "./process-env.ts";
import { WORKSPACE_MARK } from "./shell/environment.ts";

/**
 * `meshwork shell [--lab ID] [-c COMMAND]`: a fresh workspace in this very terminal, gone when the shell ends. Resolves
 * with the shell's exit code; what happens meanwhile is told on stderr.
 */
export async function runShell(args: readonly string[], log: Logger): Promise<number> {
  const { lab, command, rest } = shellArguments(args);
  const dir = mkdtempSync(path.join(tmpdir(), "meshwork-shell-"));
  const beside = (...parts: string[]) => path.join(import.meta.dirname, ...parts);
  const options = parseOptions([
    ...["--dir", dir, "--home", path.join(dir, "home"), "--socket", path.join(dir, "unused")],
    ...["--token-file", path.join(dir, "unused"), "--toolbox-bin", beside("toolbox", "bin")],
    ...["--content", process.env.MESHWORK_CONTENT_DIR ?? beside("..", "content"), ...rest],
  ]);
  const kubeconfig = options.kubeconfig ?? path.join(dir, "kubeconfig");
  const waiting = new ReadyWait();
  const labs = platformLabs({
    ...{ contentDir: options.content, kubeconfig, context: options.context, log },
    command: () => host.commandOptions(),
    path: [options["toolbox-bin"], process.env.PATH].filter(Boolean).join(path.delimiter),
    changed: () => undefined,
  });
  const host: WorkspaceHost = new WorkspaceHost({
    ...{ options, labs, kubeconfig, log },
    findGateway: () => findRealGateway({ kubeconfig, context: options.context, environment: process.env }),
    broadcast: (event) => {
      if (event.event === "status") waiting.take(event.status);
    },
  });
  try {
    await host.start();
    if (lab) waiting.take(await host.open(lab));
    else host.openEmpty();
    await waiting.ready;
    const shell = await host.shellCommand();
    return await runInThisTerminal({ ...shell, args: command === undefined ? shell.args : ["-c", command] });
  } finally {
    await host.stop();
    endLeftovers(WORKSPACE_MARK, dir);
    rmSync(dir, { recursive: true, force: true });
  }
}

function shellArguments(args: readonly string[]) {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      lab: text,
      command: { ...text, short: "c" },
      kubeconfig: text,
      context: text,
      "istio-version": text,
    },
  });
  const { lab, command, ...others } = values;
  const rest = Object.entries(others).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  );
  return { lab, command, rest };
}

/** Tells each new sentence on stderr; resolves with the first "ready", rejects with the first "failed". */
class ReadyWait {
  private settle: { resolve(): void; reject(error: Error): void } | undefined;
  private said = "";
  readonly ready = new Promise<void>((resolve, reject) => {
    this.settle = { resolve, reject };
  });

  constructor() {
    // A failure may come before anybody waits for it.
    this.ready.catch(() => undefined);
  }

  take({ phase, detail }: WorkspaceStatus): void {
    if (phase !== "ready" && detail !== this.said && process.stderr.isTTY)
      process.stderr.write(`${detail}\n`);
    this.said = detail;
    if (phase === "ready") this.settle?.resolve();
    if (phase === "failed") this.settle?.reject(new Error(detail));
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
