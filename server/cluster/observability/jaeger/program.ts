import { load } from "js-yaml";
import { stringOf, valueAt } from "../../apimachinery/index.ts";
import { DisposableStore } from "../../base/index.ts";
import type { ContainerContext, Program, RunningProgram } from "../../container/index.ts";
import { type Handle, json, pageNotFound, plain, serveGrpc, serveHttp } from "../http/index.ts";
import { untilStopped } from "../process.ts";
import { Collector } from "./collector.ts";
import { queryHandler } from "./query-api.ts";
import { SpanStore } from "./span-store.ts";

/**
 * The images `jaegertracing/all-in-one` (1.x) and `jaegertracing/jaeger` (2.x): collector and query service of one memory.
 * Jaeger's own gRPC ports (14250, 16685) and Thrift (14268) are closed: nobody here speaks to them.
 */
export const jaegerProgram: Program = {
  images: ["jaegertracing/all-in-one", "jaegertracing/jaeger"],
  entrypoint: ["/go/bin/all-in-one-linux"],
  hasShell: false,
  uid: 10001,
  start: startJaeger,
};

function startJaeger(context: ContainerContext): RunningProgram {
  const { network, clock } = context;
  const running = new DisposableStore();
  const store = new SpanStore();
  const collector = new Collector(store);
  const started = clock.now();
  const second = context.image.includes("jaegertracing/jaeger");
  const basePath = second
    ? configuredBasePath(context)
    : (context.env.QUERY_BASE_PATH ?? "").replace(/\/$/, "");
  const serve = (port: number, handle: Handle) => running.add(serveHttp(network, port, handle));
  const log = (msg: string, more: object = {}) =>
    context.stderr(`${JSON.stringify({ level: "info", ts: clock.now() / 1000, msg, ...more })}\n`);

  serve(9411, collector.zipkin);
  serve(4318, collector.otlp);
  running.add(serveGrpc(network, 4317, collector.otlpGrpc));
  serve(16686, queryHandler({ store, clock, basePath }));
  const metrics = () => plain(ownMetrics(store, collector));
  const status = () => ({
    upSince: new Date(started).toISOString(),
    uptime: `${(clock.now() - started) / 1000}s`,
  });
  if (second) {
    serve(13133, ({ path }) =>
      path === "/status" ? json({ status: "StatusOK", ...status() }) : pageNotFound,
    );
    serve(8888, ({ path }) => (path === "/metrics" ? metrics() : pageNotFound));
  } else {
    serve(14269, ({ path }) => {
      if (path === "/metrics") return metrics();
      return path === "/" ? json({ status: "Server available", ...status() }) : pageNotFound;
    });
  }
  log("Zipkin server started", { "http.host-port": ":9411" });
  log("Query server started", { http_addr: "[::]:16686", basePath });
  return untilStopped(context, {
    running,
    onTerminate: () => log("Shutdown complete"),
  });
}

/** Jaeger 2 reads a file; only the base path of its query service matters here. */
function configuredBasePath({ command, files }: ContainerContext): string {
  const flag = command.indexOf("--config");
  const file = files.read(command[flag + 1] ?? "");
  if (flag < 0 || !file) return "";
  const config: unknown = load(Buffer.from(file).toString("utf8"));
  return stringOf(valueAt(config, "extensions", "jaeger_query", "base_path")).replace(/\/$/, "");
}

function ownMetrics(store: SpanStore, { receivedBy }: Collector): string {
  const { traces, spans } = store.size;
  return [
    "# TYPE jaeger_collector_spans_received_total counter",
    `jaeger_collector_spans_received_total{debug="false",format="zipkin",transport="http"} ${receivedBy.zipkin}`,
    `jaeger_collector_spans_received_total{debug="false",format="otlp",transport="http"} ${receivedBy.otlp}`,
    "# TYPE jaeger_collector_spans_dropped_total counter",
    `jaeger_collector_spans_dropped_total ${store.dropped}`,
    "# TYPE jaeger_practice_store_spans gauge",
    `jaeger_practice_store_spans ${spans}`,
    "# TYPE jaeger_practice_store_traces gauge",
    `jaeger_practice_store_traces ${traces}`,
    "",
  ].join("\n");
}
