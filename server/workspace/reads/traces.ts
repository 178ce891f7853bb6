import { z } from "zod";
import type { ReadAnswer, ReadParams, TraceSpan, TraceSummary } from "../../contracts/index.ts";
import { isKubeError, type KubeCluster } from "../../platform/kube/index.ts";
import { notFound, unavailable } from "../errors.ts";
import { limits } from "./limits.ts";

// Jaeger's query service as Istio's add-on installs it: service "tracing", base path /jaeger.
const jaeger = { namespace: "istio-system", service: "tracing", port: 80 } as const;
const base = "/jaeger/api";

const tag = z.looseObject({ key: z.string(), value: z.unknown() });
const span = z.looseObject({
  spanID: z.string(),
  operationName: z.string(),
  references: z.array(z.looseObject({ refType: z.string(), spanID: z.string() })).nullish(),
  startTime: z.number(),
  duration: z.number(),
  processID: z.string(),
  tags: z.array(tag).nullish(),
  logs: z.array(z.looseObject({ timestamp: z.number(), fields: z.array(tag).nullish() })).nullish(),
  warnings: z.array(z.string()).nullish(),
});
type JaegerSpan = z.infer<typeof span>;
const trace = z.looseObject({
  traceID: z.string(),
  spans: z.array(span),
  processes: z.record(z.string(), z.looseObject({ serviceName: z.string(), tags: z.array(tag).nullish() })),
});
type JaegerTrace = z.infer<typeof trace>;
const errors = z.array(z.looseObject({ msg: z.string() })).nullish();
const traceAnswer = z.looseObject({ data: z.array(trace).nullish(), errors });
const names = z.looseObject({ data: z.array(z.string()).nullish(), errors });

export async function traceServices(cluster: KubeCluster): Promise<ReadAnswer<"traces:services">> {
  const { data } = names.parse(await ask(cluster, "/services"));
  return { services: (data ?? []).toSorted().slice(0, 500) };
}

export async function traceOperations(
  cluster: KubeCluster,
  { service }: ReadParams<"traces:operations">,
): Promise<ReadAnswer<"traces:operations">> {
  const { data } = names.parse(await ask(cluster, `/services/${encodeURIComponent(service)}/operations`));
  return { operations: (data ?? []).toSorted().slice(0, 1_000) };
}

/** Newest first. */
export async function searchTraces(
  { cluster, now }: { readonly cluster: KubeCluster; readonly now: () => number },
  request: ReadParams<"traces:search">,
): Promise<ReadAnswer<"traces:search">> {
  const end = now() * 1000;
  const { service, operation, tags, minDuration, maxDuration, lookbackSeconds, limit } = request;
  const parameters = new URLSearchParams({
    ...{ service, limit: String(limit), lookback: "custom" },
    ...{ start: String(Math.round(end - lookbackSeconds * 1e6)), end: String(Math.round(end)) },
    ...(operation ? { operation } : {}),
    ...(tags && Object.keys(tags).length > 0 ? { tags: JSON.stringify(tags) } : {}),
    ...(minDuration ? { minDuration } : {}),
    ...(maxDuration ? { maxDuration } : {}),
  });
  const found = traceAnswer.parse(await ask(cluster, `/traces?${parameters}`));
  if (found.errors?.[0]) throw unavailable(`Jaeger refuses: ${found.errors[0].msg}`);
  const traces = (found.data ?? []).map(summarize).sort((a, b) => b.start - a.start);
  return { traces: traces.slice(0, 100) };
}

export async function readTrace(
  cluster: KubeCluster,
  { id }: ReadParams<"traces:read">,
): Promise<ReadAnswer<"traces:read">> {
  const found = traceAnswer.parse(await ask(cluster, `/traces/${id}`));
  const [first] = found.data ?? [];
  if (!first) throw notFound(`Jaeger has no trace ${id}.`);
  const spans = first.spans.toSorted((a, b) => a.startTime - b.startTime).slice(0, limits.spans);
  return { id: first.traceID, spans: spans.map((one) => spanOf(one, first)), total: first.spans.length };
}

function summarize(one: JaegerTrace): TraceSummary {
  const ids = new Set(one.spans.map(({ spanID }) => spanID));
  const byStart = one.spans.toSorted((a, b) => a.startTime - b.startTime);
  const root = byStart.find((candidate) => !ids.has(parentOf(candidate) ?? "")) ?? byStart[0];
  const start = byStart[0]?.startTime ?? 0;
  const end = byStart.reduce(
    (latest, { startTime, duration }) => Math.max(latest, startTime + duration),
    start,
  );
  const counts = new Map<string, number>();
  for (const { processID } of one.spans) {
    const name = one.processes[processID]?.serviceName ?? "unknown";
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return {
    id: one.traceID,
    service: (root && one.processes[root.processID]?.serviceName) ?? "unknown",
    operation: root?.operationName ?? "",
    start,
    duration: end - start,
    spans: one.spans.length,
    errors: one.spans.filter(isError).length,
    services: [...counts]
      .map(([name, spans]) => ({ name, spans }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function spanOf(one: JaegerSpan, whole: JaegerTrace): TraceSpan {
  const process = whole.processes[one.processID];
  const parent = parentOf(one);
  return {
    id: one.spanID,
    ...(parent === undefined ? {} : { parent }),
    service: process?.serviceName ?? "unknown",
    operation: one.operationName,
    start: one.startTime,
    duration: one.duration,
    error: isError(one),
    tags: tagsOf(one.tags),
    process: tagsOf(process?.tags),
    logs: (one.logs ?? [])
      .slice(0, limits.logsPerSpan)
      .map(({ timestamp, fields }) => ({ at: timestamp, fields: tagsOf(fields) })),
    warnings: (one.warnings ?? []).slice(0, 20).map((warning) => warning.slice(0, limits.textPerTag)),
  };
}

const parentOf = ({ references }: JaegerSpan): string | undefined =>
  references?.find(({ refType }) => refType === "CHILD_OF")?.spanID ?? references?.[0]?.spanID;

const isError = ({ tags }: JaegerSpan): boolean =>
  (tags ?? []).some(({ key, value }) => key === "error" && (value === true || value === "true"));

const tagsOf = (tags: readonly z.infer<typeof tag>[] | null | undefined): { key: string; value: string }[] =>
  (tags ?? []).slice(0, limits.tagsPerSpan).map(({ key, value }) => ({
    key: key.slice(0, 200),
    value: (typeof value === "string" ? value : (JSON.stringify(value) ?? "")).slice(0, limits.textPerTag),
  }));

async function ask(cluster: KubeCluster, path: string): Promise<unknown> {
  try {
    const signal = AbortSignal.timeout(limits.answerMs);
    return JSON.parse(await cluster.serviceProxyGet({ ...jaeger, path: base + path, signal }));
  } catch (error) {
    if (!isKubeError(error)) throw error;
    const said = bodyMessage(error.body);
    if (said !== undefined && path.startsWith("/traces/") && error.status === 404)
      throw notFound(`Jaeger: ${said}`);
    if (error.reason === "NotFound")
      throw unavailable(
        "There is no Jaeger in this cluster: the service istio-system/tracing does not exist. It comes with Istio's samples: kubectl apply -f samples/addons/jaeger.yaml",
      );
    throw unavailable(`Jaeger does not answer: ${said ?? error.message}`);
  }
}

function bodyMessage(body: string | undefined): string | undefined {
  if (body === undefined) return undefined;
  try {
    return z.looseObject({ errors }).safeParse(JSON.parse(body)).data?.errors?.[0]?.msg;
  } catch {
    return undefined; // not Jaeger's own words
  }
}
