// Backup and restore as an operator types them, while the server runs and somebody works in it.
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Bundles, bundlePrograms, processesNaming } from "../../workspace/testing/bundles.ts";
import { ask, connected, openSocket, signIn, type Web, WebHarness } from "./testing/web.ts";

const lab = "secure-services-mtls";
const bin = path.resolve(import.meta.dirname, "../../../bin/meshwork.mjs");
const run = promisify(execFile);
const folder = mkdtempSync(path.join(tmpdir(), "mwo-"));
let bundles: Bundles;
let harness: WebHarness;
let web: Web;
beforeAll(async () => {
  bundles = await bundlePrograms({ server: "server/main.ts", workspace: "server/workspace/main.ts" });
  harness = new WebHarness(bundles);
  web = await harness.start();
});
afterAll(async () => {
  await harness.dispose();
  expect(processesNaming(harness.dataDir)).toEqual([]);
  bundles.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const meshwork = (...args: string[]) =>
  run(process.execPath, [bin, ...args], { env: { ...process.env, MESHWORK_DATA_DIR: harness.dataDir } });

async function page() {
  const socket = openSocket(web, { Origin: web.origin, Cookie: await signIn(web) });
  await connected(socket);
  return socket;
}

it("a restore brings back files and progress, and what was there before it is kept", async () => {
  const notes = path.join(harness.dataDir, "workspaces", "solo", "home", "notes");
  const file = path.join(folder, "class.backup");
  let socket = await page();
  await ask(socket, "workspace:open", { lab });
  writeFileSync(notes, "before");
  const report = { id: crypto.randomUUID(), kind: "lab-opened", lab };
  const progress = await ask(socket, "progress:report", report);
  const { stderr } = await meshwork("backup", file);
  expect(stderr).toMatch(
    /^Backed up the database and \d+ files and folders of workspaces \(\d+\.\d MB\)\.\n$/,
  );
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["class.backup"]);

  writeFileSync(notes, "after");
  await ask(socket, "progress:report", {
    ...report,
    id: crypto.randomUUID(),
    kind: "command-run",
    detail: "x",
  });
  const ended = new Promise<number | null>((resolve) => web.child.once("exit", resolve));
  const restored = meshwork("restore", file);
  expect(await ended).toBe(75);
  socket.close();
  web = await harness.start();
  expect((await restored).stderr).toMatch(/\nRestored\.\n$/);
  expect(readFileSync(notes, "utf8")).toBe("before");
  socket = await page();
  expect(await ask(socket, "progress:get", { lab })).toEqual(progress);
  await ask(socket, "workspace:open", { lab });
  socket.close();
  const kept = readdirSync(harness.dataDir).filter((name) => name.endsWith(".backup"));
  expect(kept).toEqual([expect.stringMatching(/^before-restore-2\d{3}-.*\.backup$/)]);
}, 90_000);

it("[A7] one learner's home and cluster come back while the server goes on, and nothing else does", async () => {
  const inWorkspace = (...names: string[]) => path.join(harness.dataDir, "workspaces", "solo", ...names);
  const [notes, shown] = [inWorkspace("home", "notes"), inWorkspace("screens", "kept.json")];
  const file = path.join(folder, "one.backup");
  const socket = await page();
  await ask(socket, "workspace:open", { lab });
  writeFileSync(notes, "before");
  await meshwork("backup", file);
  const [pid, host] = [web.child.pid, readFileSync(inWorkspace("host.pid"), "utf8")];
  rmSync(inWorkspace("home"), { recursive: true });
  writeFileSync(shown, "{}");
  const report = { id: crypto.randomUUID(), kind: "step-viewed", lab, step: "go-strict" };
  const progress = await ask(socket, "progress:report", report);

  const { stderr } = await meshwork("restore", file, "--learner", "owner", "--no-safety-copy");
  expect(stderr).toMatch(/^Restored home and cluster of You \(\d+ files and folders\) as of 2\d{3}-/);
  expect(readFileSync(notes, "utf8")).toBe("before");
  expect([existsSync(shown), web.child.exitCode, web.child.pid]).toEqual([true, null, pid]);
  expect(await ask(socket, "progress:get", { lab })).toEqual(progress);
  await ask(socket, "workspace:open", { lab });
  expect(readFileSync(inWorkspace("host.pid"), "utf8")).not.toBe(host);
  await expect(meshwork("restore", file, "--learner", "nobody", "--no-safety-copy")).rejects.toMatchObject({
    stderr: '\n✘ There is nobody here called "nobody".\n',
  });
  socket.close();
}, 90_000);

it("what is no backup is refused in words, and the server goes on", async () => {
  const file = path.join(folder, "nonsense");
  writeFileSync(file, Buffer.alloc(3_000_000, "no backup at all"));
  await expect(meshwork("restore", file, "--no-safety-copy")).rejects.toMatchObject({
    stderr: "\n✘ Nothing was restored. The archive is damaged or not whole.\n",
  });
  await expect(meshwork("backup", path.join(folder, "no", "such", "folder"))).rejects.toThrow("ENOENT");
  expect(existsSync(path.join(harness.dataDir, "restore-pending"))).toBe(false);
  expect((await fetch(`${web.origin}/readyz`)).status).toBe(200);
});
