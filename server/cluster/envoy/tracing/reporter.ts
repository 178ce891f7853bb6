import type { Clock, Disposable } from "../../base/index.ts";
import { HeaderMap } from "../http/headers.ts";
import { fixedLabels, type MetricStore } from "../stats/metric-store.ts";
import type { ClusterRuntime } from "../upstream/cluster-runtime.ts";
import type { Endpoint } from "../upstream/endpoint.ts";
import { FLUSH_MS, FLUSH_SOON_MS, FLUSH_SPANS, MAX_PENDING_SPANS, MAX_REPORTS } from "./limits.ts";
import type { FinishedSpan } from "./span.ts";

export interface Collector {
  readonly cluster: string;
  readonly path: string;
  /** Host header of a report; the cluster's name when the configuration says none. */
  readonly authority: string;
  readonly contentType: string;
  readonly headers: readonly (readonly [string, string])[];
  /** Milliseconds it may take to answer. */
  readonly timeout: number;
  /** A call of gRPC: it carries its status in trailers. */
  readonly grpc: boolean;
}

/** The counters of one kind of tracer: what became of its reports. Absent: not counted. */
export interface Reports {
  readonly prefix: string;
  readonly noCluster?: string;
  readonly sent?: string;
  readonly refused?: string;
  accepts(status: number): boolean;
}

export interface ReporterDeps {
  readonly clock: Clock;
  readonly metrics: MetricStore;
  readonly cluster: (name: string) => ClusterRuntime | undefined;
  readonly reports: Reports;
  readonly encode: (spans: readonly FinishedSpan[]) => Buffer;
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
      this.count(this.deps.reports.refused);
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
      if (!soon) this.count("timer_flushed");
      this.timer = undefined;
      this.soon = false;
      void this.flush();
    }, ms);
  }

  private async flush(): Promise<void> {
    const spans = this.pending;
    this.pending = [];
    if (spans.length === 0) return;
    const { reports } = this.deps;
    this.count("spans_sent", spans.length);
    if (this.underWay >= MAX_REPORTS) return this.count(reports.refused);
    const cluster = this.deps.cluster(this.collector.cluster);
    if (!cluster) return this.count(reports.noCluster);
    this.underWay += 1;
    try {
      const endpoint = await cluster.pick({ originalDestination: NOWHERE });
      const status = endpoint ? await this.post(cluster, endpoint, this.deps.encode(spans)) : 0;
      this.count(reports.accepts(status) ? reports.sent : reports.refused);
    } finally {
      this.underWay -= 1;
    }
  }

  /** The answer's status; 0 for none. */
  private post(cluster: ClusterRuntime, endpoint: Endpoint, body: Buffer): Promise<number> {
    const { path, authority, contentType, grpc, timeout } = this.collector;
    const headers = new HeaderMap([
      ["content-type", contentType],
      grpc ? ["te", "trailers"] : ["content-length", String(body.length)],
    ]);
    for (const [name, value] of this.collector.headers) headers.set(name.toLowerCase(), value);
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
      }, timeout);
    });
  }

  private count(name: string | undefined, amount = 1): void {
    if (name) this.deps.metrics.add(`${this.deps.reports.prefix}${name}`, NO_LABELS, amount);
  }
}

const NOWHERE = { address: "", port: 0 };
