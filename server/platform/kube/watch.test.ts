import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type OpenKubeCluster, openKubeCluster } from "./open-kube-cluster.ts";
import { sendJson, startTestApiServer, type TestApiServer } from "./testing/test-api-server.ts";
import type { WatchEvent } from "./types.ts";

const pods = { group: "", version: "v1", resource: "pods" };
const pod = (name: string, resourceVersion: string) => ({ metadata: { name, resourceVersion } });

describe("watch", () => {
  let server: TestApiServer;
  let cluster: OpenKubeCluster;
  let stop: AbortController;

  beforeEach(async () => {
    stop = new AbortController();
    server = await startTestApiServer();
    cluster = await openKubeCluster({ kubeconfig: server.kubeconfig });
  });
  afterEach(async () => {
    stop.abort();
    cluster.close();
    await server.close();
  });

  /** Lists answer in turn; each watch is handed to the test. */
  function serve(lists: unknown[]): { nextWatch: () => Promise<{ url: string; response: ServerResponse }> } {
    const waiting: ((watch: { url: string; response: ServerResponse }) => void)[] = [];
    const opened: { url: string; response: ServerResponse }[] = [];
    server.on("/api/v1/pods", (request, response) => {
      const url = request.url ?? "";
      if (!url.includes("watch=true")) return sendJson(response, lists.shift());
      response.writeHead(200, { "content-type": "application/json" });
      response.flushHeaders();
      const take = waiting.shift();
      if (take) take({ url, response });
      else opened.push({ url, response });
    });
    return {
      nextWatch: () => {
        const watch = opened.shift();
        return watch ? Promise.resolve(watch) : new Promise((resolve) => waiting.push(resolve));
      },
    };
  }

  function collect(): { events: WatchEvent[]; until: (count: number) => Promise<void>; done: Promise<void> } {
    const events: WatchEvent[] = [];
    const wanted: { count: number; resolve: () => void }[] = [];
    const done = cluster.watch(pods, {
      signal: stop.signal,
      onEvent: (event) => {
        events.push(event);
        for (const wait of wanted) if (events.length >= wait.count) wait.resolve();
      },
    });
    const until = (count: number) =>
      new Promise<void>((resolve) => {
        if (events.length >= count) resolve();
        else wanted.push({ count, resolve });
      });
    return { events, until, done };
  }

  it("goes on from the last version it saw when the server closes", async () => {
    const { nextWatch } = serve([{ metadata: { resourceVersion: "5" }, items: [pod("a", "4")] }]);
    const { events, until, done } = collect();
    const first = await nextWatch();
    expect(first.url).toContain("resourceVersion=5&");
    const added = `${JSON.stringify({ type: "ADDED", object: pod("b", "6") })}\n`;
    // An event may come in two pieces.
    first.response.write(added.slice(0, 20));
    first.response.write(added.slice(20));
    first.response.end(
      `${JSON.stringify({ type: "BOOKMARK", object: { metadata: { resourceVersion: "8" } } })}\n`,
    );

    const second = await nextWatch();
    expect(second.url).toContain("resourceVersion=8&");
    second.response.write(`${JSON.stringify({ type: "DELETED", object: pod("a", "9") })}\n`);
    await until(3);
    expect(events).toEqual([
      { type: "RELISTED", objects: [pod("a", "4")] },
      { type: "ADDED", object: pod("b", "6") },
      { type: "DELETED", object: pod("a", "9") },
    ]);
    stop.abort();
    await done;
  });

  it("lists again when its history is gone (410)", async () => {
    const { nextWatch } = serve([
      { metadata: { resourceVersion: "5" }, items: [] },
      { metadata: { resourceVersion: "90" }, items: [pod("z", "90")] },
    ]);
    const { events, until, done } = collect();
    const first = await nextWatch();
    const gone = {
      type: "ERROR",
      object: { kind: "Status", code: 410, reason: "Expired", message: "too old" },
    };
    first.response.end(`${JSON.stringify(gone)}\n`);
    const second = await nextWatch();
    expect(second.url).toContain("resourceVersion=90&");
    await until(2);
    expect(events).toEqual([
      { type: "RELISTED", objects: [] },
      { type: "RELISTED", objects: [pod("z", "90")] },
    ]);
    stop.abort();
    await done;
  });

  it("tells of a failure and tries again", async () => {
    let calls = 0;
    server.on("/api/v1/pods", (_request, response) => {
      calls += 1;
      if (calls === 1) response.destroy();
      else sendJson(response, { metadata: { resourceVersion: "1" }, items: [] });
    });
    const errors: string[] = [];
    const relisted = new Promise<void>((resolve) => {
      const done = cluster.watch(pods, {
        signal: stop.signal,
        onEvent: () => resolve(),
        onError: (error) => errors.push(error.message),
      });
      done.catch(() => undefined);
    });
    await relisted;
    expect(errors).toEqual([
      expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+ cannot be reached: socket hang up$/),
    ]);
  });
});
