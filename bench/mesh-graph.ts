// Builds the graph of a mesh of 300 workloads and 900 edges. Budget: 50 ms.
import { type KubeObject, MemoryCluster } from "../server/platform/kube/index.ts";
import { buildGraph } from "../server/platform/mesh/build-graph.ts";
import type { Sample } from "../server/platform/mesh/promql/prometheus.ts";
import { readSnapshot } from "../server/platform/mesh/read-snapshot.ts";
import { app, requests, secured, service, unsecured } from "../server/platform/mesh/testing/shop.ts";

const workloads = 300;
const callsEach = 3;
const rounds = 50;

const name = (index: number) => `app-${index % workloads}`;
const objects: KubeObject[] = Array.from({ length: workloads }, (_, index) => [
  ...app(name(index), { namespace: `team-${index % 10}` }),
  service(name(index), `team-${index % 10}`),
]).flat();
const calls: Sample[] = Array.from({ length: workloads * callsEach }, (_, index) => {
  const [from, to] = [index % workloads, (index * 7 + Math.floor(index / workloads) + 1) % workloads];
  const labels = index % 5 === 0 ? unsecured : secured;
  return requests(`${name(from)}.team-${from % 10}`, `${name(to)}.team-${to % 10}`, {
    rate: 1 + index,
    labels,
  });
});

const { snapshot } = await readSnapshot(new MemoryCluster({ objects }));
const telemetry = { httpBySource: calls, httpByDestination: calls, tcpBySource: [], tcpByDestination: [] };
const times: number[] = [];
let size = "";
const cpu = process.cpuUsage();
for (let round = 0; round < rounds; round += 1) {
  const start = performance.now();
  const graph = buildGraph({
    snapshot,
    telemetry,
    request: { windowSeconds: 30 },
    generatedAt: 0,
    warnings: [],
  });
  times.push(performance.now() - start);
  size = `${graph.nodes.length} nodes, ${graph.edges.length} edges`;
}
const { user, system } = process.cpuUsage(cpu);
times.sort((a, b) => a - b);
const at = (share: number) => (times[Math.floor((times.length - 1) * share)] ?? 0).toFixed(1);
const each = ((user + system) / 1000 / rounds).toFixed(1);
console.log(
  `mesh graph, ${size}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, slowest ${at(1)} ms, CPU ${each} ms each (budget 50 ms)`,
);
