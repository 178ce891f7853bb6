// The real kubectl's whole life for one question, beside what it costs when it asks nobody.
import { median, samples, sized } from "./lib/measure.ts";
import { startCluster } from "./lib/practice-cluster.ts";
import { benchmark, kubectl, runToEnd } from "./lib/processes.ts";
import { type Figure, report } from "./lib/report.ts";

const ROUNDS = sized(30, 5);

await benchmark(async () => {
  const { kubeconfig, folder } = await startCluster();
  // Its own home: discovery is cached there, as in a learner's.
  const env = { ...process.env, HOME: folder, KUBECONFIG: kubeconfig };
  const run = (...words: string[]) => runToEnd([kubectl, ...words], { env });
  const client = ["version", "--client"];
  const [first] = await samples(1, () => run("get", "pods", "-A"));
  const floor: number[] = [];
  const get: number[] = [];
  const getAll: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    floor.push(...(await samples(1, () => run(...client))));
    get.push(...(await samples(1, () => run("get", "pods"))));
    getAll.push(...(await samples(1, () => run("get", "pods", "-n", "kube-system", "-o", "wide"))));
  }
  const peer = { name: "kubectl version --client", value: median(floor) };
  const figures: Figure[] = [
    {
      ...{ what: "kubectl get pods", ours: median(get), unit: "ms", peer },
      budget: { limit: 1.3, is: "at most", of: "ratio" },
    },
    { what: "kubectl get pods -o wide", ours: median(getAll), unit: "ms", peer },
    { what: "the very first one (discovery)", ours: first, unit: "ms", peer },
  ];
  report(`kubectl (whole process, medians of ${ROUNDS})`, figures);
});
