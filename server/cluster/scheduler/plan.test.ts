import { describe, expect, it } from "vitest";
import type { Node, Pod } from "../apis/index.ts";
import { unboundClaim } from "./claims.ts";
import { type Placement, planPlacement, refusedByAll, type World, withPods } from "./plan.ts";
import { eligibility, planPreemption } from "./preemption.ts";
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

function worldOf(nodes: readonly Node[], running: readonly Pod[] = []): World {
  const bare = nodes.map((node) => ({ node, use: useOf([]), pods: () => [] }));
  const on = ({ metadata }: Node) => running.filter(({ spec }) => spec.nodeName === metadata.name);
  return {
    candidates: bare.map((candidate) => withPods(candidate, on(candidate.node))),
    namespaceLabels: (name) => ({ "kubernetes.io/metadata.name": name }),
    repelling: true,
    withPods,
  };
}

/** Where a pod goes; else what its event says. */
function place(subject: Pod, nodes: readonly Node[], running: readonly Pod[] = []): unknown {
  const world = worldOf(nodes, running);
  return outcome(
    subject,
    world,
    planPlacement(subject, world, () => 0),
  );
}

function outcome(subject: Pod, world: World, placement: Placement): unknown {
  if (placement.kind === "bind") return placement;
  const { reasons, against } = placement;
  if (against.length === 0) return reasons;
  const plan = planPreemption(subject, { world, against, budgets: [] });
  if (plan.kind === "helpless") return `${reasons} preemption: ${plan.message}`;
  return { preempts: plan.victims.map(({ metadata }) => metadata.name), node: plan.node };
}

const refused = (reasons: string, preemption: string, count = 1) =>
  `0/${count} nodes are available: ${reasons}. preemption: 0/${count} nodes are available: ${preemption}.`;
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
      refused("1 node(s) had untolerated taint(s)", unhelpful),
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
    expect(place(pod(), [])).toBe("no nodes available to schedule pods");
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
    const refusal = refusedByAll("pod has unbound immediate PersistentVolumeClaims", 1);
    expect(outcome(pod(), worldOf([node("one")]), refusal)).toBe(
      refused("pod has unbound immediate PersistentVolumeClaims", unhelpful),
    );
  });
});

describe("pods around it", () => {
  const labelled = (name: string, labels: Record<string, string>, rest: Partial<Pod["spec"]> = {}): Pod => ({
    ...pod(rest, "1m"),
    metadata: { name, namespace: "default", labels },
  });
  const term = (labels: object, more: object = {}) => ({
    labelSelector: { matchLabels: labels },
    topologyKey: "kubernetes.io/hostname",
    ...more,
  });
  const required = (kind: "podAffinity" | "podAntiAffinity", ...terms: object[]) => ({
    affinity: { [kind]: { requiredDuringSchedulingIgnoredDuringExecution: terms } },
  });
  const web = labelled("web-1", { app: "web" }, { nodeName: "one" });
  const nodes = [node("one")];

  it("are wanted: the first of a group may go anywhere, others go to theirs", () => {
    const joins = (labels: Record<string, string>) =>
      labelled("new", labels, required("podAffinity", term({ app: "web" })));
    expect(place(joins({ app: "api" }), nodes)).toBe(
      refused("1 node(s) didn't match pod affinity rules", unhelpful),
    );
    expect(place(joins({ app: "web" }), nodes)).toEqual({ kind: "bind", node: "one" });
    expect(place(joins({ app: "api" }), nodes, [web])).toEqual({ kind: "bind", node: "one" });
  });

  it("are not wanted, by it or by them, in namespaces that a term names", () => {
    const alone = required("podAntiAffinity", term({ app: "web" }));
    expect(place(labelled("new", { app: "web" }, alone), nodes, [web])).toBe(
      refused("1 node(s) didn't match pod anti-affinity rules", noVictims),
    );
    expect(
      place(labelled("new", { app: "web" }), nodes, [labelled("old", {}, { ...alone, nodeName: "one" })]),
    ).toBe(refused("1 node(s) didn't satisfy existing pods anti-affinity rules", noVictims));
    const elsewhere = required("podAntiAffinity", term({ app: "web" }, { namespaces: ["other"] }));
    expect(place(labelled("new", {}, elsewhere), nodes, [web])).toEqual({ kind: "bind", node: "one" });
    const everywhere = required("podAntiAffinity", term({ app: "web" }, { namespaceSelector: {} }));
    expect(place(labelled("new", {}, everywhere), nodes, [web])).toBe(
      refused("1 node(s) didn't match pod anti-affinity rules", noVictims),
    );
  });

  it("are spread evenly", () => {
    const spread = (topologyKey: string, whenUnsatisfiable = "DoNotSchedule") => ({
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey, whenUnsatisfiable, labelSelector: { matchLabels: { app: "web" } } },
      ],
    });
    const next = (topologyKey: string, when?: string) =>
      labelled("new", { app: "web" }, spread(topologyKey, when));
    const full = node("two", { spec: { unschedulable: true } });
    expect(place(next("kubernetes.io/hostname"), [node("one"), full], [web])).toBe(
      refused(
        "1 node(s) didn't match pod topology spread constraints, 1 node(s) were unschedulable",
        "1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling",
        2,
      ),
    );
    expect(place(next("zone"), nodes)).toBe(
      refused("1 node(s) didn't match pod topology spread constraints (missing required label)", unhelpful),
    );
    expect(place(next("zone", "ScheduleAnyway"), nodes)).toEqual({ kind: "bind", node: "one" });
  });

  it("have the node's port already", () => {
    const ports = [{ containerPort: 80, hostPort: 8080 }];
    const listening = (name: string): Pod => ({
      ...labelled(name, {}, { containers: [{ name: "a", image: "a:1", ports }] }),
    });
    const there = listening("old");
    expect(place(listening("new"), nodes, [{ ...there, spec: { ...there.spec, nodeName: "one" } }])).toBe(
      refused("1 node(s) didn't have free ports for the requested pod ports", noVictims),
    );
  });
});

describe("less important pods", () => {
  const running = (name: string, priority: number, cpu = "1"): Pod => ({
    ...pod({ nodeName: "one", priority }, cpu),
    metadata: { name, namespace: "default", labels: { name } },
    status: { startTime: `2026-01-01T00:00:0${name.length}Z` },
  });
  const urgent = (cpu: string, rest: Partial<Pod["spec"]> = {}) => pod({ priority: 100, ...rest }, cpu);

  it("make room, the least important and latest first, and no more than it takes", () => {
    const pods = [running("low", 1), running("middle", 50)];
    expect(place(urgent("1"), [node("one")], pods)).toEqual({ preempts: ["low"], node: "one" });
    expect(place(urgent("2"), [node("one")], pods)).toEqual({ preempts: ["middle", "low"], node: "one" });
    const equals = [running("a", 1), running("bbb", 1)];
    expect(place(urgent("1"), [node("one")], equals)).toEqual({ preempts: ["bbb"], node: "one" });
  });

  it("stay when their end would not help, or when they are as important", () => {
    expect(place(urgent("3"), [node("one")], [running("low", 1, "2")])).toBe(
      refused("1 Insufficient cpu", "1 Insufficient cpu"),
    );
    expect(place(urgent("1"), [node("one")], [running("equal", 100, "2")])).toBe(
      refused("1 Insufficient cpu", noVictims),
    );
  });

  it("that a budget protects go last", () => {
    const world = worldOf([node("one")], [running("low", 1), running("middle", 50)]);
    const budget = {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: "b", namespace: "default" },
      spec: { selector: { matchLabels: { name: "low" } } },
      status: { disruptionsAllowed: 0 },
    };
    const against = [[{ reason: "Insufficient cpu", resolvable: true }]];
    const plan = planPreemption(urgent("1"), { world, against, budgets: [budget] });
    expect(plan).toMatchObject({ kind: "preempt", victims: [{ metadata: { name: "middle" } }] });
  });

  it("are left alone by pods that may not preempt, or whose victims are still ending", () => {
    const never = urgent("1", { preemptionPolicy: "Never" });
    expect(eligibility(never, () => [])).toEqual({
      kind: "not",
      why: "not eligible due to preemptionPolicy=Never.",
    });
    const ending = {
      ...running("low", 1),
      metadata: { name: "low", deletionTimestamp: "2026-01-01T00:00:00Z" },
    };
    const waiting = { ...urgent("1"), status: { nominatedNodeName: "one" } };
    expect(eligibility(waiting, () => [ending])).toEqual({
      kind: "not",
      why: "not eligible due to a terminating pod on the nominated node.",
    });
    expect(eligibility(waiting, () => [])).toEqual({ kind: "eligible" });
  });
});
