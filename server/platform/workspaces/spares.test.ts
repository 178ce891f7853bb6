import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { WorkspaceStatus } from "../../contracts/index.ts";
import { createLog } from "../logging/index.ts";
import { type SpareWish, SpareWorkspaces } from "./spares.ts";

const morning = { contentDir: "/content/morning", istioVersion: "1.21.6" };
const evening = { contentDir: "/content/evening", istioVersion: "1.29.6" };

let folder: string;
let wish: SpareWish;
let pools: SpareWorkspaces[];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "mw-spares-"));
  wish = { ...morning, lab: "first" };
  pools = [];
});
afterEach(async () => {
  await Promise.all(pools.map((pool) => pool.stop()));
  rmSync(folder, { recursive: true, force: true });
});

/** Hosts that become ready at once, or never do. */
function open({ size = 2, fails = false } = {}) {
  const opened: string[] = [];
  const discarded: string[] = [];
  const status: WorkspaceStatus = {
    ...{ phase: fails ? "failed" : "ready", detail: "as the test says", since: 0 },
    ...{ cluster: { kind: "practice", name: "practice cluster" }, isolation: "none" },
  };
  const file = path.join(folder, "spares.json");
  const pool = new SpareWorkspaces({
    ...{ size, file, wish: async () => wish, log: createLog("spares", "silent") },
    control: async (workspace) => ({
      status: async () => status,
      async openLab(lab) {
        opened.push(`${lab} in ${workspace}`);
        return status;
      },
    }),
    discard: async (workspace) => {
      discarded.push(workspace);
    },
  });
  pools.push(pool);
  const kept = (): { name: string }[] => JSON.parse(readFileSync(file, "utf8"));
  const filled = (count = size) => vi.waitFor(() => expect(opened).toHaveLength(count), 5_000);
  return { pool, opened, discarded, kept, filled };
}

it("stand ready with the first lab open, and are given to one learner each", async () => {
  const { pool, opened, kept, filled } = open();
  pool.fill();
  await filled();
  const names = kept().map(({ name }) => name);
  expect(opened).toEqual(names.map((name) => `first in ${name}`));
  expect(names.map((name) => pool.sourceOf(name))).toMatchObject([morning, morning]);
  await pool.stop();
  expect(pool.standing).toBe(2);
  expect([pool.take(morning), pool.take(morning), pool.take(morning)]).toEqual([...names, undefined]);
  expect(kept()).toEqual([]);
  expect(pool.sourceOf(names[0] ?? "")).toBeUndefined();
});

it("are not given to somebody who reads other labs", async () => {
  const { pool, filled } = open({ size: 1 });
  pool.fill();
  await filled();
  expect(pool.take(evening)).toBeUndefined();
});

it("give way to others when a class with other labs opens", async () => {
  const { pool, opened, discarded, kept, filled } = open({ size: 1 });
  pool.fill();
  await filled();
  const [before] = kept();
  wish = { ...evening, lab: "second" };
  await vi.waitFor(() => {
    pool.fill();
    expect(opened).toHaveLength(2);
  }, 5_000);
  expect(discarded).toEqual([before?.name]);
  expect(kept()).toMatchObject([evening]);
});

it("are taken up by the next web process, and too many are let go", async () => {
  const first = open();
  first.pool.fill();
  await first.filled();
  await first.pool.stop();
  const names = first.kept().map(({ name }) => name);
  const second = open({ size: 1 });
  second.pool.fill();
  await second.filled(1);
  expect(second.opened).toEqual([`first in ${names[0]}`]);
  expect(second.discarded).toEqual([names[1]]);
});

it("that do not become ready are thrown away", async () => {
  const { pool, discarded, opened, kept } = open({ fails: true });
  pool.fill();
  await vi.waitFor(() => expect(discarded).toHaveLength(1), 5_000);
  expect(opened).toHaveLength(1);
  expect(kept()).toEqual([]);
  expect(pool.take(morning)).toBeUndefined();
});

it("none are made where none are wanted", async () => {
  const { pool, opened } = open({ size: 0 });
  pool.fill();
  expect(pool.take(morning)).toBeUndefined();
  await pool.stop();
  expect(opened).toEqual([]);
});
