import { expect, it } from "vitest";
import { labTimeWords, shortLabTime } from "./lab-time.ts";
import { english } from "./testing/english.ts";

it("says whose time it is: the author's guess, or that of learners here and of how many", () => {
  const t = english("shell");
  const measured = { minutes: 41, learners: 12 };
  expect(labTimeWords(t, 25, undefined)).toBe("about 25 min (estimate)");
  expect(labTimeWords(t, 25, measured)).toBe("41 min (median of 12 learners here)");
  expect([shortLabTime(t, 25, undefined), shortLabTime(t, 25, measured)]).toEqual(["about 25 min", "41 min"]);
});
