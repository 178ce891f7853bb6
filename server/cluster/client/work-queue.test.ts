import { describe, expect, it } from "vitest";
import { silentLogger, TestClock } from "../base/index.ts";
import { runController } from "./controller.ts";
import { WorkQueue } from "./work-queue.ts";

describe("WorkQueue", () => {
  it("holds a key once, and gives it again only after done", async () => {
    const queue = new WorkQueue({ clock: new TestClock() });
    queue.add("a");
    queue.add("a");
    expect(await queue.get()).toBe("a");
    queue.add("a");
    expect(queue.length).toBe(0);
    queue.done("a");
    expect(await queue.get()).toBe("a");
  });

  it("hands a key to whoever waits, and undefined when it ends", async () => {
    const queue = new WorkQueue({ clock: new TestClock() });
    const first = queue.get();
    const second = queue.get();
    queue.add("a");
    queue.dispose();
    expect(await Promise.all([first, second])).toEqual(["a", undefined]);
  });

  it("adds later, the earlier wish counting", async () => {
    const clock = new TestClock();
    const queue = new WorkQueue({ clock });
    queue.addAfter("a", 1000);
    queue.addAfter("a", 100);
    queue.addAfter("a", 500);
    await clock.advance(99);
    expect(queue.length).toBe(0);
    await clock.advance(1);
    expect(queue.length).toBe(1);
  });
});

describe("runController", () => {
  it("tries again what failed, waiting longer each time, until it succeeds", async () => {
    const clock = new TestClock();
    const queue = new WorkQueue({ clock });
    const stop = new AbortController();
    const begun = clock.now();
    const attempts: number[] = [];
    const done = runController({
      name: "test",
      queue,
      reconcile: async () => {
        attempts.push(clock.now() - begun);
        if (attempts.length < 4) throw new Error("not yet");
      },
      logger: silentLogger,
      signal: stop.signal,
    });
    queue.add("a");
    await clock.advance(1000);
    expect(attempts).toEqual([0, 5, 15, 35]);
    stop.abort();
    await done;
  });
});
