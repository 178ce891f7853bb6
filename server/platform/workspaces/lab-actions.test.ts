import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { LabAction } from "../../contracts/index.ts";
import { type Bundles, bundlePrograms } from "../../workspace/testing/bundles.ts";
import { HostClient } from "./host-client.ts";
import { LocalLauncher } from "./local-launcher.ts";

// Help with a lab, asked of a real host. Its cluster is a stand-in: what counts here is which commands run, and when.

const fakeCluster = path.resolve(import.meta.dirname, "../../workspace/testing/fake-cluster.mjs");
const prepare = "prepare:\n  commands: ['echo prepared >> ~/log']\n";
const step = (id: string) => `## ${id} {#${id}}\n\n\`\`\`bash run\necho ${id} >> ~/log\n\`\`\`\n\n`;

let bundles: Bundles;
let data: string;
let launcher: LocalLauncher;
let host: HostClient;
beforeAll(async () => {
  bundles = await bundlePrograms({ workspace: "server/workspace/main.ts" });
  data = mkdtempSync(path.join(tmpdir(), "mwd-"));
  const workshop = path.join(data, "content", "workshops", "basics");
  mkdirSync(path.join(workshop, "01-first"), { recursive: true });
  writeFileSync(
    path.join(workshop, "workshop.yaml"),
    "id: basics\ntitle: Basics\nsummary: The first steps.\n",
  );
  const front = `---\nid: first\ntitle: First\nsummary: Do a thing.\nminutes: 5\n${prepare}---\n`;
  writeFileSync(
    path.join(workshop, "01-first", "lab.md"),
    `${front}${step("one")}${step("two")}${step("three")}`,
  );
  const cluster = JSON.stringify([process.execPath, fakeCluster]);
  launcher = new LocalLauncher({
    workspacesDir: data,
    command: [process.execPath, bundles.file("workspace")],
    hostArguments: [
      "--cluster-command",
      cluster,
      "--content",
      path.join(data, "content"),
      "--workshop",
      "basics",
    ],
  });
  host = await HostClient.connect(await launcher.ensure("one"), "control", {});
}, 60_000);
afterAll(async () => {
  await launcher?.stop("one");
  bundles?.dispose();
  rmSync(data, { recursive: true, force: true });
});

const log = () => {
  const file = path.join(data, "one", "home", "log");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
};
const logged = (...lines: string[]) =>
  vi.waitFor(() => expect(log()).toEqual(lines), { timeout: 30_000, interval: 50 });
const ready = () =>
  vi.waitFor(async () => expect((await host.status()).phase).toBe("ready"), {
    timeout: 30_000,
    interval: 50,
  });
/** The last one may still be ending: that refusal is tried again. */
const act = (action: LabAction) => vi.waitFor(() => host.act(action), { timeout: 30_000, interval: 50 });

it("steps are solved, jumped to, and a lab begins again on a new cluster", async () => {
  await host.openLab("first");
  await logged("prepared");
  await ready();
  expect(await host.previewAction({ action: "jump", lab: "first", step: "three" })).toMatchObject({
    commands: ["echo one >> ~/log", "echo two >> ~/log"],
  });
  await act({ action: "jump", lab: "first", step: "three" });
  await logged("prepared", "one", "two");
  await act({ action: "solve", lab: "first", step: "three" });
  await logged("prepared", "one", "two", "three");
  const held = path.join(data, "one", "cluster", "held");
  writeFileSync(held, "what the old cluster knew");
  await act({ action: "reset", lab: "first" });
  await logged("prepared", "one", "two", "three", "prepared");
  await ready();
  expect(existsSync(held)).toBe(false);
  await act({ action: "reset", lab: "first", step: "two" });
  await logged("prepared", "one", "two", "three", "prepared", "prepared", "one");
  await expect(host.previewAction({ action: "solve", lab: "first", step: "four" })).rejects.toThrow(
    'Lab "first" has no step "four".',
  );
}, 120_000);
