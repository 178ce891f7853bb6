import { expect, it } from "vitest";
import { relativeTime } from "./relative-time.ts";
import { english } from "./testing/english.ts";

it("[UI4] says how long ago in the largest fitting unit", () => {
  const t = english("shell");
  const now = 10_000_000_000;
  const ages = [-3, 2, 40, 61, 3_599, 7_300, 172_800, 400_000];
  expect(ages.map((seconds) => relativeTime(t, now - seconds * 1000, now))).toEqual([
    "just now",
    "just now",
    "40 s ago",
    "1 min ago",
    "59 min ago",
    "2 h ago",
    "2 days ago",
    "4 days ago",
  ]);
});
