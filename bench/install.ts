// From the start of a cluster's process to an Istio (demo profile) whose every pod is ready, beside a cluster without Istio;
// and what a learner waits for who installs it by hand.
import { z } from "zod";
import { median, pause, sized, within } from "./lib/measure.ts";
import { ApiClient, startCluster } from "./lib/practice-cluster.ts";
import { benchmark, built, runToEnd, stop } from "./lib/processes.ts";
import { report } from "./lib/report.ts";

const ROUNDS = sized(5, 1);
/** istiod, ingress gateway, egress gateway. */
const DEMO_PODS = 3;

const podList = z.object({
  items: z.array(
    z.object({
      status: z.object({
        conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
      }),
    }),
  ),
});

async function allReady(api: ApiClient): Promise<void> {
  for (;;) {
    const answer = await api.ask({ path: "/api/v1/namespaces/istio-system/pods" });
    const ready = podList
      .parse(JSON.parse(answer))
      .items.filter(({ status }) =>
        status.conditions.some(({ type, status: is }) => type === "Ready" && is === "True"),
      );
    if (ready.length >= DEMO_PODS) return;
    await pause(20);
  }
}

await benchmark(async () => {
  const empty: number[] = [];
  const pods: number[] = [];
  const typed: number[] = [];
  const floor: number[] = [];
  const istioctl = [process.execPath, built("toolbox", "istioctl.mjs")];
  for (let round = 0; round < ROUNDS; round++) {
    let begun = performance.now();
    const without = await startCluster();
    empty.push((performance.now() - begun) / 1000);
    const env = { ...process.env, KUBECONFIG: without.kubeconfig, ISTIO_VERSION: "1.21.6" };
    begun = performance.now();
    await runToEnd([...istioctl, "version"], { env });
    floor.push((performance.now() - begun) / 1000);
    begun = performance.now();
    await runToEnd([...istioctl, "install", "--set", "profile=demo", "-y"], { env });
    typed.push((performance.now() - begun) / 1000);
    await stop(without.child);
    begun = performance.now();
    const demo = await startCluster(["--istio-profile", "demo"]);
    const api = ApiClient.of(demo.kubeconfig);
    await within(60_000, "all pods ready", allReady(api));
    pods.push((performance.now() - begun) / 1000);
    api.close();
    await stop(demo.child);
  }
  report(`install (medians of ${ROUNDS})`, [
    {
      ...{ what: "process start → all demo pods ready", ours: median(pods), unit: "s" },
      peer: { name: "start without Istio", value: median(empty) },
      budget: { limit: 3, is: "at most" },
    },
    {
      ...{ what: "istioctl install --set profile=demo -y", ours: median(typed), unit: "s" },
      peer: { name: "istioctl version", value: median(floor) },
      budget: { limit: 3, is: "at most" },
    },
  ]);
});
