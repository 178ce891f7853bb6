// Pods of one Deployment from its creation until all are ready: scheduled, started, their status and events written. Its peer
// is the same number of pods that nobody schedules, created one after the other: the API server alone.
import { z } from "zod";
import { pause, sized, timed, within } from "./lib/measure.ts";
import { ApiClient, startCluster } from "./lib/practice-cluster.ts";
import { benchmark } from "./lib/processes.ts";
import { type Figure, report } from "./lib/report.ts";

const SIZES = sized([10, 100, 1_000], [10, 50]);
const BUDGET = { pods: 1_000, seconds: 5 };

const core = "/api/v1/namespaces/default/pods";
const apps = "/apis/apps/v1/namespaces/default/deployments";
const container = { name: "app", image: "registry.k8s.io/pause:3.10" };

const deployment = (name: string, replicas: number) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { terminationGracePeriodSeconds: 0, containers: [container] },
    },
  },
});

const orphan = (name: string) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name },
  spec: { schedulerName: "nobody", containers: [container] },
});

const answer = z.object({ status: z.object({ readyReplicas: z.number().default(0) }) });

async function ready(api: ApiClient, name: string, replicas: number): Promise<void> {
  for (;;) {
    const { status } = answer.parse(JSON.parse(await api.ask({ path: `${apps}/${name}` })));
    if (status.readyReplicas >= replicas) return;
    await pause(20);
  }
}

await benchmark(async () => {
  const { kubeconfig } = await startCluster(["--max-pods", "4000"]);
  const api = ApiClient.of(kubeconfig);
  const figures: Figure[] = [];
  for (const size of SIZES) {
    const ours = await timed(async () => {
      await api.ask({ method: "POST", path: apps, body: deployment(`many-${size}`, size) });
      await within(120_000, `${size} pods`, ready(api, `many-${size}`, size));
    });
    const alone = await timed(async () => {
      for (let n = 0; n < size; n++)
        await api.ask({ method: "POST", path: core, body: orphan(`orphan-${size}-${n}`) });
    });
    figures.push({
      ...{ what: `${size} pods of a Deployment ready`, ours: ours / 1000, unit: "s" },
      peer: { name: "created only", value: alone / 1000 },
      ...(size === BUDGET.pods && { budget: { limit: BUDGET.seconds, is: "at most" } }),
    });
  }
  api.close();
  report("pods (one Deployment, pause containers)", figures);
});
