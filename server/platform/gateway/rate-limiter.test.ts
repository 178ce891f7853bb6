import { expect, it } from "vitest";
import { RateLimiter } from "./rate-limiter.ts";

it("a burst passes, then only the steady rate does", () => {
  const limiter = new RateLimiter({ perSecond: 10, burst: 3 }, 0);
  expect([0, 0, 0, 0].map((now) => limiter.take(now))).toEqual([true, true, true, false]);
  expect([100, 100, 150, 200].map((now) => limiter.take(now))).toEqual([true, false, false, true]);
});

it("a clock that stands still or goes back gives nothing for free", () => {
  const limiter = new RateLimiter({ perSecond: 10, burst: 1 }, 1_000);
  expect([1_000, 900, 900].map((now) => limiter.take(now))).toEqual([true, false, false]);
});
