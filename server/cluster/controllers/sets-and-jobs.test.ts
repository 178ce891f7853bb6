import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { KubeObject } from "../apimachinery/index.ts";
import { builtinStrategies, type Job, type Pod, resourceTypes, type StatefulSet } from "../apis/index.ts";
import { createApiServer } from "../apiserver/index.ts";
import { silentLogger } from "../base/index.ts";
import { startScheduler } from "../scheduler/index.ts";
import { Storage } from "../storage/index.ts";
import { practiceNode, TestCluster } from "./testing.ts";

// The real API server, controllers and scheduler.
async function startCluster(): Promise<TestCluster> {
  return TestCluster.start({
    startScheduler,
    async serve({ clock, random }) {
      const storage = new Storage<KubeObject>();
      const logger = silentLogger;
      const server = await createApiServer({ storage, strategies: builtinStrategies, clock, random, logger });
      const transport = server.transportFor({ name: "system:admin", groups: ["system:masters"] });
      return { transport, dispose: () => server.dispose() };
    },
  });
}

let cluster: TestCluster;

beforeEach(async () => {
  cluster = await startCluster();
});
afterEach(() => cluster.dispose());

const podsOf = async (app: string): Promise<readonly Pod[]> =>
  (await cluster.of(resourceTypes.pods).list({ namespace: "default", labelSelector: `app=${app}` })).items;

function template(app: string, image: string) {
  return { metadata: { labels: { app } }, spec: { containers: [{ name: "a", image }] } };
}

function loki(replicas = 3): StatefulSet {
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "loki", namespace: "default" },
    spec: {
      replicas,
      serviceName: "loki",
      selector: { matchLabels: { app: "loki" } },
      template: template("loki", "loki:1"),
      volumeClaimTemplates: [
        {
          metadata: { name: "data" },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
        },
      ],
    },
  };
}

describe("a stateful set", () => {
  const named = { namespace: "default", name: "loki" };
  const settled = (image: string, replicas: number) => async () => {
    const pods = await podsOf("loki");
    expect(pods.map(({ metadata, spec }) => [metadata.name, spec.containers[0]?.image])).toEqual(
      Array.from({ length: replicas }, (_, ordinal) => [`loki-${ordinal}`, image]),
    );
    const { status } = await cluster.of(resourceTypes.statefulSets).get(named);
    expect(status).toMatchObject({ replicas, readyReplicas: replicas, updatedReplicas: replicas });
    expect(status?.currentRevision).toBe(status?.updateRevision);
  };

  it("makes its pods in order, each with its claim and host name", async () => {
    await cluster.of(resourceTypes.statefulSets).create(loki());
    await cluster.until(settled("loki:1", 3));
    const [first] = await podsOf("loki");
    expect(first?.spec.hostname).toBe("loki-0");
    expect(first?.spec.subdomain).toBe("loki");
    expect(first?.spec.volumes?.[0]).toEqual({
      name: "data",
      persistentVolumeClaim: { claimName: "data-loki-0" },
    });
    const { items } = await cluster.of(resourceTypes.events).list({ namespace: "default" });
    const about = items.filter(({ involvedObject }) => involvedObject.kind === "StatefulSet");
    expect(about.slice(0, 4).map(({ message }) => message)).toEqual([
      "create Claim data-loki-0 Pod loki-0 in StatefulSet loki success",
      "create Pod loki-0 in StatefulSet loki successful",
      "create Claim data-loki-1 Pod loki-1 in StatefulSet loki success",
      "create Pod loki-1 in StatefulSet loki successful",
    ]);
  });

  it("waits at a pod that does not become ready", async () => {
    cluster.broken.add("loki:1");
    await cluster.of(resourceTypes.statefulSets).create(loki());
    await cluster.clock.advance(1000);
    expect((await podsOf("loki")).map(({ metadata }) => metadata.name)).toEqual(["loki-0"]);
  });

  it("updates from the last to the first, and scales down", async () => {
    const sets = cluster.of(resourceTypes.statefulSets);
    await sets.create(loki());
    await cluster.until(settled("loki:1", 3));
    const image = { op: "replace", path: "/spec/template/spec/containers/0/image", value: "loki:2" };
    await sets.patch(named, { type: "json", body: [image] });
    await cluster.until(settled("loki:2", 3));
    const { items } = await cluster.of(resourceTypes.controllerRevisions).list({ namespace: "default" });
    expect(items.map(({ revision }) => revision).sort()).toEqual([1, 2]);
    await sets.patch(named, { type: "merge", body: { spec: { replicas: 1 } } });
    await cluster.until(settled("loki:2", 1));
  });
});

describe("a daemon set", () => {
  it("has one pod on each node, also on one that joins, and follows its template", async () => {
    const sets = cluster.of(resourceTypes.daemonSets);
    const named = { namespace: "default", name: "agent" };
    await sets.create({
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: named,
      spec: { selector: { matchLabels: { app: "agent" } }, template: template("agent", "agent:1") },
    });
    const runs = (image: string, nodes: readonly string[]) => async () => {
      const pods = await podsOf("agent");
      const found = pods.map(({ spec }) => [spec.nodeName, spec.containers[0]?.image]).sort();
      expect(found).toEqual(nodes.map((node) => [node, image]));
      const { status } = await sets.get(named);
      const count = nodes.length;
      expect(status).toMatchObject({ desiredNumberScheduled: count, numberReady: count });
      expect(status?.updatedNumberScheduled).toBe(count);
    };
    await cluster.until(runs("agent:1", ["node-1"]));
    await cluster.of(resourceTypes.nodes).create(practiceNode("node-2"));
    await cluster.until(runs("agent:1", ["node-1", "node-2"]));
    const image = { op: "replace", path: "/spec/template/spec/containers/0/image", value: "agent:2" };
    await sets.patch(named, { type: "json", body: [image] });
    await cluster.until(runs("agent:2", ["node-1", "node-2"]));
  });
});

describe("a job", () => {
  const named = { namespace: "default", name: "once" };
  const job = (image: string, rest: Partial<Job["spec"]> = {}): Job => ({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: named,
    spec: {
      template: { spec: { restartPolicy: "Never", containers: [{ name: "a", image }] } },
      ...rest,
    },
  });
  const endsAs = (type: string, reason: string) => async () => {
    const { status } = await cluster.of(resourceTypes.jobs).get(named);
    expect(status?.conditions?.find((condition) => condition.type === type)?.reason).toBe(reason);
    return status;
  };

  it("is complete when enough of its pods have succeeded", async () => {
    cluster.ending.set("good", "Succeeded");
    await cluster.of(resourceTypes.jobs).create(job("good", { completions: 3, parallelism: 2 }));
    const status = await cluster.until(endsAs("Complete", "CompletionsReached"));
    expect([status?.succeeded, status?.failed]).toEqual([3, undefined]);
  });

  it("fails when its pods have failed too often, waiting longer before each try", async () => {
    cluster.ending.set("bad", "Failed");
    await cluster.of(resourceTypes.jobs).create(job("bad", { backoffLimit: 2 }));
    await cluster.clock.advance(5000);
    expect((await cluster.of(resourceTypes.pods).list({ namespace: "default" })).items).toHaveLength(1);
    await cluster.clock.advance(60_000);
    const status = await cluster.until(endsAs("Failed", "BackoffLimitExceeded"));
    expect(status?.failed).toBe(3);
  });
});
