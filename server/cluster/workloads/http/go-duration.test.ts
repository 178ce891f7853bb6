import { describe, expect, it } from "vitest";
import { goDuration, parseGoDuration } from "./go-duration.ts";

describe("Go durations", () => {
  it.each([
    [0, "0s"],
    [265_900, "265.9µs"],
    [-265_972, "-265.972µs"],
    [3_390_000, "3.39ms"],
    [4_001_000_000, "4.001s"],
    [90_000_000_000, "1m30s"],
    [3_600_000_000_000, "1h0m0s"],
  ])("prints %d ns as %s", (nanoseconds, text) => {
    expect(goDuration(nanoseconds)).toBe(text);
  });

  it.each([
    ["4s", 4000],
    ["1m30s", 90_000],
    ["250ms", 250],
    ["0", 0],
    ["soon", undefined],
  ])("reads %s as %s ms", (text, ms) => {
    expect(parseGoDuration(text)).toBe(ms);
  });
});
