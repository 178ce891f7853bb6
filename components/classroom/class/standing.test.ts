import { describe, expect, it } from "vitest";
import type { BoardRow, ClassInfo, StepPace } from "../../../server/contracts/index.ts";
import { boardCsv, boardJson, csvCell } from "./export.ts";
import { pseudonyms } from "./pseudonyms.ts";
import {
  arranged,
  byFailure,
  type ClassClock,
  counts,
  duration,
  pacesByStep,
  standingOf,
} from "./standing.ts";

const minute = 60_000;
const now = 60 * minute;
const row = (learner: string, part: Partial<BoardRow> = {}): BoardRow => ({
  ...{ learner, name: learner, connected: true, workspace: "ready", lab: "mtls", step: "strict" },
  ...part,
});
const pace = (part: Partial<StepPace> = {}): StepPace => ({
  ...{ lab: "mtls", step: "strict", left: 3, seen: 9, medianMs: 3 * minute, p90Ms: 5 * minute },
  ...part,
});
const clock = (paces: readonly StepPace[], pauses: ClassClock["pauses"] = []): ClassClock => ({
  ...{ now, pauses, paces: pacesByStep(paces) },
});
const since = (minutes: number) => ({ stepSince: now - minutes * minute });
const failing = { lastFailing: { condition: "is-strict", message: "The mesh is PERMISSIVE." } };

describe("[BD7] stuck", () => {
  const stuck = (part: Partial<BoardRow>, against: ClassClock) => standingOf(row("ada", part), against).stuck;
  it("is twice the class's median, and never less than four minutes", () => {
    expect(stuck(since(7), clock([pace()]))).toBe("7 min on a step that half of the class did in 3 min");
    expect(stuck(since(5), clock([pace()]))).toBeUndefined();
    expect(stuck(since(3), clock([pace({ medianMs: 1_000 })]))).toBeUndefined();
    expect(stuck(since(4), clock([pace({ medianMs: 1_000 })]))).toBe(
      "4 min on a step that half of the class did in < 1 min",
    );
  });
  it("without a median of three is ten minutes with a failing condition", () => {
    const few = clock([pace({ left: 2 })]);
    expect(stuck({ ...since(10), ...failing }, few)).toBe("10 min with a condition that fails");
    expect(stuck(since(30), few)).toBeUndefined();
    expect(stuck({ ...since(9), ...failing }, few)).toBeUndefined();
  });
  it("is nobody who is away, who has passed the step, or whose class was paused", () => {
    expect(stuck({ ...since(30), connected: false }, clock([pace()]))).toBeUndefined();
    expect(stuck({ ...since(30), stepPassed: true }, clock([pace()]))).toBeUndefined();
    expect(stuck(since(30), clock([pace()], [{ from: now - 28 * minute }]))).toBeUndefined();
  });
});

it("[BD8] idle is a page without a sign of life for five minutes", () => {
  const idle = (part: Partial<BoardRow>) => standingOf(row("ada", part), clock([])).idle;
  expect([
    idle({ activeAt: now - 6 * minute }),
    idle({ activeAt: now - 6 * minute, lastEvent: { kind: "x", text: "x", at: now - minute } }),
    idle({ activeAt: now - 6 * minute, connected: false }),
    idle({}),
  ]).toEqual([true, false, false, false]);
});

it("[BD9] who needs somebody comes first; search and filter keep what they say", () => {
  const rows = [
    row("zoe", { hand: { since: 5, note: "help" } }),
    row("yan", { hand: { since: 2, note: "" } }),
    row("ada", { connected: false }),
    row("ben", since(20)),
    row("cleo", failing),
  ];
  const standings = rows.map((entry) => standingOf(entry, clock([pace()])));
  const view = {
    sorting: "attention",
    filter: "all",
    search: "",
    labs: ["mtls"],
    nameOf: (id: string) => id,
  } as const;
  const learners = (part: object) =>
    arranged(standings, { ...view, ...part }).map((standing) => standing.row.learner);
  expect(learners({})).toEqual(["yan", "zoe", "ben", "cleo", "ada"]);
  expect(learners({ sorting: "name" })).toEqual(["ada", "ben", "cleo", "yan", "zoe"]);
  expect(learners({ search: "permissive" })).toEqual(["cleo"]);
  expect(learners({ filter: "hand" })).toEqual(["yan", "zoe"]);
  expect(counts(standings)).toEqual({ all: 5, hand: 2, stuck: 1, failing: 1, idle: 0, away: 1, finished: 0 });
});

it("[BD10] one group for each failing condition of a step, the largest first", () => {
  const rows = [row("a", failing), row("b"), row("c", { ...failing, step: "other" }), row("d", failing)];
  const groups = byFailure(rows.map((entry) => standingOf(entry, clock([]))));
  expect(
    groups.map(({ step, condition, standings }) => [
      step,
      condition,
      standings.map((one) => one.row.learner),
    ]),
  ).toEqual([
    ["strict", "is-strict", ["a", "d"]],
    ["other", "is-strict", ["c"]],
  ]);
});

describe("[BD11] export", () => {
  it.each([
    ["=1+1", `"'=1+1"`],
    ["+49", `"'+49"`],
    ["-2", `"'-2"`],
    ["@SUM(A1)", `"'@SUM(A1)"`],
    ["\t=1", `"'\t=1"`],
    ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
    ['say "hi", all', `"say ""hi"", all"`],
    ["two\nlines", '"two\nlines"'],
    ["Ada", "Ada"],
  ])("%j is text for a spreadsheet", (text, cell) => expect(csvCell(text)).toBe(cell));

  it("a negative number is a number", () => expect(csvCell(-2)).toBe("-2"));

  it("names are those on the screen: a hidden name does not leave by a file", () => {
    const standings = [standingOf(row("ada", since(7)), clock([pace()]))];
    const csv = boardCsv(standings, () => "Teal Otter");
    expect(csv).toContain("\r\nTeal Otter,true,ready,,mtls,strict,,7,,,,7 min on a step");
    expect(csv).not.toContain("ada");
    const info: ClassInfo = {
      ...{ id: "c", name: "Monday", workshop: "w", istioVersion: "1.21.6", language: "en" },
      state: "open",
      ...{ pauses: [], warmMinutes: 0, contentChanged: false, learners: 1, connected: 1 },
    };
    expect(boardJson(info, standings, () => "Teal Otter")).not.toContain("ada");
  });
});

it("[BD12] a pseudonym is one learner's, and stays when others join", () => {
  const learners = Array.from({ length: 200 }, (_, index) => `learner-${index}`);
  const all = pseudonyms(learners);
  expect(new Set(all.values()).size).toBe(200);
  const first = pseudonyms(learners.slice(0, 20));
  for (const [learner, name] of first) expect(all.get(learner)).toBe(name);
  expect([...pseudonyms(Array.from({ length: 400 }, (_, index) => `${index}`)).values()].at(-1)).toBe(
    "Learner 400",
  );
});

it("durations are told in minutes", () => {
  expect([30_000, 61_000, 61 * minute, 120 * minute].map(duration)).toEqual([
    "< 1 min",
    "1 min",
    "1 h 1 min",
    "2 h",
  ]);
});
