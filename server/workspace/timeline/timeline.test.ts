import { expect, it } from "vitest";
import { type KubeObject, MemoryCluster } from "../../platform/kube/index.ts";
import { asOf } from "./as-of.ts";
import { Timeline } from "./timeline.ts";

const deployments = { group: "apps", version: "v1", resource: "deployments" };
const pods = { group: "", version: "v1", resource: "pods" };
const managedFields = [
  { manager: "kubectl", time: "2026-11-23T10:00:00Z" },
  { manager: "kube-controller-manager", time: "2026-11-23T11:00:00Z", subresource: "status" },
];
const deployment = (name: string, image: string, more: object = {}): KubeObject => ({
  ...{ apiVersion: "apps/v1", kind: "Deployment", spec: { image } },
  metadata: {
    ...{ name, namespace: "shop", resourceVersion: image, managedFields },
    ...more,
  },
  status: { at: image },
});
const pod = (name: string, creationTimestamp: string): KubeObject => ({
  ...{ apiVersion: "v1", kind: "Pod", metadata: { name, namespace: "shop", creationTimestamp } },
});

async function following(objects: KubeObject[]) {
  const cluster = new MemoryCluster({ objects });
  let clock = 1_000;
  const timeline = new Timeline({ kinds: [{ ...deployments, kind: "Deployment" }], now: () => clock });
  const life = new AbortController();
  timeline.follow(cluster, life.signal);
  // The memory cluster lists before its watch stands: both are promises that are already kept.
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  return {
    ...{ cluster, timeline, life },
    at: (moment: number) => {
      clock = moment;
    },
  };
}

const names = (objects: readonly KubeObject[]) => objects.map(({ metadata }) => metadata.name).sort();

it("a tick is what somebody changed; what was there, and what controllers do, is none", async () => {
  const { cluster, timeline, at } = await following([deployment("old", "1")]);
  at(2_000);
  cluster.put(deployment("web", "1"));
  at(3_000);
  cluster.put({ ...deployment("web", "1"), status: { at: "elsewhere" } });
  const scaled = { manager: "kube-controller-manager", time: "2026-11-23T12:00:00Z" };
  cluster.put(deployment("old", "2", { managedFields: [scaled] }));
  at(4_000);
  cluster.put(deployment("web", "2"));
  cluster.remove(deployment("web", "2"));
  expect(timeline.list()).toEqual({
    since: 1_000,
    ticks: [
      {
        id: "1",
        at: 2_000,
        verb: "created",
        kind: "Deployment",
        namespace: "shop",
        name: "web",
        by: "kubectl",
      },
      {
        id: "2",
        at: 4_000,
        verb: "changed",
        kind: "Deployment",
        namespace: "shop",
        name: "web",
        by: "kubectl",
      },
      {
        id: "3",
        at: 4_000,
        verb: "deleted",
        kind: "Deployment",
        namespace: "shop",
        name: "web",
        by: "kubectl",
      },
    ],
  });
  expect(timeline.read("2")).toEqual({
    before:
      "apiVersion: apps/v1\nkind: Deployment\nspec:\n  image: '1'\nmetadata:\n  name: web\n  namespace: shop\n",
    after:
      "apiVersion: apps/v1\nkind: Deployment\nspec:\n  image: '2'\nmetadata:\n  name: web\n  namespace: shop\n",
  });
  expect(() => timeline.read("9")).toThrow("no longer remembered");
});

it("the cluster as it was: later changes undone, pods of then", async () => {
  const first = pod("old-pod", "1970-01-01T00:00:01Z");
  const { cluster, timeline, at } = await following([deployment("old", "1"), first]);
  at(5_000);
  cluster.put(deployment("old", "2"));
  cluster.put(deployment("web", "1"));
  cluster.remove(first);
  cluster.put(pod("new-pod", "1970-01-01T00:00:05Z"));
  at(9_000);
  cluster.remove(deployment("web", "1"));
  const then = async (moment: number) => {
    const past = asOf(cluster, timeline, moment);
    const listed = await past.list(deployments);
    return {
      deployments: listed.map(({ metadata, spec }) => `${metadata.name} ${JSON.stringify(spec)}`).sort(),
      pods: names(await past.list(pods)),
    };
  };
  expect(await then(4_999)).toEqual({ deployments: ['old {"image":"1"}'], pods: ["old-pod"] });
  expect(await then(6_000)).toEqual({
    deployments: ['old {"image":"2"}', 'web {"image":"1"}'],
    pods: ["new-pod"],
  });
  expect(await then(9_000)).toEqual({ deployments: ['old {"image":"2"}'], pods: ["new-pod"] });
});

it("sees after a restart what changed meanwhile", async () => {
  const { timeline, life } = await following([deployment("old", "1")]);
  life.abort();
  const later = new MemoryCluster({ objects: [deployment("old", "7")] });
  timeline.follow(later, new AbortController().signal);
  await expect
    .poll(() => timeline.list().ticks.map(({ verb, name }) => `${name} ${verb}`))
    .toEqual(["old changed"]);
});
