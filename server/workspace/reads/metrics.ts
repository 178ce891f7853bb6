import { z } from "zod";
import type { MetricSeries, MetricsNames, MetricsQueryAnswer, ReadParams } from "../../contracts/index.ts";
import { isKubeError, type KubeCluster } from "../../platform/kube/index.ts";
import { unavailable } from "../errors.ts";
import { limits } from "./limits.ts";

const prometheus = { namespace: "istio-system", service: "prometheus", port: 9090 } as const;

const point = z.tuple([z.number(), z.string()]);
const labels = z.record(z.string(), z.string());
const failure = z.object({ status: z.literal("error"), errorType: z.string(), error: z.string() });
const success = z.object({
  status: z.literal("success"),
  warnings: z.array(z.string()).optional(),
  data: z.discriminatedUnion("resultType", [
    z.object({
      resultType: z.literal("vector"),
      result: z.array(z.object({ metric: labels, value: point })),
    }),
    z.object({
      resultType: z.literal("matrix"),
      result: z.array(z.object({ metric: labels, values: z.array(point) })),
    }),
    z.object({ resultType: z.enum(["scalar", "string"]), result: point }),
  ]),
});
const strings = z.object({ status: z.literal("success"), data: z.array(z.string()) });

export interface MetricsDeps {
  readonly cluster: KubeCluster;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** One query, as Prometheus answers it; its refusals are answers, too. */
export async function queryMetrics(
  { cluster, now }: MetricsDeps,
  { query, range }: ReadParams<"metrics:query">,
): Promise<MetricsQueryAnswer> {
  const parameters = new URLSearchParams({ query });
  if (range) {
    const end = now() / 1000;
    parameters.set("start", String(end - range.seconds));
    parameters.set("end", String(end));
    parameters.set("step", String(range.step));
  }
  const path = `/api/v1/${range ? "query_range" : "query"}?${parameters}`;
  const answered = await ask(cluster, path);
  const refused = failure.safeParse(answered);
  if (refused.success) {
    const { errorType, error } = refused.data;
    return { status: "error", errorType, error: error.slice(0, 4_000) };
  }
  const { data, warnings } = success.parse(answered);
  const series = seriesOf(data);
  return {
    status: "success",
    resultType: data.resultType,
    series: bounded(series),
    total: series.length,
    warnings: (warnings ?? []).slice(0, 20),
  };
}

export async function metricNames(cluster: KubeCluster): Promise<MetricsNames> {
  const [metrics, known] = await Promise.all([
    ask(cluster, "/api/v1/label/__name__/values"),
    ask(cluster, "/api/v1/labels"),
  ]);
  return {
    metrics: strings.parse(metrics).data.slice(0, limits.names),
    labels: strings.parse(known).data.slice(0, limits.values),
  };
}

export async function labelValues(
  cluster: KubeCluster,
  { label, metric }: ReadParams<"metrics:values">,
): Promise<{ values: string[] }> {
  const match = metric === undefined ? "" : `?${new URLSearchParams({ "match[]": metric })}`;
  const answered = await ask(cluster, `/api/v1/label/${label}/values${match}`);
  return { values: strings.parse(answered).data.slice(0, limits.values) };
}

function seriesOf(data: z.infer<typeof success>["data"]): MetricSeries[] {
  switch (data.resultType) {
    case "vector":
      return data.result.map(({ metric, value }) => ({ labels: metric, points: [value] }));
    case "matrix":
      return data.result.map(({ metric, values }) => ({ labels: metric, points: values }));
    case "scalar":
    case "string":
      return [{ labels: {}, points: [data.result] }];
  }
}

function bounded(series: readonly MetricSeries[]): MetricSeries[] {
  const shown: MetricSeries[] = [];
  let points = 0;
  for (const one of series.slice(0, limits.seriesShown)) {
    points += one.points.length;
    if (points > limits.pointsShown) break;
    shown.push(one);
  }
  return shown;
}

async function ask(cluster: KubeCluster, path: string): Promise<unknown> {
  try {
    const signal = AbortSignal.timeout(limits.answerMs);
    return JSON.parse(await cluster.serviceProxyGet({ ...prometheus, path, signal }));
  } catch (error) {
    if (!isKubeError(error)) throw error;
    const said = error.body === undefined ? undefined : failure.safeParse(parsedOrNothing(error.body));
    if (said?.success) return said.data;
    if (error.reason === "NotFound")
      throw unavailable(
        "There is no Prometheus in this cluster: the service istio-system/prometheus does not exist. It comes with Istio's samples: kubectl apply -f samples/addons/prometheus.yaml",
      );
    throw unavailable(`Prometheus does not answer: ${error.message}`);
  }
}

function parsedOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not Prometheus' own words; the caller says what it knows
  }
}
