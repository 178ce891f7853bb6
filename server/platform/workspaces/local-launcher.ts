import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  existsSync,
  fchownSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { connect } from "node:net";
import path from "node:path";
import { type Isolation, isAlive, leanMemory, lockOwner } from "../../workspace/index.ts";
import { HostError } from "./host-client.ts";
import type { HostAddress, WorkspaceLauncher } from "./launcher.ts";
import { START_POLL_MS, START_WITHIN_MS, STOP_HOST_MS } from "./limits.ts";
import { type HostRoom, noWall, type Wall } from "./walls/index.ts";

export interface LocalLauncherOptions {
  /** Each workspace has a folder here. */
  readonly workspacesDir: string;
  /** Program and arguments of the workspace host, e.g. [node, "dist/workspace.mjs"]. */
  readonly command: readonly string[];
  /** Arguments that every host gets: toolbox, kubeconfig. */
  readonly hostArguments: readonly string[];
  /** Arguments of one workspace's host: its class's labs and release. */
  readonly ownArguments?: (workspace: string) => Promise<readonly string[]>;
  /** What stands around each host; without one it is a plain process of ours. */
  readonly wall?: Wall | undefined;
}

/**
 * Processes of this machine. A host is detached: it does not notice when web goes down, and the next web finds it by
 * its folder.
 */
export class LocalLauncher implements WorkspaceLauncher {
  private readonly starting = new Map<string, Promise<HostAddress>>();
  private readonly wall: Wall;

  constructor(private readonly options: LocalLauncherOptions) {
    this.wall = options.wall ?? noWall;
    mkdirSync(options.workspacesDir, { recursive: true, mode: 0o700 });
  }

  get isolation(): Isolation {
    return this.wall.isolation;
  }

  ensure(workspace: string): Promise<HostAddress> {
    const already = this.starting.get(workspace);
    if (already) return already;
    const starting = this.findOrStart(workspace).finally(() => this.starting.delete(workspace));
    this.starting.set(workspace, starting);
    return starting;
  }

  async running(): Promise<string[]> {
    const names = readdirSync(this.options.workspacesDir).filter(isName);
    return names.filter((name) => this.owner(name) !== undefined);
  }

  pid(workspace: string): number | undefined {
    return this.owner(workspace);
  }

  async stop(workspace: string): Promise<void> {
    const pid = this.owner(workspace);
    if (pid === undefined) return;
    process.kill(pid, "SIGTERM");
    if (await gone(pid, STOP_HOST_MS)) return;
    process.kill(pid, "SIGKILL");
    await gone(pid, STOP_HOST_MS);
  }

  async discard(workspace: string): Promise<void> {
    await this.stop(workspace);
    await rm(this.folder(workspace), { recursive: true, force: true, maxRetries: 3 });
  }

  private async findOrStart(workspace: string): Promise<HostAddress> {
    const dir = this.folder(workspace);
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    // What was started behind another wall, or behind none, is not taken over.
    if (this.startedBehind(dir) !== this.wall.isolation) await this.stop(workspace);
    const room = this.wall.room(workspace, dir);
    const { uid, socketPath } = room;
    const tokenFile = path.join(dir, "token");
    let child: ChildProcess | undefined;
    if (this.owner(workspace) === undefined) {
      writeOwn(tokenFile, randomBytes(32).toString("base64url"), uid);
      writeOwn(path.join(dir, "isolation"), this.wall.isolation, uid);
      child = this.launch(dir, room, (await this.options.ownArguments?.(workspace)) ?? []);
    }
    const deadline = performance.now() + START_WITHIN_MS;
    while (performance.now() < deadline && child?.exitCode == null) {
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

  private launch(dir: string, room: HostRoom, own: readonly string[]): ChildProcess {
    const { words, env } = room.command([
      ...this.options.command,
      ...["--dir", dir, "--home", path.join(dir, "home"), ...room.hostArguments],
      ...["--socket", room.hostSocketPath, "--token-file", path.join(dir, "token")],
      ...this.options.hostArguments,
      ...own,
    ]);
    const [program = process.execPath, ...args] = words;
    const log = openLog(path.join(dir, "host.log"), room.uid);
    const child = spawn(program, args, {
      ...{ detached: true, stdio: ["ignore", log, log], cwd: dir },
      env: { ...env, ...leanMemory, NODE_ENV: process.env.NODE_ENV ?? "production" },
    });
    closeSync(log);
    // A program that cannot be started leaves no socket; the caller's deadline says so with the log's name.
    child.on("error", () => undefined);
    child.unref();
    return child;
  }

  private startedBehind(dir: string): string {
    const file = path.join(dir, "isolation");
    return existsSync(file) ? readFileSync(file, "utf8") : "none"; // one that was started before walls were written down
  }

  /** A pid that is not the folder's owner's was not written by its host: it is nobody we would signal. */
  private owner(workspace: string): number | undefined {
    const dir = this.folder(workspace);
    const pid = lockOwner(path.join(dir, "host.pid"));
    if (pid === undefined) return undefined;
    const user = statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid;
    return user === undefined || user === statSync(dir).uid ? pid : undefined;
  }

  private folder(workspace: string): string {
    if (!isName(workspace)) throw new HostError("bad-request", "not a workspace's name");
    return path.join(this.options.workspacesDir, workspace);
  }
}

const isName = (workspace: string) => /^[a-z0-9-]{1,64}$/.test(workspace);

/** The folder may be another user's by now: nothing of theirs is written through. */
function writeOwn(file: string, text: string, uid: number | undefined): void {
  rmSync(file, { force: true });
  const descriptor = openSync(file, "wx", 0o600);
  writeFileSync(descriptor, text);
  if (uid !== undefined) fchownSync(descriptor, uid, uid);
  closeSync(descriptor);
}

function openLog(file: string, uid: number | undefined): number {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;
  const log = openSync(file, O_APPEND | O_CREAT | O_NOFOLLOW | O_WRONLY, 0o600);
  const { nlink } = fstatSync(log);
  if (nlink !== 1) throw new HostError("unavailable", `${file} has another name; it is not written to.`);
  if (uid !== undefined) fchownSync(log, uid, uid);
  return log;
}

async function gone(pid: number, within: number): Promise<boolean> {
  const deadline = performance.now() + within;
  while (isAlive(pid)) {
    if (performance.now() > deadline) return false;
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
