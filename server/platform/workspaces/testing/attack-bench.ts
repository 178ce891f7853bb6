// A program of the sandbox's tests: starts two learners' workspaces as whoever runs it, lets one attack everything
// around it from a real terminal, and prints what came of it as one line of JSON. Everything that is attacked is its own.
import { type ChildProcess, spawn } from "node:child_process";
import {
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { homedir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { type IsolationFound, LocalLauncher, noIsolation, probeIsolation, readablePaths } from "../index.ts";
import { Accounts } from "../walls/accounts.ts";
import { openTheWay, sharedWall } from "../walls/walls.ts";
import { openTestTerminal, type TestTerminal } from "./test-terminal.ts";

const setup = z
  .object({
    /** The data folder of a web that is made up here. */
    data: z.string(),
    /** Bundles of the workspace host and of this program. */
    programs: z.string(),
    fakeCluster: z.string(),
    attacks: z.string(),
    /** "sandbox": whatever this machine gives. */
    walls: z.enum(["sandbox", "shared", "none"]),
  })
  .parse(JSON.parse(process.argv[2] ?? ""));

export interface Attack {
  readonly id: string;
  readonly name: string;
  readonly verdict: string;
}

const SECRET = "secret-that-web-has-in-its-environment";
const workspacesDir = path.join(setup.data, "workspaces");
const folder = (workspace: string) => path.join(workspacesDir, workspace);
const inHome = (workspace: string, name: string) => path.join(folder(workspace), "home", name);

/** As the learner would have written it. */
function writeHome(workspace: string, name: string, text: string): void {
  const file = inHome(workspace, name);
  writeFileSync(file, text, { mode: 0o600 });
  const { uid, gid } = statSync(path.dirname(file));
  if (uid !== process.getuid?.()) chownSync(file, uid, gid);
}

async function until<T>(what: string, look: () => T | undefined): Promise<T> {
  for (let tries = 0; tries < 1_200; tries++) {
    const found = look();
    if (found !== undefined) return found;
    await sleep(50);
  }
  throw new Error(`${what} did not come about`);
}

const isThere = (file: string) => () => existsSync(file) || undefined;

async function main(): Promise<void> {
  mkdirSync(workspacesDir, { recursive: true, mode: 0o700 });
  writeFileSync(path.join(setup.data, "start-token"), SECRET, { mode: 0o600 });
  const readable = readablePaths([setup.programs, path.dirname(setup.fakeCluster)]);
  const found = await wallFor(readable);
  const launcher = new LocalLauncher({
    workspacesDir,
    command: [process.execPath, path.join(setup.programs, "workspace.mjs")],
    hostArguments: [
      ...["--cluster-command", JSON.stringify([process.execPath, setup.fakeCluster])],
      ...["--toolbox-bin", path.join(setup.programs, "toolbox", "bin")],
    ],
    wall: found.wall,
  });
  const outside = spawn("sleep", ["600"], {
    env: { ...process.env, MESHWORK_TEST: SECRET },
    stdio: "ignore",
  });
  try {
    const attacks = await attack(launcher, outside);
    process.stdout.write(`${JSON.stringify({ level: found.level, reason: found.reason, attacks })}\n`);
  } finally {
    outside.kill("SIGKILL");
    await launcher.stop("ada");
    await launcher.stop("ben");
  }
}

async function wallFor(readable: readonly string[]): Promise<IsolationFound> {
  if (setup.walls === "sandbox") return probeIsolation({ workspacesDir, readable });
  if (setup.walls === "none") return noIsolation("the control run");
  openTheWay(workspacesDir);
  const accounts = new Accounts(path.join(setup.data, "walls"));
  return { level: "shared", reason: "the test wants it", wall: sharedWall(accounts, "/usr/bin/setpriv") };
}

async function attack(launcher: LocalLauncher, outside: ChildProcess): Promise<Attack[]> {
  const [ada, ben] = await Promise.all(
    ["ada", "ben"].map(async (name) => openTestTerminal(await launcher.ensure(name), "main")),
  );
  if (!ada || !ben) throw new Error("no terminals");
  const [host, other] = await Promise.all([launcher.ensure("ada"), launcher.ensure("ben")]);
  writeHome("ben", "secret.txt", "of ben");
  const listen =
    "require('net').createServer().listen(0, function () { require('fs').writeFileSync('port', String(this.address().port)) })";
  await ben.type(`cd; "\${MESHWORK_NODE:-node}" -e "${listen}" &\r`);
  const otherPort = await until("ben's listener", () =>
    existsSync(inHome("ben", "port")) ? readFileSync(inHome("ben", "port"), "utf8") || undefined : undefined,
  );
  const listener = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const address = listener.address();
  const outsidePort = address && typeof address === "object" ? address.port : 0;
  const facts = {
    ...{ DATA: setup.data, OWN: folder("ada"), OTHER: folder("ben"), SECRET },
    ...{ OWN_SOCKET: host.socketPath, OTHER_SOCKET: other.socketPath, OTHER_PORT: otherPort },
    ...{ HOST_PID: String(host.pid), OUTSIDE_PID: String(outside.pid), OUTSIDE_PORT: String(outsidePort) },
    ...{
      TOOLBOX: setup.walls === "sandbox" ? "/opt/meshwork/toolbox" : path.join(setup.programs, "toolbox"),
    },
    SERVER_HOME: homedir(),
  };
  const lines = Object.entries(facts).map(([name, value]) => `${name}='${value}'\n`);
  writeHome("ada", "facts.sh", lines.join(""));
  writeHome("ada", "other.txt", `${folder("ben")}\n`);
  writeHome("ada", "attacks.sh", readFileSync(setup.attacks, "utf8"));
  await ada.type("cd; bash attacks.sh > report; touch done\r");
  await until("the attacks' end", isThere(inHome("ada", "done")));
  const report = readFileSync(inHome("ada", "report"), "utf8");
  const attacks = report.split("\n").flatMap((line) => {
    const [mark, id = "", name = "", verdict = ""] = line.split("\t");
    return mark === "attack" ? [{ id, name, verdict }] : [];
  });
  if (setup.walls === "sandbox") attacks.push(...(await floods({ ada, ben, host: host.pid, outside })));
  listener.close();
  for (const terminal of [ada, ben]) terminal.close();
  return attacks;
}

interface Flooded {
  readonly ada: TestTerminal;
  readonly ben: TestTerminal;
  readonly host: number;
  readonly outside: ChildProcess;
}

/** Never outside of a sandbox: these would take the whole machine. */
async function floods({ ada, ben, host, outside }: Flooded): Promise<Attack[]> {
  const attacks: Attack[] = [];
  const held = (id: string, name: string, holds: boolean) =>
    attacks.push({ id, name, verdict: holds ? "held" : "BROKEN" });
  let round = 0;
  const benAnswers = async () => {
    const mark = `still-here-${++round}`;
    await ben.type(`echo ${mark.slice(0, 5)}""${mark.slice(5)}\r`);
    return ben.shows(mark);
  };
  await ada.type("kill -9 -1; echo killed-all-i-see\r");
  await ada.shows("killed-all-i-see");
  held(
    "A4",
    "end every process there is",
    outside.exitCode === null && existsSync(`/proc/${host}`) && (await benAnswers()),
  );

  await ada.type("ulimit -u > u; bomb() { bomb | bomb & }; bomb 2>/dev/null; sleep 2; touch bombed\r");
  await until("the fork bomb", isThere(inHome("ada", "bombed")));
  const answered = await benAnswers();
  const limit = Number(readFileSync(inHome("ada", "u"), "utf8"));
  // The sandbox's own two stand outside of what it counts.
  held("A5", "fork without end", answered && processesOf(host) <= limit + 20);
  await ada.reopen();
  await until("the end of the fork bomb", () => processesOf(host) < 20 || undefined);

  const eat = (megabytes: number) => `perl -e '$x = "x" x ${megabytes}e6; sleep 60'`;
  await ada.type(`cd; ${eat(4000)} 2> one; touch one-done\r`);
  await until("one program's end", isThere(inHome("ada", "one-done")));
  held(
    "A5",
    "take more memory in one program than all may have",
    /Out of memory/i.test(readFileSync(inHome("ada", "one"), "utf8")),
  );
  const several = Array.from({ length: 4 }, () => `${eat(45)} &`).join(" ");
  await ada.type(`${several} wait; touch several-done\r`);
  held(
    "A5",
    "take more memory in several programs than all may have",
    await ada.shows("your programs together may take 128 MB"),
  );
  await ada.type("\x03");
  await ada.type("kill %1 %2 %3 %4; clear\r");

  await ada.type("head -c 9000000 /dev/zero > big; ls -l big | cut -d' ' -f5 > size; touch sized\r");
  await until("the big file", isThere(inHome("ada", "sized")));
  held(
    "A5",
    "write a file beyond the limit",
    Number(readFileSync(inHome("ada", "size"), "utf8")) <= 4 * 1024 * 1024,
  );
  await ada.type("n=0; while :; do n=$((n+1)); head -c 1000000 /dev/zero > fill-$n; sleep 0.05; done\r");
  held("A5", "fill the disk", (await ada.shows("What was writing has been ended.")) && (await benAnswers()));
  return attacks;
}

function processesOf(pid: number): number {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
      .split(" ")
      .filter(Boolean)
      .map(Number);
    return children.reduce((sum, child) => sum + processesOf(child), 1);
  } catch {
    return 0; // it has just ended
  }
}

copyFileSync(setup.attacks, path.join(setup.data, "attacks.sh"));
await main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  },
);
