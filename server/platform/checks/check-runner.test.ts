import { beforeEach, describe, expect, it } from "vitest";
import type { ConditionResult } from "../../contracts/index.ts";
import { MemoryCluster } from "../kube/index.ts";
import { createCheckRunner } from "./check-runner.ts";
import type { Timers } from "./condition-watch.ts";
import { limits } from "./limits.ts";
import { condition, pod, policy, strictPolicy } from "./testing/fixtures.ts";

/** Timers that run when the test says so. */
class TestTimers implements Timers {
  private readonly waiting = new Set<{ at: number; task: () => void }>();
  time = 0;

  after(ms: number, task: () => void): () => void {
    const timer = { at: this.time + ms, task };
    this.waiting.add(timer);
    return () => this.waiting.delete(timer);
  }

  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await turn();
    for (;;) {
      const next = [...this.waiting].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.waiting.delete(next);
      this.time = next.at;
      next.task();
      await turn();
    }
    this.time = end;
  }
}

/** Lets promises settle; evaluations on a MemoryCluster need no more. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const strict = condition(
  {
    object: {
      apiVersion: "security.istio.io/v1beta1",
      kind: "PeerAuthentication",
      ns: "istio-system",
      name: "default",
      path: "spec.mtls.mode",
      equals: "STRICT",
    },
  },
  "strict",
);
const sleeping = condition({ pods: { selector: "app=sleep", ns: "default" } }, "sleeping");
const file = condition({ run: { command: "test -f x", expect: {} } }, "file");

describe("watching a step", () => {
  let timers: TestTimers;
  let cluster: MemoryCluster;
  let stop: AbortController;
  let commands: number;
  let fileThere: boolean;
  let reports: string[];

  beforeEach(() => {
    timers = new TestTimers();
    cluster = new MemoryCluster();
    stop = new AbortController();
    commands = 0;
    fileThere = false;
    reports = [];
  });

  function watch(conditions: (typeof strict)[]): Promise<void> {
    const runner = createCheckRunner({
      cluster,
      env: {},
      runCommand: async () => {
        commands += 1;
        return { exitCode: fileThere ? 0 : 1, stdout: "", stderr: "" };
      },
      now: () => timers.time,
      timers,
    });
    const say = (results: readonly ConditionResult[]) =>
      reports.push(results.map((result) => `${result.id} ${result.status}`).join(", "));
    return runner.watchStep({ id: "step", conditions }, say, stop.signal);
  }

  it("reports pending, then what is found, then every change within 300 ms of it", async () => {
    const done = watch([strict, sleeping]);
    expect(reports).toEqual(["strict pending, sleeping pending"]);
    await timers.advance(limits.debounceMs);
    expect(reports.at(-1)).toBe("strict failed, sleeping failed");

    cluster.put(strictPolicy);
    await timers.advance(300);
    expect(reports.at(-1)).toBe("strict passed, sleeping failed");

    cluster.put(pod("sleep", "default"));
    await timers.advance(300);
    expect(reports.at(-1)).toBe("strict passed, sleeping passed");

    cluster.remove(strictPolicy);
    await timers.advance(300);
    expect(reports.at(-1)).toBe("strict failed, sleeping passed");
    stop.abort();
    await done;
  });

  it("a burst of changes is one evaluation, and no news is no report", async () => {
    const done = watch([file]);
    await timers.advance(limits.debounceMs);
    expect([commands, reports]).toEqual([1, ["file pending", "file failed"]]);
    for (let index = 0; index < 20; index += 1) cluster.put(policy(`team-${index}`, "STRICT"));
    await timers.advance(limits.debounceMs);
    expect([commands, reports.length]).toEqual([2, 2]);
    stop.abort();
    await done;
  });

  it("looks again and again for what no watch tells: quickly at first, calmly once it has passed", async () => {
    const done = watch([file]);
    await timers.advance(limits.debounceMs);
    const quick = limits.pollAfterChangeMs.reduce((sum, ms) => sum + ms, 0);
    await timers.advance(quick);
    expect(commands).toBe(1 + limits.pollAfterChangeMs.length);
    fileThere = true;
    await timers.advance(limits.pollMs - 1);
    expect(reports.at(-1)).toBe("file failed");
    await timers.advance(1);
    expect(reports.at(-1)).toBe("file passed");
    const before = commands;
    await timers.advance(limits.pollCalmMs - 1);
    expect(commands).toBe(before);
    await timers.advance(1);
    expect(commands).toBe(before + 1);
    stop.abort();
    await done;
  });

  it("stops with its signal: no evaluation and no report afterwards", async () => {
    const done = watch([strict, file]);
    await timers.advance(limits.debounceMs);
    stop.abort();
    await done;
    const [before, ran] = [reports.length, commands];
    cluster.put(strictPolicy);
    await timers.advance(60_000);
    expect([reports.length, commands]).toEqual([before, ran]);
  });
});

describe("evaluating a step", () => {
  it("gives every condition's result at once, whatever happens to one", async () => {
    const runner = createCheckRunner({
      cluster: new MemoryCluster({ objects: [strictPolicy] }),
      env: {},
      runCommand: async () => {
        throw new Error("spawn bash ENOENT");
      },
      now: () => 7,
    });
    const results = await runner.evaluate(
      { id: "step", conditions: [strict, file] },
      new AbortController().signal,
    );
    expect(results.map(({ id, status, message }) => ({ id, status, message }))).toEqual([
      { id: "strict", status: "passed", message: "It holds" },
      { id: "file", status: "unknown", message: "This cannot be checked just now: spawn bash ENOENT" },
    ]);
  });

  it("says so when the mesh's traffic cannot be read", async () => {
    const runner = createCheckRunner({
      cluster: new MemoryCluster(),
      env: {},
      runCommand: async () => ({ exitCode: 0, stdout: "", stderr: "" }),
      now: () => 7,
    });
    const mtls = condition({ mtls: { to: "web-api.shop", min: 100 } });
    const [result] = await runner.evaluate({ id: "step", conditions: [mtls] }, new AbortController().signal);
    expect(result?.message).toBe(
      "This cannot be checked just now: the traffic of the mesh cannot be read here",
    );
  });
});
