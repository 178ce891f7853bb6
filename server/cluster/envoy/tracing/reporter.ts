import type { Clock, Disposable } from "../../base/index.ts";
import { HeaderMap } from "../http/headers.ts";
import { fixedLabels, type MetricStore } from "../stats/metric-store.ts";
import type { ClusterRuntime } from "../upstream/cluster-runtime.ts";
import type { Endpoint } from "../upstream/endpoint.ts";
import { FLUSH_MS, FLUSH_SOON_MS, FLUSH_SPANS, MAX_PENDING_SPANS, MAX_REPORTS, REPORT_MS } from "./limits.ts";
import type { FinishedSpan } from "./span.ts";

export interface Collector {
  readonly cluster: string;
  readonly path: string;
  /** Host header of a report; the cluster's name when the configuration says none. */
  readonly authority: string;
  readonly contentType: string;
}

export interface ReporterDeps {
  readonly clock: Clock;
  readonly metrics: MetricStore;
  readonly cluster: (name: string) => ClusterRuntime | undefined;
  readonly encode: (spans: readonly FinishedSpan[]) => string;
}

const NO_LABELS = fixedLabels({});

/** Sends spans to the collector in batches. A collector that is not there costs nobody anything: spans are dropped. */
export class SpanReporter implements Disposable {
  private pending: FinishedSpan[] = [];
  private timer: Disposable | undefined;
  private soon = false;
  private underWay = 0;

  constructor(
    private readonly collector: Collector,
    private readonly deps: ReporterDeps,
  ) {}

  add(span: FinishedSpan): void {
    if (this.pending.length >= MAX_PENDING_SPANS) {
      this.count("envoy_tracing_zipkin_reports_dropped");
      return;
    }
    this.pending.push(span);
    if (this.pending.length >= FLUSH_SPANS && !this.soon) this.schedule(FLUSH_SOON_MS, true);
    else if (!this.timer) this.schedule(FLUSH_MS, false);
  }

  dispose(): void {
    this.timer?.dispose();
    this.timer = undefined;
    this.pending = [];
  }

  private schedule(ms: number, soon: boolean): void {
    this.timer?.dispose();
    this.soon = soon;
    this.timer = this.deps.clock.setTimeout(() => {
      if (!soon) this.count("envoy_tracing_zipkin_timer_flushed");
      this.timer = undefined;
      this.soon = false;
      void this.flush();
    }, ms);
  }

  private async flush(): Promise<void> {
    const spans = this.pending;
    this.pending = [];
    if (spans.length === 0) return;
    if (this.underWay >= MAX_REPORTS) return this.count("envoy_tracing_zipkin_reports_dropped");
    const cluster = this.deps.cluster(this.collector.cluster);
    this.underWay += 1;
    try {
      const endpoint = await cluster?.pick({ originalDestination: NOWHERE });
      if (!cluster || !endpoint) return this.count("envoy_tracing_zipkin_reports_skipped_no_cluster");
      const status = await this.post(cluster, endpoint, this.deps.encode(spans));
      this.count("envoy_tracing_zipkin_spans_sent", spans.length);
      if (status === 0) this.count("envoy_tracing_zipkin_reports_dropped");
      else if (status === 202) this.count("envoy_tracing_zipkin_reports_sent");
      else this.count("envoy_tracing_zipkin_reports_failed");
    } finally {
      this.underWay -= 1;
    }
  }

  /** The answer's status; 0 for none. */
  private post(cluster: ClusterRuntime, endpoint: Endpoint, text: string): Promise<number> {
    const body = Buffer.from(text);
    const { path, authority, contentType } = this.collector;
    const headers = new HeaderMap([
      ["content-type", contentType],
      ["content-length", String(body.length)],
    ]);
    const head = { method: "POST", scheme: "http", path, authority, headers };
    return new Promise((resolve) => {
      let status = 0;
      const finish = () => {
        timer.dispose();
        resolve(status);
      };
      const cancel = cluster
        .pool(endpoint, { http2: cluster.speaksHttp2("HTTP/1.1"), alpn: undefined })
        .request(
          { head, hasBody: true, upgrade: false },
          {
            ready(stream) {
              stream.write(body);
              stream.end();
            },
            head(answered) {
              status = answered;
            },
            data: () => undefined,
            end: finish,
            failed: () => resolve(0),
            upgraded: (_headers, { socket }) => socket.destroy(),
          },
        );
      const timer = this.deps.clock.setTimeout(() => {
        cancel();
        resolve(0);
      }, REPORT_MS);
    });
  }

  private count(name: string, amount = 1): void {
    this.deps.metrics.add(name, NO_LABELS, amount);
  }
}

const NOWHERE = { address: "", port: 0 };
