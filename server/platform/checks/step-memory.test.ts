import { describe, expect, it } from "vitest";
import type { ConditionResult } from "../../contracts/index.ts";
import { applyNeeds, StepMemory } from "./step-memory.ts";
import { condition } from "./testing/fixtures.ts";

const probe = { pods: { selector: "app=web", ns: "shop" } };
const result = (status: ConditionResult["status"], id = "it-holds"): ConditionResult => ({
  id,
  status,
  message: status,
  checkedAt: 0,
});

function memoryAt(start: number) {
  const clock = { now: start };
  return { clock, memory: new StepMemory(() => clock.now) };
}

describe("hints", () => {
  const spec = condition({
    ...probe,
    hints: [
      { text: "Look at the label.", afterFailures: 2 },
      { text: "Restart it.", afterSeconds: 60 },
    ],
  });

  it("come with failures that the learner asked for, and with time", () => {
    const { clock, memory } = memoryAt(1_000);
    memory.begin("look");
    expect(memory.remember("look", spec, result("failed")).hints).toBeUndefined();
    memory.countFailure("look", spec);
    memory.countFailure("look", spec);
    expect(memory.remember("look", spec, result("failed")).hints).toEqual(["Look at the label."]);
    clock.now += 60_000;
    expect(memory.remember("look", spec, result("failed")).hints).toEqual([
      "Look at the label.",
      "Restart it.",
    ]);
    expect(memory.remember("look", spec, result("passed"))).toEqual(result("passed"));
    expect(memory.remember("look", spec, result("unknown"))).toEqual(result("unknown"));
  });
});

describe("a condition that has to stay", () => {
  const spec = condition({ ...probe, staysForSeconds: 10 });

  it("is pending until it has held for so long, and begins again when it failed", () => {
    const { clock, memory } = memoryAt(0);
    const look = (status: ConditionResult["status"]) => memory.remember("look", spec, result(status));
    expect(look("passed")).toEqual({
      ...result("passed"),
      status: "pending",
      message: "It holds; it has to stay so for 10 s (0 s so far).",
    });
    clock.now = 9_900;
    expect(look("unknown").status).toBe("unknown");
    expect(look("passed").message).toBe("It holds; it has to stay so for 10 s (9 s so far).");
    look("failed");
    clock.now = 20_000;
    expect(look("passed").status).toBe("pending");
    clock.now = 30_000;
    expect(look("passed")).toEqual(result("passed"));
  });
});

describe("a condition that needs another", () => {
  const specs = [condition(probe, "first"), condition({ ...probe, needs: ["first"] }, "second")];

  it("waits for it, and says for which", () => {
    const waiting = { id: "second", status: "pending", message: "First: It holds", checkedAt: 0 };
    for (const status of ["failed", "passed"] as const)
      expect(applyNeeds(specs, [result("failed", "first"), result(status, "second")])).toEqual([
        result("failed", "first"),
        waiting,
      ]);
    expect(applyNeeds(specs, [result("passed", "first"), result("failed", "second")])[1]).toEqual(
      result("failed", "second"),
    );
  });
});
