import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { RequestOutcome } from "../../contracts/index.ts";
import { TrafficGenerator } from "./generator.ts";
import { limits } from "./limits.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

const request = {
  ...{ from: { kind: "gateway" as const }, method: "GET" as const, url: "http://shop.io/", headers: [] },
};
const answered = (status: number): RequestOutcome => ({
  ...{ kind: "answered", status, milliseconds: 1, text: "" },
});

function generator(answer: (count: number) => Promise<RequestOutcome>) {
  let count = 0;
  const signals: AbortSignal[] = [];
  const made = new TrafficGenerator({
    now: Date.now,
    send: (_request, signal) => {
      signals.push(signal);
      return answer(count++);
    },
  });
  return { made, signals };
}

it("sends at the rate, counts how requests end, and stops when its time is over", async () => {
  const { made } = generator(async (count) => answered(count === 3 ? 503 : 200));
  made.start({ request, rate: 2, seconds: 10 });
  await vi.advanceTimersByTimeAsync(3_000);
  expect(made.state()).toEqual({
    ...{
      running: true,
      plan: { request, rate: 2, seconds: 10 },
      sent: 7,
      skipped: 0,
      since: 0,
      until: 10_000,
    },
    outcomes: [
      { outcome: "200", count: 6 },
      { outcome: "503", count: 1 },
    ],
  });
  await vi.advanceTimersByTimeAsync(20_000);
  expect(made.state()).toMatchObject({ running: false, ended: "limit", sent: 21 });
});

it("does not pile up requests that nobody answers, and ends them when it is stopped", async () => {
  const { made, signals } = generator(() => new Promise(() => undefined));
  made.start({ request, rate: 20, seconds: 60 });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(signals).toHaveLength(limits.inFlight);
  expect(made.state().skipped).toBe(21 - limits.inFlight);
  expect(made.stop()).toMatchObject({ running: false, ended: "asked" });
  expect(signals.every(({ aborted }) => aborted)).toBe(true);
});

it("stops when nobody has asked for it for long", async () => {
  const { made } = generator(async () => answered(200));
  made.start({ request, rate: 1, seconds: 1_800 });
  for (let minute = 0; minute < 4; minute++) {
    await vi.advanceTimersByTimeAsync(60_000);
    expect(made.state().running).toBe(true);
  }
  await vi.advanceTimersByTimeAsync(limits.absentMs + 2_000);
  expect(made.state()).toMatchObject({ running: false, ended: "left" });
});

it("gives up what cannot be sent, and says why", async () => {
  const { made } = generator(async () => ({ kind: "cannot", why: "No pod of sleep in shop is ready." }));
  made.start({ request, rate: 10, seconds: 60 });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(made.state()).toMatchObject({
    ...{ running: false, ended: "cannot", sent: 0, problem: "No pod of sleep in shop is ready." },
  });
});
