import { expect, it, vi } from "vitest";
import { MemoryCluster } from "../../platform/kube/index.ts";
import { ObjectFollower } from "./follower.ts";

const pod = (name: string, status: object) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "shop", uid: `uid-${name}`, labels: { app: name } },
  spec: { containers: [{ name: "app" }, { name: "istio-proxy" }] },
  status,
});
const ready = (name: string) => ({ name, ready: true, restartCount: 0 });
const running = pod("web", { phase: "Running", containerStatuses: [ready("app"), ready("istio-proxy")] });
const policy = {
  apiVersion: "security.istio.io/v1beta1",
  kind: "PeerAuthentication",
  metadata: { name: "default", namespace: "istio-system", uid: "uid-pa" },
  spec: { mtls: { mode: "STRICT" } },
};

it("shows what the cluster has, then what changed, then nothing new", async () => {
  const cluster = new MemoryCluster({ objects: [running] });
  const life = new AbortController();
  const follower = new ObjectFollower(cluster, life.signal);
  const settled = await vi.waitFor(() => {
    const list = follower.list(undefined);
    expect(list).toMatchObject({ changed: true, warnings: [] });
    return list;
  });
  if (!settled.changed) throw new Error("nothing");
  expect(settled.rows).toEqual([
    {
      uid: "uid-web",
      apiVersion: "v1",
      kind: "Pod",
      namespace: "shop",
      name: "web",
      summary: "2/2 Running",
      tone: "good",
      labels: { app: "web" },
      containers: ["app", "istio-proxy"],
    },
  ]);
  expect(follower.list(settled.revision)).toEqual({ changed: false });

  cluster.put(policy);
  cluster.put(
    pod("web", {
      phase: "Running",
      containerStatuses: [
        { name: "app", restartCount: 3, state: { waiting: { reason: "CrashLoopBackOff" } } },
      ],
    }),
  );
  const later = follower.list(settled.revision);
  expect(later.changed && later.rows.map(({ kind, summary, tone }) => [kind, summary, tone])).toEqual([
    ["Pod", "0/2 CrashLoopBackOff · 3 restarts", "bad"],
    ["PeerAuthentication", "STRICT", "quiet"],
  ]);
  life.abort();
  expect(follower.ended).toBe(true);
});
