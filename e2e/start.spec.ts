// `npm start` as a process: what it leaves behind (nothing), what it survives, whom it names.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "@playwright/test";
import { io } from "socket.io-client";
import { processesOf } from "./support/processes.ts";

const root = path.resolve(import.meta.dirname, "..");
let dataDir: string;
test.beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "meshwork-start-"));
});
test.afterEach(async () => {
  await rm(dataDir, { recursive: true, force: true });
});

class Start {
  readonly child: ChildProcess;
  output = "";
  readonly ended: Promise<unknown[]>;

  constructor(env: Record<string, string> = {}) {
    this.child = spawn(process.execPath, [path.join(root, "scripts", "run.cjs"), "start"], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, PORT: "0", MESHWORK_PREBUILT: "1", MESHWORK_DATA_DIR: dataDir, ...env },
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on("data", (chunk: Buffer) => {
        this.output += chunk.toString("utf8");
      });
    this.ended = once(this.child, "exit");
  }

  /** The URLs announced so far; waits until there are `count`. */
  async urls(count: number): Promise<URL[]> {
    const found = () => [...this.output.matchAll(/https?:\/\/\S+#token=\S+/g)].map(([url]) => new URL(url));
    await expect.poll(() => found().length, { timeout: 60_000, message: this.output }).toBe(count);
    return found();
  }

  async interrupt(): Promise<unknown> {
    this.child.kill("SIGINT");
    return (await this.ended)[0];
  }
}

/** Opens the lab's workspace as a page does, and waits until its cluster answers. */
async function openWorkspace({ origin, hash }: URL): Promise<void> {
  const token = new URLSearchParams(hash.slice(1)).get("token");
  const response = await fetch(`${origin}/start`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Origin: origin },
    body: JSON.stringify({ token }),
  });
  const Cookie = response.headers.get("set-cookie")?.split(";")[0] ?? "";
  const socket = io(origin, { transports: ["websocket"], extraHeaders: { Origin: origin, Cookie } });
  const phases: string[] = [];
  socket.on("workspace", ({ phase }) => phases.push(phase));
  await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
  await socket.emitWithAck("workspace:open", { lab: "secure-services-mtls" });
  await socket.emitWithAck("terminal:attach", { terminal: "main", cols: 80, rows: 24 });
  await expect.poll(() => phases.at(-1), { timeout: 60_000 }).not.toBe("starting");
  expect(existsSync(path.join(dataDir, "workspaces", "solo", "cluster.pid"))).toBe(true);
  socket.close();
}

const webPid = () => Number.parseInt(readFileSync(path.join(dataDir, "db.pid"), "utf8"), 10);

test("Ctrl-C stops everything: web, workspace, shell and cluster", async () => {
  const start = new Start();
  const [url] = await start.urls(1);
  if (url) await openWorkspace(url);
  expect(processesOf(dataDir).length).toBeGreaterThan(4);
  expect(await start.interrupt()).toBe(0);
  expect(start.output).toContain("Stopped.");
  expect(processesOf(dataDir)).toEqual([]);
});

test("a web process that crashes is started again on its port, and Ctrl-C in between stops its workspaces", async () => {
  const start = new Start();
  const [first] = await start.urls(1);
  if (first) await openWorkspace(first);
  process.kill(webPid(), "SIGKILL");
  const urls = await start.urls(2);
  expect(start.output).toContain("The web process ended (SIGKILL); starting it again in");
  expect(urls[1]?.href).toBe(first?.href);

  process.kill(webPid(), "SIGKILL");
  await expect.poll(() => start.output.match(/starting it again in/g)?.length).toBe(2);
  expect(await start.interrupt()).toBe(0);
  // What the killed web had begun by itself, prepared starts of labs, ends when it notices.
  await expect.poll(() => processesOf(dataDir)).toEqual([]);
});

test("a port that is taken is named with its owner", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const start = new Start({ PORT: String(port) });
  expect((await start.ended)[0]).toBe(1);
  server.close();
  expect(start.output).toContain(`Port ${port} is taken by process ${process.pid} (`);
  expect(start.output).toContain(`PORT=${port + 1} npm start`);
});

test("a second start on the same data is refused once, with the pid of the first", async () => {
  const first = new Start();
  await first.urls(1);
  const second = new Start();
  expect((await second.ended)[0]).toBe(1);
  expect(second.output).toBe(
    `${path.join(dataDir, "db.pid")} is held by process ${webPid()}, which is running. Stop that process first.\n`,
  );
  expect(await first.interrupt()).toBe(0);
});

test("a setting that cannot be is refused once, with its name", async () => {
  const start = new Start({ HOST: "0.0.0.0" });
  expect((await start.ended)[0]).toBe(1);
  expect(start.output).toMatch(/^HOST=0\.0\.0\.0 is refused: /);
  expect(start.output).not.toContain("starting it again");
});
