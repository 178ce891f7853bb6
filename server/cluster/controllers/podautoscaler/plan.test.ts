import { describe, expect, it } from "vitest";
import type { HorizontalPodAutoscaler } from "../../apis/index.ts";
import { decide, propose } from "./plan.ts";

const cpu = (averageUtilization: number) => ({
  type: "Resource",
  resource: { name: "cpu", target: { type: "Utilization", averageUtilization } },
});

const use = (total: number, counted: number) => () => ({ total, requested: counted * 200, counted });

describe("one metric", () => {
  it.each([
    [50, 200, 1, 2],
    [50, 105, 1, 1],
    [50, 600, 2, 6],
    [50, 40, 2, 1],
    [50, 0, 3, 0],
  ])("aiming at %d %% with %d m of CPU in %d pods asks for %d", (...[target, total, counted, replicas]) => {
    expect(propose(cpu(target), counted, use(total, counted)).replicas).toBe(replicas);
  });

  it("that is not known here is refused by name", () => {
    expect(() => propose({ type: "External" }, 1, use(1, 1))).toThrow(
      "metrics of type External are not supported by the practice cluster",
    );
  });
});

describe("what is done", () => {
  const scaler = (behavior?: object): HorizontalPodAutoscaler => ({
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "web" },
    spec: {
      scaleTargetRef: { kind: "Deployment", name: "web" },
      minReplicas: 2,
      maxReplicas: 10,
      ...(behavior ? { behavior: { ...behavior } } : {}),
    },
  });
  const now = 1_000_000;

  it("stays within the bounds and says so", () => {
    expect(decide(scaler(), 30, { now, current: 8, history: [] })).toMatchObject({
      replicas: 10,
      limited: { reason: "TooManyReplicas" },
    });
    expect(decide(scaler(), 0, { now, current: 3, history: [] })).toMatchObject({
      replicas: 2,
      limited: { reason: "TooFewReplicas" },
    });
  });

  it("goes up by at most four or the double, down only when nothing lately asked for more", () => {
    expect(decide(scaler(), 10, { now, current: 2, history: [] }).replicas).toBe(6);
    const history = [{ at: now - 60_000, replicas: 5 }];
    expect(decide(scaler(), 2, { now, current: 6, history })).toMatchObject({
      replicas: 5,
      stabilized: true,
    });
    expect(decide(scaler(), 2, { now: now + 300_000, current: 6, history }).replicas).toBe(2);
    const eager = scaler({ scaleDown: { stabilizationWindowSeconds: 0 } });
    expect(decide(eager, 2, { now, current: 6, history }).replicas).toBe(2);
  });
});
