import { z } from "zod";
import { getJson } from "../kube/client.ts";
import { forwardPort } from "../kube/port-forward.ts";
import type { Command, CommandContext } from "./command.ts";
import { CommandError } from "./errors.ts";

const PROMETHEUS_PORT = 9090;
const QUERY_TIMEOUT_MS = 30_000;

/** `istioctl experimental metrics`: rates and latencies as the workloads themselves report them. */
export const metrics: Command = {
  name: "metrics",
  aliases: ["m"],
  short: "Prints the metrics for the specified workload(s) when running in Kubernetes.",
  usage: "metrics <workload name>...",
  flags: [{ name: "duration", short: "d", type: "string", usage: "How far back to look, 1m when left out" }],
  run,
};

const podList = z.object({
  items: z.array(z.object({ metadata: z.object({ name: z.string(), namespace: z.string() }) })),
});

async function run(context: CommandContext): Promise<void> {
  const { args, istioNamespace } = context;
  if (args.operands.length === 0) throw new CommandError("metrics requires workload name");
  const duration = promDuration(args.text("duration") ?? "1m");
  const { items } = await getJson(context.access(), `/api/v1/namespaces/${istioNamespace}/pods`, {
    schema: podList,
    query: { labelSelector: "app.kubernetes.io/name=prometheus", fieldSelector: "status.phase=Running" },
  });
  const pod = items[0]?.metadata;
  if (!pod) throw new CommandError("no Prometheus pods found");
  const target = { namespace: pod.namespace, pod: pod.name, port: PROMETHEUS_PORT };
  const forwarding = await forwardPort(context.access(), target, {
    address: "127.0.0.1",
    port: 0,
    failed: (reason) => context.stderr(`${reason}\n`),
  });
  try {
    const query = ask(`http://127.0.0.1:${forwarding.port}`);
    context.stdout(row("WORKLOAD", ["TOTAL RPS", "ERROR RPS", "P50 LATENCY", "P90 LATENCY", "P99 LATENCY"]));
    for (const workload of args.operands)
      context.stdout(row(workload, await cells(query, workload, duration)));
  } finally {
    await forwarding.close();
  }
}

type Query = (expression: string) => Promise<number>;

async function cells(query: Query, workload: string, duration: string): Promise<string[]> {
  const [name, namespace = ""] = workload.split(".");
  const labels = `destination_workload=~"${name}.*", destination_workload_namespace=~"${namespace}.*",reporter="destination"`;
  const rate = (more = "") => `sum(rate(istio_requests_total{${labels}${more}}[${duration}]))`;
  const latency = (quantile: number) =>
    `histogram_quantile(${quantile.toFixed(6)}, sum(rate(istio_request_duration_milliseconds_bucket{${labels}}[${duration}])) by (le))`;
  const asked = [...[rate(), rate(',response_code=~"[45][0-9]{2}"')], ...[0.5, 0.9, 0.99].map(latency)];
  const [total = 0, errors = 0, ...latencies] = await Promise.all(asked.map(query)).catch(
    (error: unknown) => {
      throw new CommandError(
        `could not build metrics for workload '${workload}': error retrieving some metrics: ${error instanceof Error ? error.message : error}`,
        { cause: error },
      );
    },
  );
  return [total.toFixed(3), errors.toFixed(3), ...latencies.map(goDuration)];
}

const answer = z.object({
  status: z.string(),
  error: z.string().optional(),
  data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }).optional(),
});

/** The first value of an instant vector; 0 when there is none. */
function ask(address: string): Query {
  return async (expression) => {
    const url = `${address}/api/v1/query?query=${encodeURIComponent(expression)}`;
    const response = await fetch(url, { signal: AbortSignal.timeout(QUERY_TIMEOUT_MS) });
    const { status, error, data } = answer.parse(await response.json());
    if (status !== "success") throw new Error(`query() failure for '${expression}': ${error}`);
    return Number(data?.result[0]?.value[1] ?? 0);
  };
}

/** Cells to the right, each at least 13 wide with two blanks before it; the workload in 40. */
const row = (workload: string, values: readonly string[]): string =>
  `${[workload.padStart(40), ...values].map((cell) => cell.padStart(Math.max(13, cell.length + 2))).join("")}\n`;

/** Milliseconds as Go prints a duration: `0s`, `5ms`, `1.25s`, `1m5s`. What is no number is 0s there too. */
export function goDuration(milliseconds: number): string {
  const whole = Number.isFinite(milliseconds) ? Math.trunc(milliseconds) : 0;
  if (whole === 0) return "0s";
  if (Math.abs(whole) < 1_000) return `${whole}ms`;
  const [hours, minutes, seconds] = [
    Math.trunc(whole / 3_600_000),
    Math.trunc((whole % 3_600_000) / 60_000),
    (whole % 60_000) / 1_000,
  ];
  if (hours > 0) return `${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
}

/** Go's `1m0s` is no duration of PromQL's; both know `90s`. */
function promDuration(text: string): string {
  if (!/^(\d+(h|m|s))+$/.test(text))
    throw new CommandError(
      `invalid argument ${JSON.stringify(text)} for "-d, --duration" flag: time: invalid duration ${JSON.stringify(text)}`,
    );
  return text;
}
