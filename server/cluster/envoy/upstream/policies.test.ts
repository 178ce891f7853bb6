import { describe, expect, it } from "vitest";
import { seededRandom, TestClock } from "../../base/index.ts";
import type { OutlierDetection, SlowStart } from "../../xds/index.ts";
import { AnswerLabels } from "../stats/answer-labels.ts";
import { MetricStore } from "../stats/metric-store.ts";
import { Endpoint } from "./endpoint.ts";
import { LoadBalancer } from "./load-balancer.ts";
import { OutlierMonitor } from "./outlier.ts";

const endpoint = (address: string, since = 0): Endpoint => {
  const made = new Endpoint(
    { address, port: 80 },
    { endpoint: { address: { socketAddress: { address, portValue: 80 } } } },
  );
  made.since = since;
  return made;
};

describe("warm-up of new hosts", () => {
  const window = 100_000;
  const old = endpoint("10.0.0.1", 1);
  const fresh = endpoint("10.0.0.2", 1_000_000);

  /** Share of 2,000 picks that the new host gets at an age. */
  function shareAt(
    age: number,
    config: Partial<SlowStart> = {},
    policy: "ROUND_ROBIN" | "LEAST_REQUEST" = "ROUND_ROBIN",
  ) {
    const clock = new TestClock(1_000_000 + age);
    const warming = { config: { slowStartWindow: `${window / 1000}s`, ...config }, clock };
    const balancer = new LoadBalancer(policy, seededRandom(7), warming);
    let picked = 0;
    for (let i = 0; i < 2_000; i++) if (balancer.pick([old, fresh], {}) === fresh) picked += 1;
    return picked / 2_000;
  }

  it("begins with a tenth of the weight, grows with age, ends at its full share", () => {
    expect(shareAt(0)).toBeCloseTo(0.1 / 1.1, 1);
    expect(shareAt(50_000)).toBeCloseTo(0.5 / 1.5, 1);
    expect(shareAt(window)).toBe(0.5);
    expect(shareAt(50_000, {}, "LEAST_REQUEST")).toBeLessThan(0.45);
  });

  it("by the minimum and the aggression that are asked for", () => {
    expect(shareAt(0, { minWeightPercent: { value: 50 } })).toBeCloseTo(0.5 / 1.5, 1);
    const aggressive = { aggression: { defaultValue: 2, runtimeKey: "(" } };
    expect(shareAt(25_000, aggressive)).toBeCloseTo(0.5 / 1.5, 1);
  });
});

describe("outlier detection of what never answered", () => {
  function monitor(config: OutlierDetection) {
    const host = endpoint("10.0.0.1");
    const deps = {
      clock: new TestClock(1_000_000),
      metrics: new MetricStore(),
      labels: new AnswerLabels({ cluster_name: "c" }),
      config: () => config,
      endpoints: () => [host],
    };
    const made = new OutlierMonitor(deps);
    const observe = (...statuses: number[]) => {
      for (const status of statuses) made.observe(host, status);
      return host.ejectedUntil > 0;
    };
    return { observe, dispose: () => made.dispose() };
  }

  it("counts as a server's error, unless it is split off", () => {
    const joined = monitor({ consecutive5xx: 2 });
    expect(joined.observe(500, 0)).toBe(true);
    joined.dispose();
    const split = monitor({
      consecutive5xx: 2,
      splitExternalLocalOriginErrors: true,
      consecutiveLocalOriginFailure: 3,
    });
    expect(split.observe(500, 0, 0)).toBe(false);
    expect(split.observe(200, 0, 0)).toBe(false);
    expect(split.observe(0)).toBe(true);
    split.dispose();
  });
});
