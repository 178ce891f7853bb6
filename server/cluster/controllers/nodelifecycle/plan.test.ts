import { expect, it } from "vitest";
import type { Node, Pod, Taint, Toleration } from "../../apis/index.ts";
import { leavesIn, taintsFor } from "./plan.ts";

const node = (spec: Node["spec"]): Node => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "n" },
  ...(spec ? { spec } : {}),
});
const pod = (tolerations: readonly Toleration[]): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p" },
  spec: { containers: [], tolerations },
});
const now = Date.UTC(2026, 0, 1);
const stamp = "2026-01-01T00:00:00Z";

it("taints a cordoned node, and only that", () => {
  const cordon: Taint = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule", timeAdded: stamp };
  const other: Taint = { key: "k", value: "v", effect: "NoSchedule" };
  expect(taintsFor(node({ unschedulable: true, taints: [other] }), stamp)).toEqual([other, cordon]);
  expect(taintsFor(node({ taints: [other, cordon] }), stamp)).toEqual([other]);
  expect(taintsFor(node({ unschedulable: true, taints: [cordon] }), stamp)).toBeUndefined();
});

it.each([
  ["no toleration", [], 0],
  ["one for ever", [{ key: "k", operator: "Exists" }], undefined],
  ["one for a minute", [{ key: "k", operator: "Exists", tolerationSeconds: 60 }], 60_000],
  ["another key's", [{ key: "x", operator: "Exists" }], 0],
])("a pod with %s leaves a NoExecute taint in time", (...[, tolerations, wait]) => {
  const tainted = node({ taints: [{ key: "k", value: "v", effect: "NoExecute", timeAdded: stamp }] });
  expect(leavesIn(pod(tolerations), tainted, now)).toBe(wait);
});
