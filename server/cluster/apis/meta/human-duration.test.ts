import { describe, expect, it } from "vitest";
import { humanDuration, since } from "./human-duration.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

describe("humanDuration", () => {
  // locked: the values of upstream's TestHumanDuration (apimachinery util/duration), typed in by hand.
  it.each([
    [second, "1s"],
    [70 * second, "70s"],
    [190 * second, "3m10s"],
    [70 * minute, "70m"],
    [47 * hour, "47h"],
    [49 * hour, "2d1h"],
    [(8 * 24 + 2) * hour, "8d"],
    [367 * day, "367d"],
    [(365 * 2 + 25) * day, "2y25d"],
    [(365 * 8 + 2) * day, "8y"],
    [0, "0s"],
    [10 * minute - 1, "9m59s"],
    [10 * minute, "10m"],
    [3 * hour - 1, "179m"],
    [3 * hour, "3h"],
    [8 * hour - 1, "7h59m"],
    [2 * 365 * day, "2y"],
    [-5 * second, "<invalid>"],
  ])("says %d ms as %s", (milliseconds, text) => {
    expect(humanDuration(milliseconds)).toBe(text);
  });

  it("knows no age without a timestamp", () => {
    expect(since(undefined, 0)).toBe("<unknown>");
    expect(since("2026-01-01T00:00:00Z", Date.UTC(2026, 0, 1, 0, 1))).toBe("60s");
  });
});
