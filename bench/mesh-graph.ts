// Builds the graph of a mesh of 300 workloads and 900 edges. Its peer is what any answer costs: the finished graph once
// through JSON and back.
import { type KubeObject, MemoryCluster } from "../server/platform/kube/index.ts";
import { buildGraph } from "../server/platform/mesh/build-graph.ts";
import type { Sample } from "../server/platform/mesh/promql/prometheus.ts";
import { readSnapshot } from "../server/platform/mesh/read-snapshot.ts";
import { noTelemetry } from "../server/platform/mesh/telemetry.ts";
import { app, requests, secured, service, unsecured } from "../server/platform/mesh/testing/shop.ts";
import { median, quantile, sized } from "./lib/measure.ts";
import { report } from "./lib/report.ts";

const workloads = 300;
const callsEach = 3;
const rounds = sized(50, 10);

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
const telemetry = { ...noTelemetry, httpBySource: calls, httpByDestination: calls };
const times: number[] = [];
const floor: number[] = [];
let size = "";
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
  const again = performance.now();
  JSON.parse(JSON.stringify(graph));
  floor.push(performance.now() - again);
  size = `${graph.nodes.length} nodes, ${graph.edges.length} edges`;
}
report(`mesh-graph (${size}, ${rounds} builds)`, [
  {
    ...{ what: "build p50", ours: median(times), unit: "ms" },
    peer: { name: "its JSON, there and back", value: median(floor) },
    budget: { limit: 50, is: "at most" },
  },
  { what: "build p99", ours: quantile(times, 0.99), unit: "ms" },
]);
