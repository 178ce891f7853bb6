import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { type Isolation, openSandbox, readQuotas } from "../../../workspace/index.ts";
import { PROBE_MS } from "../limits.ts";
import { Accounts, giveAll } from "./accounts.ts";
import { outerWall, type WallTools } from "./outer-wall.ts";
import type { Wall } from "./wall.ts";
import { asUser, openTheWay, sandboxWall, sharedWall, wallTools } from "./walls.ts";

export interface ProbeOptions {
  /** Each workspace has a folder here. */
  readonly workspacesDir: string;
  /** Real paths of what hosts and learners' tools are made of. */
  readonly readable: readonly string[];
}

export interface IsolationFound {
  readonly level: Isolation;
  /** Half a sentence: what makes it so, and for less than "strong" what was in the way. */
  readonly reason: string;
  /** What gives that level; undefined for "none". */
  readonly wall: Wall | undefined;
}

/** Finds out what this machine gives by doing it: the very argument lists of a workspace, around a program that looks around. */
export async function probeIsolation(options: ProbeOptions): Promise<IsolationFound> {
  if (process.platform !== "linux")
    return noIsolation(`a sandbox needs Linux, and this is ${process.platform}`);
  const isRoot = process.getuid?.() === 0;
  const accounts = isRoot ? new Accounts(path.join(options.workspacesDir, "..", "walls")) : undefined;
  const tools = wallTools();
  const strong =
    "missing" in tools
      ? `${tools.missing} is not installed (Debian: apt-get install bubblewrap iproute2 util-linux)`
      : await trySandbox(options, tools, accounts);
  if (strong === undefined && !("missing" in tools)) {
    const how = accounts ? "a user of its own" : "user namespaces of this server's user";
    return {
      level: "strong",
      reason: `each workspace runs in bubblewrap sandboxes with ${how}`,
      wall: sandboxWall({ readable: options.readable, accounts }, tools),
    };
  }
  const setpriv = "missing" in tools ? undefined : tools.setpriv;
  const shared = await tryShared(options, accounts, setpriv);
  if (shared === undefined && accounts && setpriv)
    return {
      level: "shared",
      reason: `no sandbox (${strong}), but each workspace has a user of its own`,
      wall: sharedWall(accounts, setpriv),
    };
  return noIsolation(`no sandbox (${strong}), and no user for each workspace (${shared})`);
}

export const noIsolation = (reason: string): IsolationFound => ({ level: "none", reason, wall: undefined });

/** Undefined when it works, else why not. */
async function trySandbox(
  { workspacesDir, readable }: ProbeOptions,
  tools: WallTools,
  accounts: Accounts | undefined,
): Promise<string | undefined> {
  const uid = accounts?.trial;
  return inTrialFolder(workspacesDir, uid, async (dir) => {
    // Made as the host will make it, by us: the host's own user only has to read it.
    const home = path.join(dir, "home");
    const sandbox = openSandbox(
      { dir, home, handout: path.join(dir, "handout"), toolbox: undefined },
      readQuotas({}),
    );
    const look = sandbox.enclose({ file: "/bin/cat", args: ["/proc/net/dev"], cwd: home, env: {} });
    if (uid !== undefined) giveAll(uid, dir);
    const words = outerWall({ dir, readable, tools, uid }, [
      "/bin/sh",
      "-c",
      LOOK,
      "look",
      ...readable,
      "--",
      look.file,
      ...look.args,
    ]);
    const ran = await run(words);
    if (ran.failure !== undefined) return ran.failure;
    const interfaces = ran.stdout.split("\n").flatMap((line) => /^\s*(\S+):/.exec(line)?.[1] ?? []);
    return interfaces.join() === "lo" ? undefined : `the sandbox sees the networks ${interfaces.join(", ")}`;
  });
}

/** First what the host has to read, then the inner wall. */
const LOOK =
  'while [ "$1" != -- ]; do [ -r "$1" ] || { echo "$1 is not readable for the workspace\'s user; chmod -R go+rX may help" >&2; exit 3; }; shift; done; shift; exec "$@"';

async function tryShared(
  { workspacesDir, readable }: ProbeOptions,
  accounts: Accounts | undefined,
  setpriv: string | undefined,
): Promise<string | undefined> {
  if (!accounts) return "that needs root";
  if (!setpriv) return "util-linux is not installed";
  openTheWay(workspacesDir);
  return inTrialFolder(workspacesDir, accounts.trial, async (dir) => {
    const words = [
      ...asUser(setpriv, accounts.trial),
      "/bin/sh",
      "-c",
      LOOK,
      "look",
      dir,
      ...readable,
      "--",
      "/bin/true",
    ];
    return (await run(words)).failure;
  });
}

async function inTrialFolder<T>(
  workspacesDir: string,
  uid: number | undefined,
  work: (dir: string) => Promise<T>,
): Promise<T> {
  mkdirSync(workspacesDir, { recursive: true, mode: 0o700 });
  const dir = mkdtempSync(path.join(workspacesDir, "..", "trial-"));
  try {
    mkdirSync(path.join(dir, "run"), { mode: 0o700 });
    if (uid !== undefined) giveAll(uid, dir);
    return await work(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

interface Ran {
  readonly stdout: string;
  /** What it said, in one line; undefined: it succeeded. */
  readonly failure: string | undefined;
}

function run([program = "", ...args]: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      { timeout: PROBE_MS, env: { NODE_ENV: "production" } },
      (error, stdout, stderr) => {
        const said = stderr.trim().split("\n").at(-1);
        resolve({ stdout, failure: error ? said || error.message : undefined });
      },
    );
  });
}
