import type { Clock, Disposable } from "../../base/index.ts";
import type { UpstreamTlsContext } from "../../xds/index.ts";
import { failureReply, OVERFLOW } from "../http/local-reply.ts";
import type { Cancel, UpstreamListener, UpstreamRequest } from "../http/upstream.ts";
import { POOL_IDLE_MS } from "../limits.ts";
import type { AnswerLabels } from "../stats/answer-labels.ts";
import type { MetricStore } from "../stats/metric-store.ts";
import { type Carrier, type CarrierOwner, http1Carrier, http2Carrier } from "./carrier.ts";
import type { Dialer, UpstreamSocket } from "./dial.ts";
import type { Endpoint } from "./endpoint.ts";

export interface PoolKey {
  readonly tls: UpstreamTlsContext | undefined;
  /** The same list for the same protocols (`internAlpn`): it is compared by identity. */
  readonly alpn: readonly string[] | undefined;
  readonly http2: boolean;
}

/** What the pools of a cluster share: its limits are counted over all its endpoints. */
export interface PoolOwner {
  readonly labels: AnswerLabels;
  readonly connectTimeout: number;
  readonly maxRequestsPerConnection: number;
  readonly maxConnectionDuration: number | undefined;
  readonly config: { readonly upstreamBindConfig?: { readonly sourceAddress: { readonly address: string } } };
  connections: number;
  pendingRequests: number;
  limit(name: "maxConnections" | "maxPendingRequests"): number;
}

export interface PoolDeps {
  readonly dial: Dialer;
  readonly cluster: PoolOwner;
  readonly metrics: MetricStore;
  readonly clock: Clock;
  readonly bug: (error: unknown) => void;
}

interface Waiting {
  readonly request: UpstreamRequest;
  readonly listener: UpstreamListener;
  /** What cancelling does once the request is on a connection. */
  cancel: Cancel | undefined;
}

/** Connections to one endpoint with one kind of transport and protocol (Envoy conn_pool/conn_pool_base.cc). */
export class Pool {
  private readonly carriers = new Set<Carrier>();
  /** Those that can take a request now; the last one used is taken first. */
  private readonly ready: { readonly carrier: Carrier; readonly since: number }[] = [];
  private waiting: Waiting[] = [];
  private connecting = 0;
  private retired = false;

  constructor(
    private readonly endpoint: Endpoint,
    readonly key: PoolKey,
    private readonly deps: PoolDeps,
  ) {}

  /** Sends a request as soon as a connection can take it. */
  request(request: UpstreamRequest, listener: UpstreamListener): Cancel {
    const carrier = this.takeReady();
    if (carrier) return this.run(carrier, { request, listener, cancel: undefined });
    const { cluster, metrics } = this.deps;
    if (cluster.pendingRequests >= cluster.limit("maxPendingRequests")) {
      metrics.add("envoy_cluster_upstream_rq_pending_overflow", cluster.labels.all);
      listener.failed(OVERFLOW, false);
      return nothing;
    }
    const waiting: Waiting = { request, listener, cancel: undefined };
    this.wait(waiting);
    this.connectIfNeeded();
    return () => {
      if (waiting.cancel) waiting.cancel();
      else this.forget(waiting);
    };
  }

  /** Closes connections that nobody has used for a while. */
  closeIdle(): void {
    const before = this.deps.clock.monotonic() - POOL_IDLE_MS;
    for (const { carrier, since } of [...this.ready])
      if (since <= before && carrier.active === 0) carrier.destroy();
  }

  /** Idle connections close now, busy ones when their requests are done. */
  retire(): void {
    this.retired = true;
    for (const carrier of [...this.carriers]) carrier.retire();
  }

  private wait(waiting: Waiting): void {
    const { cluster, metrics } = this.deps;
    this.waiting.push(waiting);
    cluster.pendingRequests += 1;
    metrics.add("envoy_cluster_upstream_rq_pending_total", cluster.labels.all);
  }

  private forget(waiting: Waiting): void {
    const at = this.waiting.indexOf(waiting);
    if (at < 0) return;
    this.waiting.splice(at, 1);
    this.deps.cluster.pendingRequests -= 1;
  }

  private takeReady(): Carrier | undefined {
    for (let one = this.ready.at(-1); one; one = this.ready.at(-1)) {
      if (one.carrier.usable) {
        if (!one.carrier.shared) this.ready.pop();
        return one.carrier;
      }
      this.ready.pop();
    }
    return undefined;
  }

  private run(carrier: Carrier, waiting: Waiting): Cancel {
    const cancel = carrier.start(waiting.request, waiting.listener);
    waiting.cancel = cancel;
    return cancel;
  }

  /** A connection for each request that waits; one is enough where requests share it. */
  private connectIfNeeded(): void {
    const { cluster, metrics } = this.deps;
    const wanted = this.key.http2 ? Math.min(1, this.waiting.length) : this.waiting.length;
    if (this.connecting >= wanted) return;
    // A pool without any connection gets one whatever the limit, or its requests would wait for ever.
    if (cluster.connections >= cluster.limit("maxConnections") && this.carriers.size + this.connecting > 0) {
      metrics.add("envoy_cluster_upstream_cx_overflow", cluster.labels.all);
      return;
    }
    this.connect();
  }

  private connect(): void {
    const { cluster, dial, metrics } = this.deps;
    const labels = cluster.labels.all;
    metrics.add("envoy_cluster_upstream_cx_total", labels);
    this.endpoint.connections += 1;
    this.connecting += 1;
    cluster.connections += 1;
    dial({
      address: this.endpoint.address,
      port: this.endpoint.port,
      tls: this.key.tls,
      alpn: this.key.alpn,
      timeout: cluster.connectTimeout,
      localAddress: cluster.config.upstreamBindConfig?.sourceAddress.address,
    }).then(
      (made) => {
        this.connecting -= 1;
        this.add(made);
      },
      (error: unknown) => {
        this.connecting -= 1;
        cluster.connections -= 1;
        metrics.add("envoy_cluster_upstream_cx_connect_fail", labels);
        this.failWaiting(error);
      },
    );
  }

  /** Envoy fails everything that waits: whoever asked decides what to do about it. */
  private failWaiting(error: unknown): void {
    const { waiting } = this;
    this.waiting = [];
    this.deps.cluster.pendingRequests -= waiting.length;
    const reply = failureReply(error);
    for (const one of waiting) one.listener.failed(reply, false);
  }

  private add(made: UpstreamSocket): void {
    const { cluster, metrics } = this.deps;
    const labels = cluster.labels.all;
    metrics.move("envoy_cluster_upstream_cx_active", labels, 1);
    metrics.add(
      this.key.http2 ? "envoy_cluster_upstream_cx_http2_total" : "envoy_cluster_upstream_cx_http1_total",
      labels,
    );
    if (made.peer) metrics.add("envoy_cluster_ssl_handshake", labels);
    const owner: CarrierOwner = {
      idle: () => this.serve(carrier),
      bug: this.deps.bug,
      closed: () => {
        aged?.dispose();
        this.carriers.delete(carrier);
        const at = this.ready.findIndex((one) => one.carrier === carrier);
        if (at >= 0) this.ready.splice(at, 1);
        cluster.connections -= 1;
        metrics.move("envoy_cluster_upstream_cx_active", labels, -1);
        this.connectIfNeeded();
      },
    };
    const carrier: Carrier = (this.key.http2 ? http2Carrier : http1Carrier)(made, owner);
    this.carriers.add(carrier);
    const { maxConnectionDuration: longest } = cluster;
    const aged = longest ? this.deps.clock.setTimeout(() => carrier.retire(), longest) : undefined;
    this.serve(carrier);
  }

  /** Gives a connection what waits, or puts it by. */
  private serve(carrier: Carrier): void {
    const limit = this.deps.cluster.maxRequestsPerConnection;
    while (this.waiting.length > 0 && carrier.usable && carrier.served < limit) {
      const next = this.waiting.shift();
      if (!next) break;
      this.deps.cluster.pendingRequests -= 1;
      this.run(carrier, next);
      if (!carrier.shared) return;
    }
    if (this.retired || carrier.served >= limit) carrier.retire();
    else if (carrier.usable) {
      const at = this.ready.findIndex((one) => one.carrier === carrier);
      if (at >= 0) this.ready.splice(at, 1);
      this.ready.push({ carrier, since: this.deps.clock.monotonic() });
    }
    this.connectIfNeeded();
  }
}

const nothing = () => undefined;

/** The pools of one cluster. */
export class PoolSet {
  private readonly pools = new Map<Endpoint, Pool[]>();
  private sweep: Disposable | undefined;

  constructor(private readonly deps: PoolDeps) {}

  get(endpoint: Endpoint, key: PoolKey): Pool {
    let kinds = this.pools.get(endpoint);
    if (!kinds) {
      kinds = [];
      this.pools.set(endpoint, kinds);
    }
    for (const pool of kinds)
      if (pool.key.tls === key.tls && pool.key.alpn === key.alpn && pool.key.http2 === key.http2) return pool;
    const pool = new Pool(endpoint, key, this.deps);
    kinds.push(pool);
    this.sweep ??= this.deps.clock.setInterval(() => this.closeIdle(), POOL_IDLE_MS);
    return pool;
  }

  drop(endpoint: Endpoint): void {
    for (const pool of this.pools.get(endpoint) ?? []) pool.retire();
    this.pools.delete(endpoint);
    if (this.pools.size > 0) return;
    this.sweep?.dispose();
    this.sweep = undefined;
  }

  dropAll(): void {
    for (const endpoint of [...this.pools.keys()]) this.drop(endpoint);
  }

  private closeIdle(): void {
    for (const kinds of this.pools.values()) for (const pool of kinds) pool.closeIdle();
  }
}
