import { describe, expect, it } from "vitest";
import type { Deployment, ReplicaSet } from "../../apis/index.ts";
import { maxSurge, maxUnavailable, newSize, shrinkOld } from "./rolling.ts";
import { isScalingEvent, planScaling } from "./scaling.ts";

function deployment(replicas: number, surge: number | string, unavailable: number | string): Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web" },
    spec: {
      replicas,
      selector: {},
      template: { spec: { containers: [] } },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: surge, maxUnavailable: unavailable } },
    },
  };
}

interface Size {
  readonly wanted: number;
  readonly available?: number;
  /** What the deployment wanted, and at most had, when the set was last sized. */
  readonly desired?: number;
  readonly most?: number;
  readonly age?: number;
}

function set(name: string, { wanted, available = wanted, desired, most, age = 0 }: Size): ReplicaSet {
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name,
      creationTimestamp: new Date(Date.UTC(2026, 0, 1) - age * 1000).toISOString(),
      annotations: {
        ...(desired === undefined ? {} : { "deployment.kubernetes.io/desired-replicas": String(desired) }),
        ...(most === undefined ? {} : { "deployment.kubernetes.io/max-replicas": String(most) }),
      },
    },
    spec: { replicas: wanted, selector: {}, template: { spec: { containers: [] } } },
    status: { replicas: wanted, availableReplicas: available },
  };
}

const sizes = (resizes: readonly { replicaSet: ReplicaSet; replicas: number }[]) =>
  Object.fromEntries(resizes.map(({ replicaSet, replicas }) => [replicaSet.metadata.name, replicas]));

describe("the bounds of a rolling update", () => {
  it.each([
    [10, "25%", "25%", 3, 2],
    [1, "25%", "25%", 1, 0],
    [4, 0, "10%", 0, 1],
    [2, 1, 5, 1, 2],
    [0, "25%", "25%", 0, 0],
  ])("of %d replicas with surge %s and unavailable %s are %d and %d", (...row) => {
    const [replicas, surge, unavailable, most, least] = row;
    const subject = deployment(replicas, surge, unavailable);
    expect([maxSurge(subject), maxUnavailable(subject)]).toEqual([most, least]);
  });
});

describe("a step of a rolling update", () => {
  // The cases of upstream's TestDeploymentController_reconcileNewReplicaSet.
  it.each([
    [0, 10, "new grows to nothing beyond the wanted", 0],
    [2, 10, "new grows by the surge", 2],
    [2, 5, "new grows to what is wanted, and the surge", 7],
  ])("with surge %d and %d old: %s", (...row) => {
    const [surge, old, , size] = row;
    expect(newSize(deployment(10, surge, 0), [set("old", { wanted: old })], 0)).toBe(size);
  });

  it.each<[string, Deployment, Size, Size, Record<string, number>]>([
    ["takes as many as may be missing", deployment(10, 0, 2), { wanted: 10 }, { wanted: 0 }, { old: 8 }],
    ["takes none when nothing may be missing", deployment(10, 1, 0), { wanted: 10 }, { wanted: 0 }, {}],
    [
      "takes the broken first, all that may go",
      deployment(10, 0, 2),
      { wanted: 10, available: 8 },
      { wanted: 0 },
      { old: 8 },
    ],
    [
      "counts new pods that are not available yet as missing",
      deployment(4, 1, 1),
      { wanted: 3 },
      { wanted: 2, available: 0 },
      {},
    ],
    [
      "takes one when a new one is there",
      deployment(4, 1, 1),
      { wanted: 3 },
      { wanted: 2, available: 1 },
      { old: 2 },
    ],
  ])("%s", (...row) => {
    const [, subject, old, current, expected] = row;
    expect(sizes(shrinkOld(subject, set("new", current), [set("old", old)]))).toEqual(expected);
  });
});

describe("scaling", () => {
  it("is seen by the size that the sets were made for", () => {
    const subject = deployment(5, 1, 0);
    expect(isScalingEvent(subject, [set("a", { wanted: 3, desired: 3 })])).toBe(true);
    expect(isScalingEvent(subject, [set("a", { wanted: 3, desired: 5 })])).toBe(false);
    expect(isScalingEvent(subject, [set("a", { wanted: 0, desired: 3 })])).toBe(false);
  });

  it("gives all to the only set that has pods", () => {
    const plan = planScaling(deployment(5, 1, 0), set("new", { wanted: 0 }), [set("old", { wanted: 3 })]);
    expect(sizes(plan)).toEqual({ old: 5 });
  });

  it("shares by size in the middle of a rollout, the rest to the largest", () => {
    // From 10 (at most 10) to 15 (at most 15), surge 0.
    const current = set("new", { wanted: 4, desired: 10, most: 10 });
    const old = set("old", { wanted: 6, desired: 10, most: 10, age: 10 });
    expect(sizes(planScaling(deployment(15, 0, 1), current, [old]))).toEqual({ old: 9, new: 6 });
  });

  it("takes away by size too", () => {
    const current = set("new", { wanted: 4, desired: 10, most: 10 });
    const old = set("old", { wanted: 6, desired: 10, most: 10, age: 10 });
    expect(sizes(planScaling(deployment(5, 0, 1), current, [old]))).toEqual({ old: 3, new: 2 });
  });
});
