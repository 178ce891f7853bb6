import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { type Bundles, bundlePrograms, processesNaming } from "../../workspace/testing/bundles.ts";
import { ask, connected, openSocket, PageTerminal, signIn, type Web, WebHarness } from "./testing/web.ts";

const lab = "secure-services-mtls";
const KILLS = 3;
let bundles: Bundles;
let harness: WebHarness;
beforeAll(async () => {
  bundles = await bundlePrograms({ server: "server/main.ts", workspace: "server/workspace/main.ts" });
  harness = new WebHarness(bundles);
});
afterAll(async () => {
  await harness.dispose();
  expect(processesNaming(harness.dataDir)).toEqual([]);
  bundles.dispose();
});

afterEach(() => harness.killWebs());

async function page(web: Web) {
  const socket = openSocket(web, { Origin: web.origin, Cookie: await signIn(web) });
  await connected(socket);
  return socket;
}

const hostPid = () =>
  Number.parseInt(readFileSync(path.join(harness.dataDir, "workspaces", "solo", "host.pid"), "utf8"), 10);

it("[R1] kill -9 of web loses no shell, no byte, no progress", async () => {
  let web = await harness.start();
  let socket = await page(web);
  await ask(socket, "workspace:open", { lab });
  const terminal = new PageTerminal();
  await terminal.attachTo(socket);
  const type = (seq: number, data: string) =>
    ask(socket, "terminal:input", { terminal: "main", writer: "one-page-load", seq, data });
  await type(1, 'stty -echo; i=0; while :; do echo "<$((i++))>"; sleep 0.05; done\r');
  await vi.waitFor(() => expect(terminal.text).toContain("<10>"), 10_000);
  const report = { id: crypto.randomUUID(), kind: "lab-opened", lab };
  const progress = await ask(socket, "progress:report", report);
  const host = hostPid();

  for (let kill = 0; kill < KILLS; kill++) {
    await harness.kill(web, "SIGKILL");
    socket.close();
    web = await harness.start();
    socket = await page(web);
    expect(await terminal.attachTo(socket)).toMatchObject({ mode: "resume" });
    const shown = terminal.text.length;
    await vi.waitFor(() => expect(terminal.text.length).toBeGreaterThan(shown + 50), 10_000);
  }

  expect(hostPid()).toBe(host);
  expect(terminal.faults).toEqual([]);
  const numbers = [...terminal.text.matchAll(/<(\d+)>/g)].map((match) => Number(match[1]));
  expect(numbers).toEqual(numbers.map((_, index) => index));
  expect(await ask(socket, "progress:report", report)).toEqual(progress);
  // A key that falls between two programs of a loop reaches neither, in any terminal; so press until it stops.
  let seq = 2;
  await vi.waitFor(
    async () => {
      await type(seq++, "\x03");
      const before = terminal.text.length;
      await sleep(300);
      expect(terminal.text.length).toBe(before);
    },
    { timeout: 20_000, interval: 100 },
  );
  socket.close();
  await harness.kill(web, "SIGKILL");
}, 120_000);

it("[R2] kill -9 of the host: the page is told, comes back to a new shell, home and progress are intact", async () => {
  const web = await harness.start();
  const socket = await page(web);
  await ask(socket, "workspace:open", { lab });
  const phases: string[] = [];
  socket.on("workspace", ({ phase }) => phases.push(phase));
  const terminal = new PageTerminal();
  await terminal.attachTo(socket);
  await ask(socket, "terminal:input", {
    ...{ terminal: "main", writer: "another-page", seq: 1 },
    data: "echo kept > ~/note; echo wri''tten\r",
  });
  await vi.waitFor(() => expect(terminal.text).toContain("written"), 10_000);
  const before = await ask(socket, "progress:get", { lab });
  const dead = hostPid();
  process.kill(dead, "SIGKILL");
  await vi.waitFor(() => expect(socket.connected).toBe(false), 5_000);
  expect(phases).toContain("recovering");

  const again = await page(web);
  const second = new PageTerminal();
  expect(await second.attachTo(again)).toMatchObject({ mode: "snapshot" });
  expect(hostPid()).not.toBe(dead);
  await ask(again, "terminal:input", {
    terminal: "main",
    writer: "third-page",
    seq: 1,
    data: "cat ~/note\r",
  });
  await vi.waitFor(() => expect(second.text).toContain("kept"), 10_000);
  expect(await ask(again, "progress:get", { lab })).toEqual(before);
  again.close();
  await harness.kill(web, "SIGKILL");
}, 60_000);

it("[R1] a second web on the same data is refused and names the first", async () => {
  const web = await harness.start();
  await expect(harness.start()).rejects.toThrow(
    `db.pid is held by process ${web.child.pid}, which is running. Stop that process first.`,
  );
  expect(await harness.kill(web, "SIGTERM")).toBe(0);
});

it("SIGTERM leaves workspaces alive, unless told to stop them", async () => {
  const first = await harness.start();
  const socket = await page(first);
  await ask(socket, "workspace:open", { lab });
  const host = hostPid();
  const drained = new Promise<void>((resolve) => socket.once("drain", () => resolve()));
  expect(await harness.kill(first, "SIGTERM")).toBe(0);
  await drained;
  expect(() => process.kill(host, 0)).not.toThrow();
  const second = await harness.start({ MESHWORK_STOP_WORKSPACES: "1" });
  expect(await harness.kill(second, "SIGTERM")).toBe(0);
  expect(processesNaming(harness.dataDir)).toEqual([]);
}, 60_000);
