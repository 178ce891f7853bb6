import { expect, it } from "vitest";
import { goDuration } from "./metrics.ts";

it.each([
  [0, "0s"],
  [Number.NaN, "0s"],
  [4.9, "4ms"],
  [999, "999ms"],
  [1250, "1.25s"],
  [65_000, "1m5s"],
  [3_661_500, "1h1m1.5s"],
])("%d milliseconds are %s", (milliseconds, text) => {
  expect(goDuration(milliseconds)).toBe(text);
});
