// The JavaScript client that the platform itself uses, unmodified, against the cluster in a process of its own.
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { PassThrough, Writable } from "node:stream";
import {
  ApiException,
  AppsV1Api,
  CoreV1Api,
  Exec,
  KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  Log,
  makeInformer,
  PatchStrategy,
  PortForward,
  type V1ConfigMap,
  Watch,
} from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tool } from "./kubectl.ts";
import { box, configMap, deployment, documents, service } from "./manifests.ts";
import {
  bundleCluster,
  type ClusterBundle,
  clusterFolder,
  type RunningCluster,
  startCluster,
} from "./practice-process.ts";
import { unpack } from "./unpack.ts";

const folder = clusterFolder();
const config = new KubeConfig();
let bundle: ClusterBundle;
let cluster: RunningCluster;
const namespace = "default";

/** A stream that keeps what is written to it. */
function kept(): Writable & { text(): string } {
  let text = "";
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString("utf8");
      done();
    },
  });
  return Object.assign(stream, { text: () => text });
}

beforeAll(async () => {
  bundle = await bundleCluster();
  cluster = await startCluster(bundle, folder);
  config.loadFromFile(folder.kubeconfig);
  const kubectl = tool(await unpack(35), folder);
  await kubectl.ok("apply -f -", documents(deployment("web", { replicas: 1 }), service("web"), box("box")));
  await kubectl.ok("rollout status deployment/web --timeout=20s");
  await kubectl.ok("wait --for=condition=Ready pod/box --timeout=20s");
});
afterAll(async () => {
  await cluster.end("SIGTERM");
  bundle.dispose();
  folder.dispose();
});

describe("@kubernetes/client-node", () => {
  it("[CN1] lists, creates, and is told of what exists and what does not", async () => {
    const core = config.makeApiClient(CoreV1Api);
    const body = { metadata: { name: "typed" }, data: { a: "b" } };
    const made = await core.createNamespacedConfigMap({ namespace, body });
    expect(made).toMatchObject({
      kind: "ConfigMap",
      data: { a: "b" },
      metadata: { namespace, name: "typed" },
    });
    const again = core.createNamespacedConfigMap({ namespace, body });
    await expect(again).rejects.toMatchObject({ code: 409 });
    const missing = core.readNamespacedConfigMap({ namespace, name: "nosuch" });
    const refusal: unknown = await missing.then(
      () => undefined,
      (error: unknown) => error,
    );
    if (!(refusal instanceof ApiException)) throw new Error("a missing object was found");
    expect(refusal.code).toBe(404);
    expect(JSON.parse(String(refusal.body))).toMatchObject({
      kind: "Status",
      reason: "NotFound",
      message: 'configmaps "nosuch" not found',
    });
    const { items } = await config.makeApiClient(AppsV1Api).listNamespacedDeployment({ namespace });
    expect(items.map(({ metadata, status }) => [metadata?.name, status?.readyReplicas])).toEqual([
      ["web", 1],
    ]);
  });

  it("[CN2] applies on the server", async () => {
    const objects = KubernetesObjectApi.makeApiClient(config);
    const spec: KubernetesObject = {
      ...configMap("applied", { k: "v" }),
      metadata: { name: "applied", namespace },
    };
    const apply = () =>
      objects.patch(spec, undefined, undefined, "meshwork", true, PatchStrategy.ServerSideApply);
    const first = await apply();
    expect(first.metadata?.managedFields?.map(({ manager, operation }) => ({ manager, operation }))).toEqual([
      { manager: "meshwork", operation: "Apply" },
    ]);
    expect((await apply()).metadata?.resourceVersion).toBe(first.metadata?.resourceVersion);
  });

  it("[CN3] runs commands and learns how they ended", async () => {
    const [out, err] = [kept(), kept()];
    const command = ["sh", "-c", "cat; echo err >&2; exit 3"];
    const input = new PassThrough();
    input.end("from outside");
    const status = await new Promise((resolve, reject) => {
      new Exec(config).exec(namespace, "box", "box", command, out, err, input, false, resolve).catch(reject);
    });
    expect({ out: out.text(), err: err.text(), status }).toMatchObject({
      out: "from outside",
      err: "err\n",
      status: { status: "Failure", reason: "NonZeroExitCode", details: { causes: [{ message: "3" }] } },
    });
  });

  it("[CN4] reads logs", async () => {
    const core = config.makeApiClient(CoreV1Api);
    const { items } = await core.listNamespacedPod({ namespace, labelSelector: "app=web" });
    const name = items[0]?.metadata?.name ?? "";
    const [log, sink] = [new Log(config), new PassThrough()];
    await log.log(namespace, name, "main", sink, { follow: false, tailLines: 2 });
    const chunks: Buffer[] = [];
    for await (const chunk of sink) chunks.push(Buffer.from(chunk));
    expect(Buffer.concat(chunks).toString("utf8").trimEnd().split("\n")).toHaveLength(2);
  });

  it("[CN5] forwards a port", async () => {
    const core = config.makeApiClient(CoreV1Api);
    const { items } = await core.listNamespacedPod({ namespace, labelSelector: "app=web" });
    const name = items[0]?.metadata?.name ?? "";
    const forward = new PortForward(config);
    const server: Server = createServer((socket) => {
      forward.portForward(namespace, name, [9090], socket, null, socket).catch(() => socket.destroy());
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: "close" } });
    expect(await answer.json()).toMatchObject({ name: "web", body: "hello" });
    server.close();
  });

  it("[CN6] watches", async () => {
    const core = config.makeApiClient(CoreV1Api);
    const { metadata } = await core.listNamespacedConfigMap({ namespace });
    const seen: string[] = [];
    const controller = await new Promise<AbortController>((resolve, reject) => {
      const started = new Watch(config).watch(
        `/api/v1/namespaces/${namespace}/configmaps`,
        { resourceVersion: metadata?.resourceVersion },
        (phase: string, object: V1ConfigMap) => {
          seen.push(`${phase} ${object.metadata?.name}`);
          if (phase === "DELETED") started.then(resolve, reject);
        },
        () => undefined,
      );
      started
        .then(() => core.createNamespacedConfigMap({ namespace, body: { metadata: { name: "watched" } } }))
        .then(() => core.deleteNamespacedConfigMap({ namespace, name: "watched" }))
        .catch(reject);
    });
    controller.abort();
    expect(seen).toEqual(["ADDED watched", "DELETED watched"]);
  });

  it("[CN7] has an informer that goes on after the server was killed and came back", async () => {
    const core = config.makeApiClient(CoreV1Api);
    const list = () => core.listNamespacedConfigMap({ namespace, labelSelector: "informed=yes" });
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    const informer = makeInformer(config, path, list, "informed=yes");
    const create = (name: string) =>
      core.createNamespacedConfigMap({
        namespace,
        body: { metadata: { name, labels: { informed: "yes" } } },
      });
    const added = (name: string) =>
      new Promise<V1ConfigMap>((resolve) => {
        informer.on("add", (object) => {
          if (object.metadata?.name === name) resolve(object);
        });
      });
    const [before, after] = [added("before"), added("after")];
    await informer.start();
    await create("before");
    const first = await before;
    const failed = new Promise((resolve) => {
      informer.on("error", resolve);
    });
    await cluster.end("SIGKILL");
    await failed;
    cluster = await startCluster(bundle, folder);
    // The same port, the same authority, the same token: the same client goes on.
    await informer.start();
    await create("after");
    await after;
    expect(informer.get("before", namespace)?.metadata?.uid).toBe(first.metadata?.uid);
    expect(informer.list(namespace).map(({ metadata }) => metadata?.name)).toEqual(["before", "after"]);
    await informer.stop();
  });
});
