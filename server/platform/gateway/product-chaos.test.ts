// The whole product without pages, killed again and again: web, practice cluster, workspace host.
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { TerminalAttached, WorkspaceStatus } from "../../contracts/index.ts";
import { type Bundles, bundleProduct, processesNaming } from "../../workspace/testing/bundles.ts";
import { ask, connected, openSocket, PageTerminal, signIn, type Web, WebHarness } from "./testing/web.ts";

const lab = "secure-services-mtls";
const KILLS = 20;
const run = promisify(execFile);
let bundles: Bundles;
let harness: WebHarness;
let web: Web;
beforeAll(async () => {
  bundles = await bundleProduct();
  harness = new WebHarness(bundles, "real");
  web = await harness.start();
}, 120_000);
afterAll(async () => {
  await harness?.dispose();
  if (harness) expect(processesNaming(harness.dataDir)).toEqual([]);
  bundles?.dispose();
});

const inWorkspace = (...parts: string[]) => path.join(harness.dataDir, "workspaces", "solo", ...parts);
const pidIn = (file: string) => Number.parseInt(readFileSync(inWorkspace(file), "utf8"), 10);
const soon = <T>(look: () => T | Promise<T>) => vi.waitFor(look, { timeout: 30_000, interval: 20 });

async function openPage() {
  const socket = openSocket(web, { Origin: web.origin, Cookie: await signIn(web) });
  const statuses: WorkspaceStatus[] = [];
  socket.on("workspace", (status) => statuses.push(status));
  await connected(socket);
  return { socket, statuses };
}

/** The tests' own kubectl, with the learner's kubeconfig. */
async function kubectl(...args: string[]): Promise<string> {
  const kubeconfig = ["--kubeconfig", inWorkspace("kubeconfig"), "--request-timeout=60s"];
  const program = path.join(bundles.folder, "toolbox", "bin", "kubectl");
  return (await run(program, [...kubeconfig, ...args])).stdout;
}

async function clusterFacts() {
  const list = JSON.parse(await kubectl("get", "namespaces,serviceaccounts,services", "-A", "-o", "json"));
  const items: { metadata: { uid: string; name: string } }[] = list.items;
  const raw = JSON.parse(await kubectl("get", "--raw", "/api/v1/namespaces"));
  return {
    uids: Object.fromEntries(items.map(({ metadata }) => [metadata.uid, metadata.name])),
    revision: Number(raw.metadata.resourceVersion),
  };
}

it("[R1] 20 × kill -9 of web: the same shell, every byte once, every key once", async () => {
  let { socket } = await openPage();
  await ask(socket, "workspace:open", { lab });
  const terminal = new PageTerminal();
  const type = (seq: number, data: string) =>
    ask(socket, "terminal:input", { terminal: "main", writer: "one-page-load", seq, data });
  const { pid } = await terminal.attachTo(socket);
  await type(
    1,
    // A read that times out in the middle of a line has the first part of it: the rest comes with the next.
    'stty -echo; i=0; key=; while :; do echo "<$((i++))>"; read -t 0.05 -r part; s=$?; key=$key$part; [ $s = 0 ] && { echo "key:$key;"; key=; }; done\r',
  );
  await soon(() => expect(terminal.text).toContain("<5>"));
  const report = { id: crypto.randomUUID(), kind: "lab-opened", lab };
  const progress = await ask(socket, "progress:report", report);

  for (let kill = 0; kill < KILLS; kill++) {
    // The answer to this one may be lost with web; a page sends it again, and so do we.
    const sent = type(kill + 2, `${kill}\r`).catch(() => undefined);
    if (kill % 2 === 0) await sent;
    const shown = terminal.text.length;
    await harness.kill(web, "SIGKILL");
    await sent;
    socket.close();
    web = await harness.start({ PORT: String(new URL(web.origin).port) });
    ({ socket } = await openPage());
    expect(await terminal.attachTo(socket)).toMatchObject({ mode: "resume", pid });
    await type(kill + 2, `${kill}\r`);
    await soon(() => expect(terminal.text.length).toBeGreaterThan(shown + 20));
  }
  await soon(() => expect(terminal.text).toContain(`key:${KILLS - 1};`));
  expect(await ask(socket, "progress:report", report)).toEqual(progress);

  expect(terminal.faults).toEqual([]);
  const numbers = [...terminal.text.matchAll(/<(\d+)>/g)].map((match) => Number(match[1]));
  expect(numbers).toEqual(numbers.map((_, index) => index));
  const keys = [...terminal.text.matchAll(/key:(\d*);/g)].map((match) => Number(match[1]));
  expect(keys).toEqual(Array.from({ length: KILLS }, (_, index) => index));
  socket.close();
}, 600_000);

it("20 × kill -9 of the practice cluster: same objects, the page is told, kubectl works again", async () => {
  const { socket, statuses } = await openPage();
  await ask(socket, "workspace:open", { lab });
  const ready = { phase: "ready", detail: "The practice cluster is ready." };
  await soon(() => expect(statuses.at(-1)).toMatchObject(ready));
  const terminal = new PageTerminal();
  const { pid } = await terminal.attachTo(socket, "second");
  let before = await clusterFacts();
  for (let kill = 0; kill < KILLS; kill++) {
    statuses.length = 0;
    process.kill(pidIn("cluster.pid"), "SIGKILL");
    await soon(() => expect(statuses.at(-1)).toMatchObject(ready));
    expect(statuses[0]).toMatchObject({
      phase: "recovering",
      detail: "The practice cluster stopped and is being started again with everything it held.",
    });
    terminal.text = "";
    await ask(socket, "terminal:input", {
      ...{ terminal: "second", writer: "another-page-load", seq: kill + 1 },
      data: "kubectl get deployment -n istio-system istiod -o name\r",
    });
    await soon(() => expect(terminal.text).toContain("deployment.apps/istiod\r\n"));
    const after = await clusterFacts();
    expect(after.uids).toMatchObject(before.uids);
    expect(after.revision).toBeGreaterThanOrEqual(before.revision);
    before = after;
  }
  expect(await terminal.attachTo(socket, "second")).toMatchObject({ pid });
  socket.close();
}, 600_000);

it("[R2] 20 × kill -9 of the host: nothing left behind, home and progress intact, a new shell that says why", async () => {
  let { socket } = await openPage();
  await ask(socket, "workspace:open", { lab });
  let terminal = new PageTerminal();
  const attach = () => soon(() => terminal.attachTo(socket) as Promise<TerminalAttached>);
  let attached = await attach();
  const write = (seq: number, data: string) =>
    ask(socket, "terminal:input", { terminal: "main", writer: "third-page-load", seq, data });
  await write(1, "\x03\r");
  for (let kill = 0; kill < KILLS; kill++) {
    const line = `line-${kill}`;
    await write(kill + 2, `echo ${line} >> ~/notes; wc -l < ~/notes\r`);
    await soon(() => expect(readFileSync(inWorkspace("home", "notes"), "utf8")).toContain(`${line}\n`));
    const progress = await ask(socket, "progress:report", {
      ...{ id: crypto.randomUUID(), kind: "command-run", lab, detail: line },
    });
    const left = [pidIn("cluster.pid"), attached.pid];
    process.kill(pidIn("host.pid"), "SIGKILL");
    await soon(() => expect(socket.connected).toBe(false));
    await soon(() => expect(left.filter(isRunning)).toEqual([]));

    ({ socket } = await openPage());
    terminal = new PageTerminal();
    attached = await attach();
    expect(attached).toMatchObject({
      mode: "snapshot",
      notice:
        "The workspace was restarted: this is a new shell in the same folder. Your files are as you left them.",
    });
    expect(attached.pid).not.toBe(left[1]);
    expect(await ask(socket, "progress:get", { lab })).toEqual(progress);
  }
  const notes = readFileSync(inWorkspace("home", "notes"), "utf8").trim().split("\n");
  expect(notes).toEqual(Array.from({ length: KILLS }, (_, index) => `line-${index}`));
  socket.close();
}, 600_000);

it("[R2] kill -9 of web and then of the host: the cluster notices and ends by itself", async () => {
  const { socket } = await openPage();
  await ask(socket, "workspace:open", { lab });
  const terminal = new PageTerminal();
  const { pid } = await terminal.attachTo(socket);
  const left = [pidIn("cluster.pid"), pidIn("host.pid"), pid];
  socket.close();
  await harness.kill(web, "SIGKILL");
  process.kill(pidIn("host.pid"), "SIGKILL");
  await soon(() => expect(left.filter(isRunning)).toEqual([]));
  await soon(() => expect(processesNaming(harness.dataDir)).toEqual([]));
}, 60_000);

function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
}
