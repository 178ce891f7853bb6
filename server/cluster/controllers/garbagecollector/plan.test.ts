import { describe, expect, it } from "vitest";
import type { GraphNode } from "./graph.ts";
import { type OwnerState, planCollection } from "./plan.ts";

function node(owners: readonly string[], rest: Partial<GraphNode> = {}): GraphNode {
  return {
    uid: "self",
    name: "self",
    type: { group: "", version: "v1", kind: "Pod", plural: "pods", namespaced: true },
    owners: owners.map((uid) => ({ apiVersion: "v1", kind: "Owner", name: uid, uid })),
    finalizers: [],
    deleting: false,
    ...rest,
  };
}

const states = (given: Record<string, OwnerState>) => new Map(Object.entries(given));

describe("what becomes of an object", () => {
  it.each([
    ["whose owner is there", node(["a"]), states({ a: "solid" }), { kind: "keep" }],
    ["whose owner is gone", node(["a"]), states({ a: "gone" }), { kind: "delete", policy: "Background" }],
    ["that nobody owns", node([]), states({}), { kind: "keep" }],
    [
      "that is being deleted already",
      node(["a"], { deleting: true }),
      states({ a: "gone" }),
      { kind: "keep" },
    ],
    [
      "of two owners, one gone",
      node(["a", "b"]),
      states({ a: "gone", b: "solid" }),
      { kind: "drop-references", owners: [{ apiVersion: "v1", kind: "Owner", name: "b", uid: "b" }] },
    ],
    [
      "that is to orphan its own",
      node(["a"], { finalizers: ["orphan"] }),
      states({ a: "gone" }),
      { kind: "delete", policy: "Orphan" },
    ],
  ])("%s", (...row) => {
    const [, subject, known, plan] = row;
    expect(planCollection(subject, known, false)).toEqual(plan);
  });

  it("is deleted in the foreground when its owner waits and it has blocking dependents of its own", () => {
    const plan = planCollection(node(["a"]), states({ a: "waiting" }), true);
    expect(plan).toEqual({ kind: "delete", policy: "Foreground" });
  });
});
