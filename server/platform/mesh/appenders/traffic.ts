import { limits } from "../limits.ts";
import { MapBuilder } from "../map-builder.ts";
import type { Sample } from "../promql/prometheus.ts";
import { endsOf, inScope, serviceOf } from "../sample-ends.ts";
import type { Scope } from "../scope.ts";
import type { ServiceIndex } from "../service-index.ts";
import type { Telemetry } from "../telemetry.ts";
import type { Protocol, Rates, TrafficEdge, TrafficMap } from "../traffic-map.ts";

/** Adds what was counted in the window. An edge that was only configured becomes one that was seen. */
export function appendTraffic(
  map: TrafficMap,
  telemetry: Telemetry,
  about: { index: ServiceIndex; scope: Scope },
): TrafficMap {
  const builder = new MapBuilder(about.index, map);
  const adding: Adding = { ...about, builder, counted: new Map() };
  for (const sample of telemetry.httpByDestination) addSample(sample, "destination", adding);
  for (const sample of telemetry.tcpByDestination) addSample(sample, "destination", adding);
  for (const sample of telemetry.httpBySource) addSample(sample, "source", adding);
  for (const sample of telemetry.tcpBySource) addSample(sample, "source", adding);
  for (const { failures, ...edge } of adding.counted.values())
    builder.put({ ...edge, failures: mostFrequent(failures), origin: "traffic" });
  return builder.build();
}

interface Adding {
  readonly builder: MapBuilder;
  readonly index: ServiceIndex;
  readonly scope: Scope;
  /** Sums in the making, by edge. A busy mesh has many samples for each. */
  readonly counted: Map<string, Counted>;
}

type Counts = { -readonly [kind in keyof Rates]: Rates[kind] };

interface Counted {
  readonly source: string;
  readonly target: string;
  readonly protocol: Protocol;
  readonly service: TrafficEdge["service"];
  bySource: Counts | undefined;
  byDestination: Counts | undefined;
  mutualTls: number;
  /** Of the caller's count where there is one. */
  failures: Failures | undefined;
}

interface Failures {
  readonly reporter: "source" | "destination";
  readonly byKind: Map<string, number>;
}

function addSample(sample: Sample, reporter: "source" | "destination", adding: Adding): void {
  // 0: nothing in this window, though there was earlier. NaN: Prometheus' way to say that it cannot tell.
  if (!(sample.value > 0) || !inScope(sample, adding.scope)) return;
  const edge = countedEdge(sample, adding);
  addFailure(edge, sample, reporter);
  if (reporter === "source") {
    edge.bySource = add(edge.bySource, sample);
    return;
  }
  edge.byDestination = add(edge.byDestination, sample);
  if (sample.labels.connection_security_policy === "mutual_tls") edge.mutualTls += sample.value;
}

function countedEdge(sample: Sample, adding: Adding): Counted {
  const { builder, counted } = adding;
  const { source, target, protocol, id } = endsOf(sample, adding);
  const known = counted.get(id);
  if (known) return known;
  const service = builder.edge(id)?.service ?? serviceOf(sample, adding.index);
  const edge = {
    source,
    target,
    protocol,
    service,
    bySource: undefined,
    byDestination: undefined,
    mutualTls: 0,
    failures: undefined,
  };
  counted.set(id, edge);
  return edge;
}

function add(counts: Counts | undefined, { labels, value }: Sample): Counts {
  const sums = counts ?? { total: 0, clientErrors: 0, serverErrors: 0, noResponse: 0, grpcErrors: 0 };
  const code = labels.response_code ?? "";
  const grpc = labels.grpc_response_status ?? "";
  sums.total += value;
  if (/^4\d\d$/.test(code)) sums.clientErrors += value;
  else if (/^5\d\d$/.test(code)) sums.serverErrors += value;
  else if (code === "0" || code === "-") sums.noResponse += value;
  if (/^[1-9]\d*$/.test(grpc)) sums.grpcErrors += value;
  return sums;
}

/** Destinations are added first: when the caller reports failures too, its are the ones that count. */
function addFailure(edge: Counted, { labels, value }: Sample, reporter: Failures["reporter"]): void {
  const grpc = labels.grpc_response_status ?? "";
  const code = /^[1-9]\d*$/.test(grpc) ? `gRPC ${grpc}` : (labels.response_code ?? "");
  if (!/^(gRPC|[45]\d\d$|0$|-$)/.test(code)) return;
  if (edge.failures?.reporter !== reporter) edge.failures = { reporter, byKind: new Map() };
  const kind = `${code} ${labels.response_flags || "-"}`;
  edge.failures.byKind.set(kind, (edge.failures.byKind.get(kind) ?? 0) + value);
}

function mostFrequent(failures: Failures | undefined): TrafficEdge["failures"] {
  return [...(failures?.byKind ?? [])]
    .sort(([, one], [, other]) => other - one)
    .slice(0, limits.failures)
    .map(([kind, rate]) => {
      const at = kind.lastIndexOf(" ");
      return { code: kind.slice(0, at), flags: kind.slice(at + 1), rate };
    });
}
