// The questions that the mesh graph asks of Prometheus, over ten minutes of a busy mesh's series. Its peer is what any
// answer costs: the answer once through JSON and back.
import { instantQuery } from "../server/cluster/observability/prometheus/promql/query.ts";
import { SeriesStore } from "../server/cluster/observability/prometheus/storage/series-store.ts";
import { readTelemetry } from "../server/platform/mesh/telemetry.ts";
import { median, quantile, sized } from "./lib/measure.ts";
import { type Figure, report } from "./lib/report.ts";

const STEP = 5_000;
const MINUTES = 10;
const callsEach = 3;
const rounds = sized(40, 5);

/** A mesh in which each service calls three others; every counter moves at every scrape. */
function filled(services: number): SeriesStore {
  const store = new SeriesStore();
  const steps = (MINUTES * 60_000) / STEP;
  for (let edge = 0; edge < services * callsEach; edge += 1)
    for (const reporter of ["source", "destination"]) {
      const series = store.seriesOf(labelsOf(edge, { services, reporter }));
      for (let i = 0; i <= steps && series; i += 1)
        store.append(series, { time: i * STEP, value: i * (1 + (edge % 7)), step: STEP });
    }
  return store;
}

function labelsOf(edge: number, { services, reporter }: { services: number; reporter: string }) {
  const [from, to] = [edge % services, (edge * 7 + Math.floor(edge / services) + 1) % services];
  const pod = reporter === "source" ? from : to;
  return {
    __name__: "istio_requests_total",
    reporter,
    source_workload: `app-${from}`,
    source_workload_namespace: `team-${from % 10}`,
    source_canonical_service: `app-${from}`,
    source_canonical_revision: "v1",
    source_principal: `spiffe://cluster.local/ns/team-${from % 10}/sa/default`,
    source_app: `app-${from}`,
    source_version: "v1",
    source_cluster: "Kubernetes",
    destination_workload: `app-${to}`,
    destination_workload_namespace: `team-${to % 10}`,
    destination_principal: `spiffe://cluster.local/ns/team-${to % 10}/sa/default`,
    destination_app: `app-${to}`,
    destination_version: "v1",
    destination_service: `app-${to}.team-${to % 10}.svc.cluster.local`,
    destination_canonical_service: `app-${to}`,
    destination_canonical_revision: "v1",
    destination_service_name: `app-${to}`,
    destination_service_namespace: `team-${to % 10}`,
    destination_cluster: "Kubernetes",
    request_protocol: "http",
    response_code: "200",
    response_flags: "-",
    connection_security_policy: reporter === "source" ? "unknown" : "mutual_tls",
    instance: `10.42.${pod >> 8}.${pod & 255}:15020`,
    job: "kubernetes-pods",
    namespace: `team-${pod % 10}`,
    pod: `app-${pod}-5d4f8c7b9-x2x4z`,
  };
}

async function measured(services: number): Promise<{ times: number[]; floor: number[]; series: number }> {
  const store = filled(services);
  const now = MINUTES * 60_000;
  const times: number[] = [];
  const floor: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const answers: unknown[] = [];
    const start = performance.now();
    await readTelemetry(
      async (promql) => {
        const value = instantQuery({ store, defaultStep: STEP }, promql, now);
        answers.push(value);
        return value.type === "vector" ? value.samples : [];
      },
      { windowSeconds: 60 },
    );
    times.push(performance.now() - start);
    const again = performance.now();
    JSON.parse(JSON.stringify(answers));
    floor.push(performance.now() - again);
  }
  return { times, floor, series: store.size };
}

const figures: Figure[] = [];
for (const services of [10, 100, 300]) {
  const { times, floor, series } = await measured(services);
  const what = `${services} services, ${series} series`;
  figures.push({
    ...{ what: `${what}, p50`, ours: median(times), unit: "ms" },
    peer: { name: "the answer's JSON, there and back", value: median(floor) },
    budget: { limit: 20, is: "at most" },
  });
  if (services === 300) figures.push({ what: `${what}, p99`, ours: quantile(times, 0.99), unit: "ms" });
}
report(`promql (the graph's queries over ${MINUTES} minutes, ${rounds} rounds)`, figures);
