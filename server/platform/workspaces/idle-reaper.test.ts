import { beforeEach, describe, expect, it } from "vitest";
import { IdleReaper } from "./idle-reaper.ts";
import { treeMemoryBytes, treesCpuMs } from "./process-tree.ts";

const minute = 60_000;
let now: number;
let running: string[];
let present: Set<string>;
let cpu: Map<string, number>;
let done: string[];
let reaper: IdleReaper;
beforeEach(() => {
  [now, running, present, cpu, done] = [0, ["w"], new Set(), new Map(), []];
  reaper = new IdleReaper({
    ...{ running: () => running, present: async (workspace) => present.has(workspace), now: () => now },
    cpuMs: async () => cpu,
    async stop(workspace) {
      done.push(`stop ${workspace} at ${now / minute}`);
      running = running.filter((other) => other !== workspace);
    },
    warn: (workspace, stopsIn) =>
      done.push(
        stopsIn === undefined ? `${workspace} is used` : `warn ${workspace} of ${(now + stopsIn) / minute}`,
      ),
  });
});
const lookEachMinuteUntil = async (end: number, between: () => void = () => undefined) => {
  for (; now < end * minute; now += minute) {
    between();
    await reaper.look();
  }
};

describe("[IR1] a workspace that nobody uses", () => {
  it("is announced after 25 minutes and stopped after 30", async () => {
    await lookEachMinuteUntil(40);
    expect(done).toEqual(["warn w of 30", "stop w at 30"]);
  });

  it("lives on while somebody uses its page, and the time begins when the page goes", async () => {
    present.add("w");
    await lookEachMinuteUntil(90, () => reaper.used("w"));
    present.delete("w");
    await lookEachMinuteUntil(125);
    expect(done).toEqual(["warn w of 119", "stop w at 119"]);
  });

  it("with a page that nobody touches is announced after 55 minutes; one touch, and all is well", async () => {
    present.add("w");
    await lookEachMinuteUntil(57);
    expect(done).toEqual(["warn w of 60"]);
    reaper.used("w");
    expect(done).toEqual(["warn w of 60", "w is used"]);
    await lookEachMinuteUntil(120);
    expect(done.slice(2)).toEqual(["warn w of 117", "stop w at 117"]);
  });

  it("whose untouched page is closed has its half hour from then", async () => {
    present.add("w");
    await lookEachMinuteUntil(57);
    present.delete("w");
    await lookEachMinuteUntil(90);
    expect(done).toEqual(["warn w of 60", "w is used", "warn w of 86", "stop w at 86"]);
  });

  it("lives on while something runs in it; a cluster's hum is not that", async () => {
    // A tenth of a core and a bit, then a twentieth.
    await lookEachMinuteUntil(40, () => cpu.set("w", now * 0.11));
    expect(done).toEqual([]);
    const before = cpu.get("w") ?? 0;
    const from = now;
    await lookEachMinuteUntil(80, () => cpu.set("w", before + (now - from) * 0.05));
    expect(done.map((line) => line.split(" ")[0])).toEqual(["warn", "stop"]);
  });

  it("[R4] is not stopped because the machine slept, or web was held up, and none is without a warning", async () => {
    running = ["w", "x", "y"];
    await lookEachMinuteUntil(20);
    now += 24 * 60 * minute;
    await reaper.look();
    expect(done).toEqual([]);
    const slept = now;
    while (done.length < 6) {
      now += minute;
      await reaper.look();
    }
    const told = done.map((line) => line.split(" ")[0]);
    expect(told).toEqual(["warn", "warn", "warn", "stop", "stop", "stop"]);
    expect((now - slept) / minute).toBeGreaterThanOrEqual(8);
  });

  it("tells when its place becomes free", async () => {
    await lookEachMinuteUntil(11);
    expect(reaper.freeIn()).toEqual([19 * minute]);
    present.add("w");
    await reaper.look();
    expect(reaper.freeIn()).toEqual([]);
  });
});

it.runIf(process.platform === "linux")("[IR2] a tree's time and memory are those of real processes", () => {
  const cpuMs = treesCpuMs([process.pid]).get(process.pid) ?? 0;
  expect(cpuMs).toBeGreaterThan(0);
  expect(treeMemoryBytes(process.pid) ?? 0).toBeGreaterThan(10 * 1024 * 1024);
  // No process has this number: pid_max ends before it.
  expect([treesCpuMs([2 ** 30]).get(2 ** 30), treeMemoryBytes(2 ** 30)]).toEqual([0, undefined]);
});
