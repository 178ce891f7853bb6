import { describe, expect, it } from "vitest";
import { reconnectDelay } from "./backoff.ts";

describe("reconnectDelay", () => {
  it("[SK1] grows and stays at five seconds", () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7, 8, 50].map((attempt) => reconnectDelay(attempt, 0))).toEqual([
      150, 250, 400, 600, 1_000, 2_000, 3_000, 5_000, 5_000, 5_000,
    ]);
  });

  it("[SK2] spreads by at most a quarter", () => {
    expect(reconnectDelay(4, 0.999)).toBe(1_250);
  });
});
