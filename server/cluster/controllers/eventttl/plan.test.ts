import { describe, expect, it } from "vitest";
import type { KubeEvent } from "../../apis/index.ts";
import { EVENT_TTL_MS, EVENTS_KEPT } from "../limits.ts";
import { planSweep } from "./plan.ts";

const NOW = Date.UTC(2026, 0, 1, 12);

function event(name: string, age: number): KubeEvent {
  const lastTimestamp = new Date(NOW - age).toISOString();
  return { apiVersion: "v1", kind: "Event", metadata: { name }, involvedObject: {}, lastTimestamp };
}

describe("a sweep of events", () => {
  it("removes what was last seen an hour ago, and says when the next is due", () => {
    const plan = planSweep(
      [event("young", 1000), event("old", EVENT_TTL_MS), event("older", EVENT_TTL_MS * 2)],
      NOW,
    );
    expect(plan.remove.map(({ metadata }) => metadata.name)).toEqual(["older", "old"]);
    expect(plan.next).toBe(EVENT_TTL_MS - 1000);
  });

  it("removes the oldest of too many", () => {
    const events = Array.from({ length: EVENTS_KEPT + 2 }, (_, index) => event(`e${index}`, index));
    const names = planSweep(events, NOW).remove.map(({ metadata }) => metadata.name);
    expect(names).toEqual([`e${EVENTS_KEPT + 1}`, `e${EVENTS_KEPT}`]);
  });

  it("has nothing to do, and nothing to wait for, without events", () => {
    expect(planSweep([], NOW)).toEqual({ remove: [] });
  });
});
