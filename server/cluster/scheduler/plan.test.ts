import { describe, expect, it } from "vitest";
import type { Node, Pod } from "../apis/index.ts";
import { unboundClaim } from "./claims.ts";
import { planPlacement, refusedByAll } from "./plan.ts";
import { podRequests, useOf } from "./resources.ts";

function node(name: string, rest: Partial<Node> = {}): Node {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "kubernetes.io/hostname": name }, ...rest.metadata },
    spec: rest.spec ?? {},
    status: {
      allocatable: { cpu: "2", memory: "4Gi", pods: "3" },
      conditions: [{ type: "Ready", status: "True" }],
      ...rest.status,
    },
  };
}

function pod(spec: Partial<Pod["spec"]> = {}, cpu = "500m"): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "default" },
    spec: { containers: [{ name: "a", image: "a:1", resources: { requests: { cpu } } }], ...spec },
  };
}

const place = (subject: Pod, nodes: readonly Node[], running: readonly Pod[] = []) =>
  planPlacement(
    subject,
    nodes.map((candidate) => ({
      node: candidate,
      use: useOf(running.filter(({ spec }) => spec.nodeName === candidate.metadata.name)),
    })),
    () => 0,
  );

const refused = (reasons: string, preemption: string, count = 1) => ({
  kind: "unschedulable",
  message: `0/${count} nodes are available: ${reasons}. preemption: 0/${count} nodes are available: ${preemption}.`,
});
const unhelpful = "1 Preemption is not helpful for scheduling";
const noVictims = "1 No preemption victims found for incoming pod";

describe("a pod", () => {
  it("goes to the node with more room", () => {
    const busy = { ...pod({}, "1500m"), spec: { ...pod({}, "1500m").spec, nodeName: "one" } };
    expect(place(pod(), [node("one"), node("two")], [busy])).toEqual({ kind: "bind", node: "two" });
  });

  it.each([
    ["needs more than is free", pod({}, "3"), node("one"), refused("1 Insufficient cpu", noVictims)],
    [
      "selects another node",
      pod({ nodeSelector: { disk: "ssd" } }),
      node("one"),
      refused("1 node(s) didn't match Pod's node affinity/selector", unhelpful),
    ],
    [
      "does not tolerate the taint",
      pod(),
      node("one", { spec: { taints: [{ key: "k", value: "v", effect: "NoSchedule" }] } }),
      refused("1 node(s) had untolerated taint {k: v}", unhelpful),
    ],
    [
      "finds the node cordoned",
      pod(),
      node("one", { spec: { unschedulable: true } }),
      refused("1 node(s) were unschedulable", unhelpful),
    ],
  ])("that %s is refused with the reason", (...row) => {
    const [, subject, candidate, placement] = row;
    expect(place(subject, [candidate])).toEqual(placement);
  });

  it("that tolerates the taint is placed", () => {
    const tainted = node("one", { spec: { taints: [{ key: "k", value: "v", effect: "NoSchedule" }] } });
    const tolerations = [{ key: "k", operator: "Exists" }];
    expect(place(pod({ tolerations }), [tainted])).toEqual({ kind: "bind", node: "one" });
  });

  it("finds a full node full", () => {
    const running = Array.from({ length: 3 }, () => pod({ nodeName: "one" }, "1m"));
    expect(place(pod(), [node("one")], running)).toEqual(refused("1 Too many pods", noVictims));
  });

  it("cannot go anywhere without nodes", () => {
    const message = "no nodes available to schedule pods";
    expect(place(pod(), [])).toEqual({ kind: "unschedulable", message });
  });
});

it("a pod requests what its containers and sidecars need together, or its largest init container", () => {
  const container = (cpu: string, restartPolicy?: string) => ({
    name: cpu,
    resources: { requests: { cpu } },
    ...(restartPolicy ? { restartPolicy } : {}),
  });
  const requests = (init: ReturnType<typeof container>[]) =>
    podRequests(pod({ containers: [container("100m"), container("200m")], initContainers: init })).get("cpu");
  expect(requests([container("50m")])).toBe(300n);
  expect(requests([container("1")])).toBe(1000n);
  expect(requests([container("100m", "Always")])).toBe(400n);
});

describe("a pod with a claim", () => {
  const claimed = pod({ volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] });
  const claim = (status: object) => ({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "data", namespace: "default" },
    spec: { volumeName: "pv-1" },
    status,
  });
  it.each([
    ["is not there", undefined, 'persistentvolumeclaim "data" not found'],
    ["is pending", claim({ phase: "Pending" }), "pod has unbound immediate PersistentVolumeClaims"],
    ["is bound", claim({ phase: "Bound" }), undefined],
  ])("that %s", (...[, found, reason]) => {
    expect(unboundClaim(claimed, (key) => (key === "default/data" ? found : undefined))).toBe(reason);
  });

  it("is refused in the scheduler's words", () => {
    expect(refusedByAll("pod has unbound immediate PersistentVolumeClaims", 1)).toEqual(
      refused("pod has unbound immediate PersistentVolumeClaims", unhelpful),
    );
  });
});
