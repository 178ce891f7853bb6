import type { Disposable } from "../../base/index.ts";
import type { ActiveSpan } from "../tracing/span.ts";
import type { ClusterRuntime } from "../upstream/cluster-runtime.ts";
import type { UpstreamSocket } from "../upstream/dial.ts";
import type { Endpoint } from "../upstream/endpoint.ts";
import type { HeaderMap } from "./headers.ts";
import type { LocalReply } from "./local-reply.ts";
import type { TakenOver } from "./message.ts";
import type { StreamView } from "./stream-view.ts";
import type { Cancel, UpstreamListener, UpstreamStream } from "./upstream.ts";

export interface AttemptOwner {
  ready(stream: UpstreamStream): void;
  /** False: the answer interests nobody, the attempt is over. */
  answered(status: number, headers: HeaderMap, end: boolean): boolean;
  data(chunk: Buffer): void;
  ended(trailers: HeaderMap | undefined): void;
  upgraded(headers: HeaderMap, connection: TakenOver): void;
  /** Without a (whole) answer. */
  failed(reply: LocalReply, how: { readonly connected: boolean; readonly answered: boolean }): void;
}

interface AttemptFacts {
  readonly stream: StreamView;
  readonly cluster: ClusterRuntime;
  readonly endpoint: Endpoint;
  /** Attempts of this request before this one. */
  readonly retries: number;
}

/** One request to one endpoint: its place in the cluster's counts, and what became of it. */
export class Attempt implements UpstreamListener {
  perTry: Disposable | undefined;
  private cancel: Cancel | undefined;
  private stream: UpstreamStream | undefined;
  private settled = false;
  private over = false;
  private status = 0;
  private readonly begun: number;
  /** Its own span, where the configuration wants one for every try. */
  private readonly span: ActiveSpan | undefined;
  private protocol = "HTTP/1.1";

  constructor(
    private readonly facts: AttemptFacts,
    private readonly owner: AttemptOwner,
  ) {
    this.begun = facts.stream.monotonic();
    const { cluster, endpoint, stream } = facts;
    stream.scope.services.metrics.add("envoy_cluster_upstream_rq_total", cluster.labels.all);
    cluster.activeRequests += 1;
    endpoint.active += 1;
    endpoint.requests += 1;
    if (stream.span && stream.scope.config.tracing?.spawnUpstreamSpan)
      this.span = stream.scope.services.tracing.child(stream.span, cluster);
    this.span?.inject(stream.head.headers);
  }

  start(hasBody: boolean): void {
    const { cluster, endpoint, stream } = this.facts;
    const { protocol, upgrade } = stream.request;
    const http2 = upgrade === undefined && cluster.speaksHttp2(protocol);
    const { alpn } = stream.scope.facts;
    if (http2) this.protocol = "HTTP/2";
    const pool = cluster.pool(endpoint, { http2, alpn: http2 ? alpn.http2 : alpn.http1 });
    const cancel = pool.request({ head: stream.head, hasBody, upgrade: upgrade !== undefined }, this);
    if (this.over) cancel();
    else this.cancel = cancel;
  }

  /** Gives up; the owner hears nothing more. */
  dispose(): void {
    this.perTry?.dispose();
    this.settle();
    if (this.over) return;
    this.over = true;
    this.cancel?.();
  }

  pause(): void {
    this.stream?.pause();
  }

  resume(): void {
    this.stream?.resume();
  }

  /** Takes the attempt out of the counts; a tunnel is settled when it ends. */
  settle(): void {
    if (this.settled) return;
    this.settled = true;
    this.facts.cluster.activeRequests -= 1;
    this.facts.endpoint.active -= 1;
    this.trace();
  }

  ready(stream: UpstreamStream, socket: UpstreamSocket): void {
    if (this.over) return;
    this.stream = stream;
    const { info } = this.facts.stream;
    info.upstreamPeer = socket.peer;
    info.upstreamConnection = socket.raw;
    this.owner.ready(stream);
  }

  head(status: number, headers: HeaderMap, end: boolean): void {
    if (this.over) return;
    this.status = status;
    this.judged(status);
    if (this.owner.answered(status, headers, end)) return;
    this.dispose();
  }

  data(chunk: Buffer): void {
    if (!this.over) this.owner.data(chunk);
  }

  end(trailers: HeaderMap | undefined): void {
    if (this.over) return;
    this.over = true;
    this.settle();
    this.owner.ended(trailers);
  }

  upgraded(headers: HeaderMap, connection: TakenOver): void {
    if (this.over) {
      connection.socket.destroy();
      return;
    }
    this.over = true;
    this.status = 101;
    this.judged(101);
    this.owner.upgraded(headers, connection);
  }

  failed(reply: LocalReply, connected: boolean): void {
    if (this.over) return;
    this.over = true;
    if (this.status === 0 && reply.flag !== "UO") this.judged(0);
    this.settle();
    this.owner.failed(reply, { connected, answered: this.status !== 0 });
  }

  private trace(): void {
    const { stream, endpoint, retries } = this.facts;
    const { config, services } = stream.scope;
    if (!this.span || !config.tracing) return;
    const duration = stream.monotonic() - this.begun;
    services.tracing.finishChild(this.span, config.tracing, {
      info: stream.info,
      endpoint: endpoint.key,
      protocol: this.protocol,
      status: this.status,
      retries,
      begun: services.clock.now() - duration,
      duration,
    });
  }

  private judged(status: number): void {
    const { cluster, endpoint, stream } = this.facts;
    this.perTry?.dispose();
    stream.info.upstreamServiceTime = stream.monotonic() - this.begun;
    if (status === 0 || status >= 500) endpoint.errors += 1;
    cluster.observe(endpoint, status);
    stream.scope.services.metrics.add("envoy_cluster_upstream_rq_xx", cluster.labels.ofAnswer(status || 503));
  }
}
