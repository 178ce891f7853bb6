import { expect, it } from "vitest";
import { duration, runStages } from "./stages.mjs";

it("prints one line per stage, with its note, its time and the total", async () => {
  const lines = [];
  const stages = [
    { title: "First", run: async () => undefined },
    { title: "Second", run: async () => "up to date" },
  ];
  await runStages(stages, (line) => lines.push(line));
  expect(lines).toEqual([
    expect.stringMatching(/^\[1\/2\] First … done, \d+\.\d s \(total \d+\.\d s\)$/),
    expect.stringMatching(/^\[2\/2\] Second … up to date, \d+\.\d s \(total \d+\.\d s\)$/),
  ]);
});

it("stops at a stage that fails", async () => {
  const ran = [];
  const stages = [
    { title: "First", run: () => Promise.reject(new Error("no")) },
    { title: "Second", run: async () => void ran.push("second") },
  ];
  await expect(runStages(stages, () => undefined)).rejects.toThrow("no");
  expect(ran).toEqual([]);
});

it("writes durations as people say them", () => {
  expect([400, 9_900, 31_400, 125_000].map(duration)).toEqual(["0.4 s", "9.9 s", "31 s", "2 min 5 s"]);
});
