import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { WatchEvent } from "../apimachinery/index.ts";
import { type Harness, pod, startHarness } from "./testing/harness.ts";

const PODS = "/api/v1/namespaces/default/pods";
const MAPS = "/api/v1/namespaces/default/configmaps";
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("API server", () => {
  let api: Harness;
  beforeEach(async () => {
    api = await startHarness();
  });
  afterEach(() => api.server.dispose());

  const message = async (request: Parameters<Harness["refusal"]>[0]) => {
    const { code, message: text } = await api.refusal(request);
    return `${code} ${text}`;
  };

  /** Collects the events of a watch until `count` have come. */
  async function watched(query: Record<string, string>, count: number, act: () => Promise<unknown>) {
    const abort = new AbortController();
    const events: WatchEvent[] = [];
    const reading = (async () => {
      for await (const event of api.watch({ method: "GET", path: MAPS, query, signal: abort.signal })) {
        events.push(event);
        if (events.length === count) abort.abort();
      }
    })();
    await settle();
    await act();
    await reading;
    return events.map(({ type, object }) => `${type} ${object.metadata.name ?? ""}`);
  }

  it("[API1] creates with uid, time and version, and refuses a second of the same name", async () => {
    const map = await api.create(MAPS, { metadata: { name: "a" }, data: { k: "v" } });
    expect(map).toMatchObject({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: {
        name: "a",
        namespace: "default",
        creationTimestamp: "2026-01-01T00:00:00Z",
        resourceVersion: "4",
      },
      data: { k: "v" },
    });
    expect(map.metadata.uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    expect(Object.isFrozen(map.data)).toBe(true);
    expect(await message({ method: "POST", path: MAPS, body: { metadata: { name: "a" } } })).toBe(
      '409 configmaps "a" already exists',
    );
  });

  it("[API2] makes a name from generateName", async () => {
    const map = await api.create(MAPS, { metadata: { generateName: "a-" } });
    expect(map.metadata.name).toMatch(/^a-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });

  it("[API3] says what is wrong in upstream's words", async () => {
    expect(await message({ method: "GET", path: `${MAPS}/x` })).toBe('404 configmaps "x" not found');
    expect(await message({ method: "GET", path: "/apis/apps/v1/nothings" })).toBe(
      "404 the server could not find the requested resource",
    );
    expect(
      await message({
        method: "POST",
        path: "/api/v1/namespaces/no/configmaps",
        body: { metadata: { name: "a" } },
      }),
    ).toBe('404 namespaces "no" not found');
    expect(
      await message({ method: "POST", path: MAPS, body: { metadata: { name: "a", namespace: "other" } } }),
    ).toBe("400 the namespace of the provided object does not match the namespace sent on the request");
    expect(await message({ method: "POST", path: MAPS, body: { metadata: { name: "A" } } })).toContain(
      '422 ConfigMap "A" is invalid: metadata.name: Invalid value: "A": a lowercase RFC 1123 subdomain must consist of',
    );
    await api.create(MAPS, { metadata: { name: "a" } });
    expect(await message({ method: "GET", path: MAPS, query: { fieldSelector: "data.x=1" } })).toBe(
      "400 field label not supported: data.x",
    );
  });

  it("[API4] refuses an update over a newer version, and takes one without a version", async () => {
    const map = await api.create(MAPS, { metadata: { name: "a" }, data: { k: "1" } });
    await api.request({
      method: "PUT",
      path: `${MAPS}/a`,
      body: { metadata: { name: "a" }, data: { k: "2" } },
    });
    expect(await message({ method: "PUT", path: `${MAPS}/a`, body: { ...map, data: { k: "3" } } })).toBe(
      '409 Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    );
    expect((await api.get(`${MAPS}/a`)).data).toEqual({ k: "2" });
  });

  it("[API5] does not write when nothing changes", async () => {
    await api.create(MAPS, { metadata: { name: "a" }, data: { k: "1" } });
    const before = api.storage.revision;
    const patch = {
      method: "PATCH",
      path: `${MAPS}/a`,
      contentType: "application/merge-patch+json",
    } as const;
    await api.request({ ...patch, body: { data: { k: "1" } } });
    expect(api.storage.revision).toBe(before);
    await api.request({ ...patch, body: { data: { k: "2" } } });
    expect(api.storage.revision).toBe(before + 1);
  });

  it("[API6] keeps status and spec apart", async () => {
    await api.create(PODS, { ...pod("a"), status: { phase: "Failed" } });
    expect((await api.get(`${PODS}/a`)).status).toMatchObject({ phase: "Pending" });
    await api.request({
      method: "PATCH",
      path: `${PODS}/a/status`,
      contentType: "application/merge-patch+json",
      body: { status: { phase: "Running" }, metadata: { labels: { x: "y" } } },
    });
    const after = await api.get(`${PODS}/a`);
    expect(after.status).toMatchObject({ phase: "Running" });
    expect(after.metadata.labels).toEqual({ app: "a" });
    expect(after.metadata.generation).toBe(1);
  });

  it("[API7] deletes a scheduled pod in two steps, the second with no grace", async () => {
    await api.create(PODS, pod("a", { nodeName: "node" }));
    await api.request({ method: "DELETE", path: `${PODS}/a` });
    expect((await api.get(`${PODS}/a`)).metadata).toMatchObject({
      deletionTimestamp: "2026-01-01T00:00:30Z",
      deletionGracePeriodSeconds: 30,
    });
    await api.request({ method: "DELETE", path: `${PODS}/a`, body: { gracePeriodSeconds: 0 } });
    expect(await message({ method: "GET", path: `${PODS}/a` })).toBe('404 pods "a" not found');
  });

  it("[API8] keeps an object until its last finalizer is gone", async () => {
    await api.create(MAPS, { metadata: { name: "a", finalizers: ["example.com/x"] } });
    await api.request({ method: "DELETE", path: `${MAPS}/a`, body: { propagationPolicy: "Foreground" } });
    expect((await api.get(`${MAPS}/a`)).metadata.finalizers).toEqual(["example.com/x", "foregroundDeletion"]);
    await api.request({
      method: "PATCH",
      path: `${MAPS}/a`,
      contentType: "application/merge-patch+json",
      body: { metadata: { finalizers: null } },
    });
    expect(await message({ method: "GET", path: `${MAPS}/a` })).toBe('404 configmaps "a" not found');
  });

  it("[API9] lists by selector and in consistent pages", async () => {
    for (const name of ["a", "b", "c"]) {
      await api.create(MAPS, { metadata: { name, labels: { odd: name === "b" ? "no" : "yes" } } });
    }
    const list = async (query: Record<string, string>) => {
      const answer = await api.request({ method: "GET", path: MAPS, query });
      if (!("items" in answer) || !Array.isArray(answer.items)) throw new Error("not a list");
      return { names: answer.items.map((item) => item.metadata.name), metadata: answer.metadata };
    };
    expect((await list({ labelSelector: "odd in (yes)" })).names).toEqual(["a", "c"]);
    expect((await list({ fieldSelector: "metadata.name!=a" })).names).toEqual(["b", "c"]);
    const first = await list({ limit: "2" });
    expect(first).toMatchObject({ names: ["a", "b"], metadata: { remainingItemCount: 1 } });
    await api.create(MAPS, { metadata: { name: "d" } });
    const token = "continue" in first.metadata ? String(first.metadata.continue) : "";
    expect((await list({ limit: "2", continue: token })).names).toEqual(["c"]);
  });

  it("[API10] a watch with a selector sees objects come into it and leave it", async () => {
    await api.create(MAPS, { metadata: { name: "a", labels: { on: "1" } } });
    const label = (value: string | null) =>
      api.request({
        method: "PATCH",
        path: `${MAPS}/a`,
        contentType: "application/merge-patch+json",
        body: { metadata: { labels: { on: value } } },
      });
    const events = await watched(
      { labelSelector: "on", resourceVersion: String(api.storage.revision) },
      3,
      async () => {
        await label("2");
        await label(null);
        await label("3");
      },
    );
    expect(events).toEqual(["MODIFIED a", "DELETED a", "ADDED a"]);
  });

  it("[API11] WatchList sends what is there, then the bookmark that ends it", async () => {
    await api.create(MAPS, { metadata: { name: "a" } });
    const query = {
      sendInitialEvents: "true",
      allowWatchBookmarks: "true",
      resourceVersionMatch: "NotOlderThan",
    };
    expect(await watched(query, 3, () => api.create(MAPS, { metadata: { name: "b" } }))).toEqual([
      "ADDED a",
      "BOOKMARK ",
      "ADDED b",
    ]);
  });

  it("[API12] a watch from a compacted version is Expired", async () => {
    await api.create(MAPS, { metadata: { name: "a" } });
    api.storage.compact(api.storage.revision);
    const watch = api.watch({ method: "GET", path: MAPS, query: { resourceVersion: "2" } });
    await expect(watch[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 410,
      reason: "Expired",
      message: "too old resource version: 2 (4)",
    });
  });

  it("[API13] scales through the scale subresource", async () => {
    const path = "/apis/apps/v1/namespaces/default/deployments";
    const labels = { app: "web" };
    await api.create(path, {
      metadata: { name: "api" },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: "c", image: "i" }] } },
      },
    });
    const scale = await api.request({
      method: "PATCH",
      path: `${path}/api/scale`,
      contentType: "application/merge-patch+json",
      body: { spec: { replicas: 3 } },
    });
    expect(scale).toMatchObject({
      apiVersion: "autoscaling/v1",
      kind: "Scale",
      spec: { replicas: 3 },
      status: { selector: "app=web" },
    });
    expect((await api.get(`${path}/api`)).metadata.generation).toBe(2);
  });

  it("[API14] hands out addresses once", async () => {
    const path = "/api/v1/namespaces/default/services";
    const spec = { ports: [{ port: 80 }], clusterIP: "10.96.0.10" };
    await api.create(path, { metadata: { name: "dns" }, spec });
    expect(await message({ method: "POST", path, body: { metadata: { name: "other" }, spec } })).toContain(
      'spec.clusterIPs: Invalid value: ["10.96.0.10"]: failed to allocate IP 10.96.0.10: provided IP is already allocated',
    );
    await api.request({ method: "DELETE", path: `${path}/dns` });
    expect((await api.create(path, { metadata: { name: "other" }, spec })).spec).toMatchObject({
      clusterIP: "10.96.0.10",
    });
  });
});
