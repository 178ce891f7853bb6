import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type Bundles, bundlePrograms, processesNaming } from "../../workspace/testing/bundles.ts";
import { ask, connected, openSocket, signIn, type Web, WebHarness } from "./testing/web.ts";

const lab = "secure-services-mtls";
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
