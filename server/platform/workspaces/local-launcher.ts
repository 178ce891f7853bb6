import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import path from "node:path";
import { isAlive, lockOwner, privateSocketPath } from "../../workspace/index.ts";
import { HostError } from "./host-client.ts";
import type { HostAddress, WorkspaceLauncher } from "./launcher.ts";
import { START_POLL_MS, START_WITHIN_MS, STOP_HOST_MS } from "./limits.ts";

export interface LocalLauncherOptions {
  /** Each workspace has a folder here. */
  readonly workspacesDir: string;
  /** Program and arguments of the workspace host, e.g. [node, "dist/workspace.mjs"]. */
  readonly command: readonly string[];
  /** Arguments that every host gets: content, toolbox, versions, kubeconfig. */
  readonly hostArguments: readonly string[];
}

/**
 * Plain processes of the person who started us, for one learner on a laptop. A host is detached: it does not notice
 * when web goes down, and the next web finds it by its folder.
 */
export class LocalLauncher implements WorkspaceLauncher {
  private readonly starting = new Map<string, Promise<HostAddress>>();

  constructor(private readonly options: LocalLauncherOptions) {
    mkdirSync(options.workspacesDir, { recursive: true, mode: 0o700 });
  }

  ensure(workspace: string): Promise<HostAddress> {
    const already = this.starting.get(workspace);
    if (already) return already;
    const starting = this.findOrStart(workspace).finally(() => this.starting.delete(workspace));
    this.starting.set(workspace, starting);
    return starting;
  }

  async running(): Promise<string[]> {
    return readdirSync(this.options.workspacesDir).filter((name) => this.owner(name) !== undefined);
  }

  async stop(workspace: string): Promise<void> {
    const pid = this.owner(workspace);
    if (pid === undefined) return;
    process.kill(pid, "SIGTERM");
    if (await gone(pid, STOP_HOST_MS)) return;
    process.kill(pid, "SIGKILL");
    await gone(pid, STOP_HOST_MS);
  }

  private async findOrStart(workspace: string): Promise<HostAddress> {
    const dir = this.folder(workspace);
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const socketPath = socketPathFor(dir);
    const tokenFile = path.join(dir, "token");
    let child: ChildProcess | undefined;
    if (this.owner(workspace) === undefined) {
      writeFileSync(tokenFile, randomBytes(32).toString("base64url"), { mode: 0o600 });
      chmodSync(tokenFile, 0o600);
      child = this.launch(dir, socketPath, tokenFile);
    }
    const deadline = Date.now() + START_WITHIN_MS;
    while (Date.now() < deadline && child?.exitCode == null) {
      const pid = this.owner(workspace);
      if (pid !== undefined && existsSync(socketPath) && (await answers(socketPath))) {
        return { socketPath, token: readFileSync(tokenFile, "utf8").trim(), pid };
      }
      await new Promise((resolve) => setTimeout(resolve, START_POLL_MS));
    }
    throw new HostError(
      "unavailable",
      `The workspace did not start; ${path.join(dir, "host.log")} says why.`,
    );
  }

  private launch(dir: string, socketPath: string, tokenFile: string): ChildProcess {
    const [program = process.execPath, ...args] = this.options.command;
    const log = openSync(path.join(dir, "host.log"), "a", 0o600);
    const child = spawn(
      program,
      [
        ...args,
        ...[
          "--dir",
          dir,
          "--home",
          path.join(dir, "home"),
          "--socket",
          socketPath,
          "--token-file",
          tokenFile,
        ],
        ...this.options.hostArguments,
      ],
      { detached: true, stdio: ["ignore", log, log], cwd: dir },
    );
    closeSync(log);
    // A program that cannot be started leaves no socket; the caller's deadline says so with the log's name.
    child.on("error", () => undefined);
    child.unref();
    return child;
  }

  private owner(workspace: string): number | undefined {
    return lockOwner(path.join(this.folder(workspace), "host.pid"));
  }

  private folder(workspace: string): string {
    if (!/^[a-z0-9-]{1,64}$/.test(workspace)) throw new HostError("bad-request", "not a workspace's name");
    return path.join(this.options.workspacesDir, workspace);
  }
}

function socketPathFor(dir: string): string {
  try {
    return privateSocketPath(dir, "host.sock");
  } catch (error) {
    throw new HostError("unavailable", error instanceof Error ? error.message : String(error));
  }
}

async function gone(pid: number, within: number): Promise<boolean> {
  const deadline = Date.now() + within;
  while (isAlive(pid)) {
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, START_POLL_MS));
  }
  return true;
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
