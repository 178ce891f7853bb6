import { describe, expect, it } from "vitest";
import type { LabProgress, LabSummary } from "../../server/contracts/index.ts";
import { continueWith, findLabs, labState, workshopName } from "./overview-state.ts";

const lab = (id: string): LabSummary => ({
  workshop: "istio-basics",
  id,
  title: id,
  summary: "",
  minutes: 10,
  steps: [
    { id: "read", title: "Read", conditions: 0 },
    { id: "apply", title: "Apply", conditions: 2 },
    { id: "verify", title: "Verify", conditions: 1 },
  ],
});
const progress = (part: Partial<LabProgress>): LabProgress => ({
  lab: "a",
  passedSteps: [],
  passedConditions: [],
  ...part,
});

describe("labState", () => {
  it("[OV1] counts steps with conditions", () => {
    expect([
      labState(lab("a"), undefined),
      labState(lab("a"), progress({})),
      labState(lab("a"), progress({ currentStep: "read" })),
      labState(lab("a"), progress({ passedSteps: ["apply"] })),
      labState(lab("a"), progress({ passedSteps: ["apply", "verify"], finishedAt: 5 })),
    ]).toEqual([
      { phase: "new", done: 0, total: 2 },
      { phase: "new", done: 0, total: 2 },
      { phase: "started", done: 0, total: 2 },
      { phase: "started", done: 1, total: 2 },
      { phase: "finished", done: 2, total: 2 },
    ]);
  });
});

describe("continueWith", () => {
  it("[OV2] prefers what was begun, then what is new, and offers nothing when all is done", () => {
    const labs = [lab("a"), lab("b"), lab("c")];
    const done = progress({ finishedAt: 1 });
    const begun = progress({ currentStep: "apply" });
    expect([
      continueWith(labs, new Map())?.id,
      continueWith(labs, new Map([["a", done]]))?.id,
      continueWith(
        labs,
        new Map([
          ["a", done],
          ["c", begun],
        ]),
      )?.id,
      continueWith(labs, new Map(labs.map(({ id }) => [id, done])))?.id,
    ]).toEqual(["a", "b", "c", undefined]);
  });
});

it("[OV3] names a workshop after its id", () => {
  expect(workshopName("istio-basics")).toBe("Istio basics");
});

describe("findLabs", () => {
  it("[OV3] finds by words of title, summary and steps, in any order", () => {
    const labs = [{ ...lab("gateway"), summary: "Let the world in" }, lab("mtls")];
    const found = (wanted: string) => findLabs(labs, wanted).map(({ id }) => id);
    expect(found(" ")).toEqual(["gateway", "mtls"]);
    expect(found("WORLD gate")).toEqual(["gateway"]);
    expect(found("verify mtls")).toEqual(["mtls"]);
    expect(found("nothing")).toEqual([]);
  });
});
