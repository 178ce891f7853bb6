import { expect, it } from "vitest";
import type { StepMoment } from "../db/index.ts";
import { quantile, StepTimes, workedMs } from "./step-times.ts";

/** "ada viewed one" */
const moment = (what: string, at: number): StepMoment => {
  const [learner = "", kind = "", step = ""] = what.split(" ");
  return {
    position: BigInt(at),
    learner,
    kind: kind === "passed" ? "passed" : "viewed",
    lab: "mtls",
    step,
    at,
  };
};

it("[CP1] a step ends when its conditions hold, or when another one is opened, whichever is first", () => {
  const times = new StepTimes();
  const moments = [
    moment("ada viewed one", 0),
    moment("ada passed one", 100),
    moment("ada viewed two", 400),
    moment("ben viewed one", 50),
    moment("ben viewed two", 350),
    // He looks back; his time on the step stays what it was.
    moment("ben viewed one", 900),
    moment("cleo viewed one", 10),
  ];
  for (const entry of [...moments, ...moments.slice(-3)]) times.take(entry);
  expect(times.paces([])).toEqual([
    { lab: "mtls", step: "one", left: 2, seen: 3, medianMs: 100, p90Ms: 300 },
    { lab: "mtls", step: "two", left: 1, seen: 2, medianMs: 550, p90Ms: 550 },
  ]);
  expect([...times.whereabouts()]).toEqual([
    ["mtls/two", 1],
    ["mtls/one", 2],
  ]);
  times.forget("cleo");
  expect(times.paces([])[0]).toMatchObject({ left: 2, seen: 2 });
});

it("[CP2] a pause does not count, nor one that is still under way", () => {
  expect(workedMs(100, 1_000, [{ from: 0, to: 200 }, { from: 500, to: 600 }, { from: 900 }])).toBe(600);
  expect(workedMs(100, 200, [{ from: 0 }])).toBe(0);
});

it("[CP3] quantiles are learners' own times, by nearest rank", () => {
  expect([
    quantile([], 0.5),
    quantile([7], 0.9),
    quantile([1, 2, 3, 4], 0.5),
    quantile([1, 2, 3, 4], 0.9),
  ]).toEqual([0, 7, 2, 4]);
});
