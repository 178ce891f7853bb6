import { describe, expect, it } from "vitest";
import type { LabProgress } from "../../server/contracts/index.ts";
import { doneSteps, isComplete, openingStep } from "./place.ts";

const steps = [
  { id: "look", conditions: [] },
  { id: "strict", conditions: [{ id: "applied" }, { id: "refused" }] },
  { id: "after", conditions: [{ id: "green" }] },
];
const progress = (part: Partial<LabProgress>): LabProgress => ({
  lab: "mtls",
  passedSteps: [],
  passedConditions: [],
  ...part,
});

describe("openingStep", () => {
  it("[LB1] a link wins over memory, memory over the server, the server over the start", () => {
    const all = { address: "after", remembered: "strict", progress: progress({ currentStep: "look" }) };
    expect([
      openingStep(steps, all),
      openingStep(steps, { ...all, address: "gone" }),
      openingStep(steps, { ...all, address: undefined, remembered: "renamed" }),
      openingStep(steps, { address: undefined, remembered: undefined, progress: undefined }),
    ]).toEqual(["after", "strict", "look", "look"]);
  });
});

describe("isComplete", () => {
  const strict = { id: "strict", conditions: [{ id: "applied" }, { id: "refused" }] };
  const results = (second: "passed" | "failed") => ({
    lab: "mtls",
    step: "strict",
    results: [
      { id: "applied", status: "passed" as const, message: "", checkedAt: 0 },
      { id: "refused", status: second, message: "", checkedAt: 0 },
    ],
  });

  it("[LB2] needs every condition to pass, or the server's word", () => {
    expect([
      isComplete(strict, undefined, results("passed")),
      isComplete(strict, undefined, results("failed")),
      isComplete(strict, progress({ passedSteps: ["strict"] }), results("failed")),
      isComplete({ ...strict, id: "other" }, undefined, results("passed")),
    ]).toEqual([true, false, true, false]);
  });
});

describe("doneSteps", () => {
  it("[LB3] a step to read counts when the learner has gone past it", () => {
    expect([...doneSteps(steps, progress({ currentStep: "strict" }))]).toEqual(["look"]);
    expect([...doneSteps(steps, progress({ currentStep: "look" }))]).toEqual([]);
    expect([...doneSteps(steps, progress({ passedSteps: ["strict"] }))]).toEqual(["look", "strict"]);
  });
});
