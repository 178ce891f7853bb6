import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { KubeObject } from "../apimachinery/index.ts";
import { builtinStrategies, type Deployment, type Pod, resourceTypes, type Service } from "../apis/index.ts";
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

function web(image = "nginx:1", replicas = 2): Deployment {
  const labels = { app: "web" };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "default" },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: "web", image, ports: [{ name: "http", containerPort: 8080 }] }] },
      },
    },
  };
}

let cluster: TestCluster;

beforeEach(async () => {
  cluster = await startCluster();
});
afterEach(() => cluster.dispose());

const inDefault = { namespace: "default", name: "web" };
const rolledOut = (revision: string) => async () => {
  const deployment = await cluster.of(resourceTypes.deployments).get(inDefault);
  expect(deployment.metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe(revision);
  const progressing = deployment.status?.conditions?.find(({ type }) => type === "Progressing");
  expect(progressing?.reason).toBe("NewReplicaSetAvailable");
  const { replicas, updatedReplicas, availableReplicas } = deployment.status ?? {};
  expect({ replicas, updatedReplicas, availableReplicas }).toEqual({
    replicas: deployment.spec.replicas,
    updatedReplicas: deployment.spec.replicas,
    availableReplicas: deployment.spec.replicas,
  });
  expect(deployment.status?.observedGeneration).toBe(deployment.metadata.generation);
  return deployment;
};

const eventsAbout = async (name: string) => {
  const { items } = await cluster.of(resourceTypes.events).list({ namespace: "default" });
  return items.filter((event) => event.involvedObject.name === name).map((event) => event.message);
};

describe("a deployment", () => {
  it("becomes a replica set, pods on a node, and an available rollout", async () => {
    await cluster.of(resourceTypes.deployments).create(web());
    const deployment = await cluster.until(rolledOut("1"));
    const [set] = (await cluster.of(resourceTypes.replicaSets).list({ namespace: "default" })).items;
    const hash = set?.metadata.labels?.["pod-template-hash"];
    expect(set?.metadata.name).toBe(`web-${hash}`);
    expect(
      deployment.status?.conditions?.map(({ type, status, reason, message }) => [
        type,
        status,
        reason,
        message,
      ]),
    ).toEqual([
      ["Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability."],
      [
        "Progressing",
        "True",
        "NewReplicaSetAvailable",
        `ReplicaSet "web-${hash}" has successfully progressed.`,
      ],
    ]);
    expect(await eventsAbout("web")).toEqual([`Scaled up replica set web-${hash} from 0 to 2`]);
    const pods = (await cluster.of(resourceTypes.pods).list({ namespace: "default" })).items;
    expect(pods.map((pod) => pod.spec.nodeName)).toEqual(["node-1", "node-1"]);
    const created = pods.map((pod) => `Created pod: ${pod.metadata.name}`).sort();
    expect((await eventsAbout(`web-${hash}`)).sort()).toEqual(created);
    const name = pods[0]?.metadata.name ?? "";
    expect(await eventsAbout(name)).toEqual([`Successfully assigned default/${name} to node-1`]);
  });

  it("rolls to a new template and back to the old one, keeping revisions", async () => {
    const deployments = cluster.of(resourceTypes.deployments);
    await deployments.create(web());
    await cluster.until(rolledOut("1"));
    const patch = (image: string) =>
      deployments.patch(inDefault, {
        type: "json",
        body: [{ op: "replace", path: "/spec/template/spec/containers/0/image", value: image }],
      });
    await patch("nginx:2");
    await cluster.until(rolledOut("2"));
    await patch("nginx:1");
    await cluster.until(rolledOut("3"));
    const sets = (await cluster.of(resourceTypes.replicaSets).list({ namespace: "default" })).items;
    const revisions = sets.map(({ metadata, spec }) => [
      spec.template.spec.containers[0]?.image,
      spec.replicas,
      metadata.annotations?.["deployment.kubernetes.io/revision"],
      metadata.annotations?.["deployment.kubernetes.io/revision-history"],
    ]);
    expect(revisions.sort()).toEqual([
      ["nginx:1", 2, "3", "1"],
      ["nginx:2", 0, "2", undefined],
    ]);
  });

  it("keeps the old pods while new ones do not become ready, and says so at the deadline", async () => {
    const deployments = cluster.of(resourceTypes.deployments);
    await deployments.create(web("nginx:1", 4));
    await cluster.until(rolledOut("1"));
    cluster.broken.add("nginx:bad");
    await deployments.patch(inDefault, {
      type: "json",
      body: [{ op: "replace", path: "/spec/template/spec/containers/0/image", value: "nginx:bad" }],
    });
    await cluster.clock.advance(2000);
    await cluster.clock.advance(605_000);
    await cluster.until(async () => {
      const { status } = await deployments.get(inDefault);
      expect(status).toMatchObject({ updatedReplicas: 2, replicas: 5, availableReplicas: 3 });
      const progressing = status?.conditions?.find(({ type }) => type === "Progressing");
      expect(progressing).toMatchObject({ status: "False", reason: "ProgressDeadlineExceeded" });
    });
  });

  it("scales, and takes its replica sets and pods along when deleted", async () => {
    const deployments = cluster.of(resourceTypes.deployments);
    await deployments.create(web());
    await cluster.until(rolledOut("1"));
    await deployments.patch(inDefault, { type: "merge", body: { spec: { replicas: 5 } } });
    await cluster.until(rolledOut("1"));
    await deployments.delete(inDefault, { propagationPolicy: "Background" });
    await cluster.until(async () => {
      const sets = await cluster.of(resourceTypes.replicaSets).list({ namespace: "default" });
      const pods = await cluster.of(resourceTypes.pods).list({ namespace: "default" });
      expect([sets.items.length, pods.items.length]).toEqual([0, 0]);
    });
  });

  it.each([
    ["Foreground", 0],
    ["Orphan", 2],
  ] as const)("deleted with %s leaves %d pods", async (propagationPolicy, left) => {
    await cluster.of(resourceTypes.deployments).create(web());
    await cluster.until(rolledOut("1"));
    await cluster.of(resourceTypes.deployments).delete(inDefault, { propagationPolicy });
    await cluster.until(async () => {
      expect((await cluster.of(resourceTypes.deployments).list()).items).toEqual([]);
    });
    await cluster.clock.advance(1000);
    expect((await cluster.of(resourceTypes.pods).list({ namespace: "default" })).items).toHaveLength(left);
  });

  it("stops all old pods before the first new one when it recreates", async () => {
    const deployments = cluster.of(resourceTypes.deployments);
    const deployment = web();
    await deployments.create({ ...deployment, spec: { ...deployment.spec, strategy: { type: "Recreate" } } });
    await cluster.until(rolledOut("1"));
    await deployments.patch(inDefault, {
      type: "json",
      body: [{ op: "replace", path: "/spec/template/spec/containers/0/image", value: "nginx:2" }],
    });
    await cluster.until(rolledOut("2"));
    const messages = (await eventsAbout("web")).map((message) => message?.replace(/web-\w+/, "web-x"));
    expect(messages).toEqual([
      "Scaled up replica set web-x from 0 to 2",
      "Scaled down replica set web-x from 2 to 0",
      "Scaled up replica set web-x from 0 to 2",
    ]);
  });
});

describe("a service", () => {
  const service = (spec: Service["spec"]): Service => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "default", labels: { app: "web" } },
    spec: { selector: { app: "web" }, ports: [{ name: "http", port: 80, targetPort: "http" }], ...spec },
  });

  it("has its ready pods in a slice, by the number behind the named port", async () => {
    await cluster.of(resourceTypes.services).create(service({}));
    await cluster.of(resourceTypes.deployments).create(web());
    await cluster.until(rolledOut("1"));
    await cluster.until(async () => {
      const slices = (await cluster.of(resourceTypes.endpointSlices).list({ namespace: "default" })).items;
      expect(slices).toHaveLength(1);
      expect(slices[0]?.ports).toEqual([{ name: "http", port: 8080, protocol: "TCP" }]);
      expect(slices[0]?.endpoints.map(({ conditions, nodeName }) => [conditions, nodeName])).toEqual([
        [{ ready: true, serving: true, terminating: false }, "node-1"],
        [{ ready: true, serving: true, terminating: false }, "node-1"],
      ]);
      const endpoints = await cluster.of(resourceTypes.endpoints).get(inDefault);
      expect(endpoints.subsets?.map(({ addresses, ports }) => [addresses?.length, ports])).toEqual([
        [2, [{ name: "http", port: 8080, protocol: "TCP" }]],
      ]);
    });
  });

  it("of type LoadBalancer is given an address of the pool", async () => {
    await cluster.of(resourceTypes.services).create(service({ type: "LoadBalancer" }));
    await cluster.until(async () => {
      const { status, spec } = await cluster.of(resourceTypes.services).get(inDefault);
      expect(status?.loadBalancer).toEqual({ ingress: [{ ip: "172.18.255.200", ipMode: "VIP" }] });
      expect(spec.ports?.[0]?.nodePort).toBeGreaterThanOrEqual(30000);
    });
  });

  it("of type LoadBalancer changes an address that the state brought from another place", async () => {
    const services = cluster.of(resourceTypes.services);
    const { resourceVersion: _, ...metadata } = (await services.create(service({ type: "LoadBalancer" })))
      .metadata;
    await services.updateStatus({
      ...service({ type: "LoadBalancer" }),
      metadata,
      status: { loadBalancer: { ingress: [{ ip: "127.0.0.1" }] } },
    });
    await cluster.until(async () => {
      const { status } = await services.get(inDefault);
      expect(status?.loadBalancer).toEqual({ ingress: [{ ip: "172.18.255.200", ipMode: "VIP" }] });
    });
  });
});

describe("a namespace", () => {
  const shop = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" }, spec: {} };

  it("has a default service account and the root CA, and goes with all that is in it", async () => {
    const namespaces = cluster.of(resourceTypes.namespaces);
    await namespaces.create(shop);
    await cluster.until(async () => {
      await cluster.of(resourceTypes.serviceAccounts).get({ namespace: "shop", name: "default" });
      const map = await cluster
        .of(resourceTypes.configMaps)
        .get({ namespace: "shop", name: "kube-root-ca.crt" });
      expect(map.data).toEqual({ "ca.crt": "the CA" });
    });
    const deployment = web();
    const metadata = { name: "web", namespace: "shop" };
    await cluster.of(resourceTypes.deployments).create({ ...deployment, metadata });
    await cluster.until(async () => {
      expect((await cluster.of(resourceTypes.pods).list({ namespace: "shop" })).items).toHaveLength(2);
    });
    await namespaces.delete({ name: "shop" });
    await cluster.until(async () => {
      const names = (await namespaces.list()).items.map(({ metadata: { name } }) => name);
      expect(names).toEqual(["default", "kube-node-lease", "kube-public", "kube-system"]);
    });
    expect((await cluster.of(resourceTypes.pods).list({ namespace: "shop" })).items).toEqual([]);
  });
});

describe("the scheduler", () => {
  it("explains why a pod fits nowhere, and places it when it can", async () => {
    const pod: Pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "big", namespace: "default" },
      spec: { containers: [{ name: "a", image: "a:1", resources: { requests: { cpu: "64" } } }] },
    };
    const pods = cluster.of(resourceTypes.pods);
    await pods.create(pod);
    const message =
      "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.";
    await cluster.until(async () => {
      expect(await eventsAbout("big")).toEqual([message]);
      const { status } = await pods.get({ namespace: "default", name: "big" });
      expect(status?.conditions?.[0]).toMatchObject({
        type: "PodScheduled",
        reason: "Unschedulable",
        message,
      });
    });
    const node = practiceNode("node-2");
    await cluster.of(resourceTypes.nodes).create({
      ...node,
      status: { ...node.status, allocatable: { cpu: "128", memory: "8Gi", pods: "110" } },
    });
    await cluster.until(async () => {
      expect((await pods.get({ namespace: "default", name: "big" })).spec.nodeName).toBe("node-2");
    });
  });
});
