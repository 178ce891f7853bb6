import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const START_LIMIT_MS = 60_000;

/** A running Meshwork on a free loopback port, with a data folder of its own. */
export interface Product {
  /** The URL that `npm start` prints, with the start-up token. */
  readonly url: string;
  readonly pid: number;
  readonly dataDir: string;
  /** kill -9 of the web process; start it again on the same port with the same data. */
  crashAndRestart(): Promise<void>;
  /** As Ctrl-C: stops web and every workspace it started, and removes the data folder. */
  stop(): Promise<void>;
}

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
}

function launch(env: Record<string, string>): Promise<Running> {
  const child = spawn(process.execPath, ["--enable-source-maps", path.join(root, "dist", "server.mjs")], {
    cwd: root,
    env: {
      ...process.env,
      NODE_ENV: "production",
      MESHWORK_STOP_WORKSPACES: "1",
      NEXT_TELEMETRY_DISABLED: "1",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  child.stderr?.on("data", (chunk) => {
    log = (log + chunk).slice(-20_000);
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail("did not listen in time"), START_LIMIT_MS);
    const fail = (why: string) => {
      clearTimeout(timer);
      child.kill("SIGKILL");
      reject(new Error(`the web process ${why}:\n${log}`));
    };
    child.once("exit", (code) => fail(`ended with ${code}`));
    createInterface({ input: child.stdout ?? process.stdin }).on("line", (line) => {
      log = `${log}${line}\n`.slice(-20_000);
      if (!line.startsWith('{"listening"')) return;
      clearTimeout(timer);
      child.removeAllListeners("exit");
      resolve({ child, url: String(JSON.parse(line).listening) });
    });
  });
}

const ended = (child: ChildProcess) =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise<void>((resolve) => child.once("exit", () => resolve()));

export async function startProduct(env: Record<string, string> = {}): Promise<Product> {
  const dataDir = await mkdtemp(path.join(tmpdir(), "meshwork-e2e-"));
  const base = { MESHWORK_DATA_DIR: dataDir, PORT: "0", ...env };
  let running = await launch(base);
  const port = new URL(running.url).port;
  return {
    url: running.url,
    dataDir,
    get pid() {
      return running.child.pid ?? 0;
    },
    async crashAndRestart() {
      running.child.kill("SIGKILL");
      await ended(running.child);
      running = await launch({ ...base, PORT: port });
    },
    async stop() {
      running.child.kill("SIGTERM");
      await ended(running.child);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
