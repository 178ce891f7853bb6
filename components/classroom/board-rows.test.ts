import { describe, expect, it } from "vitest";
import type { BoardRow } from "../../server/contracts/index.ts";
import { looksStuck, mergeRows, timeOnStep, totals } from "./board-rows.ts";

const row = (learner: string, part: Partial<BoardRow> = {}): BoardRow => ({
  learner,
  name: learner,
  connected: true,
  workspace: "ready",
  ...part,
});

describe("mergeRows", () => {
  it("[BD1] replaces what changed, adds what is new, keeps the order of names", () => {
    const merged = mergeRows([row("Cleo"), row("Ada")], [row("Ada", { connected: false }), row("Ben")]);
    expect(merged).toEqual([row("Ada", { connected: false }), row("Ben"), row("Cleo")]);
  });
});

describe("looksStuck", () => {
  const failing = { condition: "strict", message: "not yet" };
  it("[BD2] needs a failing condition, a long time and a connection", () => {
    const now = 10 * 60_000;
    expect([
      looksStuck(row("a", { lastFailing: failing, stepSince: 0 }), now),
      looksStuck(row("a", { lastFailing: failing, stepSince: now - 60_000 }), now),
      looksStuck(row("a", { stepSince: 0 }), now),
      looksStuck(row("a", { lastFailing: failing, stepSince: 0, connected: false }), now),
    ]).toEqual([true, false, false, false]);
  });

  it("[BD3] is counted", () => {
    const rows = [row("a", { lastFailing: failing, stepSince: 0 }), row("b", { connected: false })];
    expect(totals(rows, 10 * 60_000)).toEqual({ learners: 2, connected: 1, stuck: 1 });
  });
});

it("[BD4] time on a step is told in whole minutes", () => {
  expect([
    timeOnStep(undefined, 0),
    timeOnStep(0, 59_000),
    timeOnStep(0, 61_000),
    timeOnStep(0, 9_000_000),
  ]).toEqual(["–", "< 1 min", "1 min", "2 h"]);
});
