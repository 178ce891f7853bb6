import { beforeEach, describe, expect, it } from "vitest";
import { WaitingLine, type WaitingPlace, waitingWords } from "./waiting-line.ts";

let running: string[];
let here: Set<string>;
let freeIn: number[];
let started: string[];
let told: [string, number][];
let line: WaitingLine;
beforeEach(() => {
  [running, here, freeIn, started, told] = [["a", "b"], new Set(["c", "d", "e"]), [], [], []];
  line = new WaitingLine({
    capacity: () => 2,
    running: () => running,
    freeIn: () => freeIn,
    present: async (workspace) => here.has(workspace),
    start: (workspace, lab) => started.push(`${workspace} ${lab}`),
    tell: (workspace, { position }) => told.push([workspace, position]),
  });
});

describe("[WL1] a full server", () => {
  it("lets in who runs already, and others one after the other, keeping their places", async () => {
    expect(line.claim("a", "mtls")).toBeUndefined();
    freeIn = [60_000];
    expect(line.claim("c", "mtls")).toEqual({ position: 1, expectedMs: 60_000 });
    expect(line.claim("d", "mtls")).toEqual({ position: 2, expectedMs: undefined });
    expect(line.claim("c", "mtls")).toEqual({ position: 1, expectedMs: 60_000 });
    running = ["a"];
    // A place is free, but "c" has waited for it: who comes now does not take it.
    expect(line.claim("e", "mtls")?.position).toBe(3);
    expect([line.mayStart("e"), line.mayStart("c")]).toEqual([false, true]);
    await line.look();
    expect(started).toEqual(["c mtls"]);
    expect(told).toEqual([
      ["d", 1],
      ["e", 2],
    ]);
  });

  it("forgets who went away, and starts nothing for them", async () => {
    for (const workspace of ["c", "d"]) line.claim(workspace, "mtls");
    here.delete("c");
    running = ["a"];
    await line.look();
    expect([started, line.length]).toEqual([["d mtls"], 0]);
  });

  it("takes one who waits in at the door when there is room by then", () => {
    line.claim("c", "mtls");
    running = [];
    expect(line.claim("c", "mtls")).toBeUndefined();
    expect(line.length).toBe(0);
  });
});

it.each<[WaitingPlace, string]>([
  [
    { position: 1, expectedMs: 61_000 },
    "This server is full. You are next in line; a place becomes free in about 2 min. Keep this page open, it goes on by itself.",
  ],
  [
    { position: 4, expectedMs: undefined },
    "This server is full. You are number 4 in line; nobody can say yet when a place becomes free. Keep this page open, it goes on by itself.",
  ],
])("[WL2] says what is known, and that what is not is not: %j", (place, words) =>
  expect(waitingWords(place)).toBe(words),
);
