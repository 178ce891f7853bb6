import { Agent, type ClientRequestArgs } from "node:http";
import type { Duplex } from "node:stream";
import type { Clock, Disposable } from "../../base/index.ts";
import type { UpstreamTlsContext } from "../../xds/index.ts";
import { POOL_IDLE_CONNECTIONS, POOL_IDLE_MS } from "../limits.ts";
import type { AnswerLabels } from "../stats/answer-labels.ts";
import type { MetricStore } from "../stats/metric-store.ts";
import type { Dialer, UpstreamSocket } from "./dial.ts";
import type { Endpoint } from "./endpoint.ts";

export interface PoolKey {
  readonly tls: UpstreamTlsContext | undefined;
  readonly alpn: readonly string[] | undefined;
}

interface PoolOwner {
  readonly labels: AnswerLabels;
  readonly connectTimeout: number;
  readonly config: { readonly upstreamBindConfig?: { readonly sourceAddress: { readonly address: string } } };
  limit(name: "maxConnections"): number;
}

export interface PoolDeps {
  readonly dial: Dialer;
  readonly cluster: PoolOwner;
  readonly metrics: MetricStore;
  readonly clock: Clock;
}

type Created = (error: Error | null, socket: Duplex) => void;

/** Every request of a pool goes to the same place; Node only needs one name to queue them under. */
export const POOL_NAME = "upstream";

/** Keep-alive connections to one endpoint with one kind of transport socket. */
export class Pool extends Agent {
  private readonly facts = new WeakMap<Duplex, UpstreamSocket>();
  /** When each connection was last given back. */
  private readonly freed = new WeakMap<Duplex, number>();

  constructor(
    private readonly endpoint: Endpoint,
    private readonly key: PoolKey,
    private readonly deps: PoolDeps,
  ) {
    const limit = deps.cluster.limit("maxConnections");
    super({
      keepAlive: true,
      maxFreeSockets: POOL_IDLE_CONNECTIONS,
      maxSockets: limit >= 4294967295 ? Number.POSITIVE_INFINITY : Math.max(1, limit),
      scheduling: "lifo",
    });
  }

  /** What is known of a socket this pool made. */
  socketFacts(socket: Duplex): UpstreamSocket | undefined {
    return this.facts.get(socket);
  }

  override keepSocketAlive(socket: Duplex): boolean {
    this.freed.set(socket, this.deps.clock.monotonic());
    return Boolean(super.keepSocketAlive(socket));
  }

  /** Closes connections that nobody has used for a while. */
  closeIdle(): void {
    const since = this.deps.clock.monotonic() - POOL_IDLE_MS;
    for (const sockets of Object.values(this.freeSockets))
      for (const socket of [...(sockets ?? [])])
        if ((this.freed.get(socket) ?? since) <= since) socket.destroy();
  }

  override getName(): string {
    return POOL_NAME;
  }

  /** Node asks for a connection here when none is idle. */
  override createConnection(_options: ClientRequestArgs, created?: Created): Duplex | undefined {
    const { cluster, dial, metrics } = this.deps;
    const labels = cluster.labels.all;
    metrics.add("envoy_cluster_upstream_cx_total", labels);
    this.endpoint.connections += 1;
    dial({
      address: this.endpoint.address,
      port: this.endpoint.port,
      tls: this.key.tls,
      alpn: this.key.alpn,
      timeout: cluster.connectTimeout,
      localAddress: cluster.config.upstreamBindConfig?.sourceAddress.address,
    }).then(
      (made) => {
        this.facts.set(made.socket, made);
        metrics.move("envoy_cluster_upstream_cx_active", labels, 1);
        if (made.peer) metrics.add("envoy_cluster_ssl_handshake", labels);
        made.socket.once("close", () => metrics.move("envoy_cluster_upstream_cx_active", labels, -1));
        created?.(null, made.socket);
      },
      (error: unknown) => {
        metrics.add("envoy_cluster_upstream_cx_connect_fail", labels);
        // Node reads only the first argument of a failed creation.
        if (created) Reflect.apply(created, undefined, [error]);
      },
    );
    return undefined;
  }
}

/** The pools of one cluster. */
export class PoolSet {
  private readonly pools = new Map<Endpoint, Map<string, Pool>>();
  private sweep: Disposable | undefined;

  constructor(private readonly deps: PoolDeps) {}

  get(endpoint: Endpoint, key: PoolKey): Pool {
    let byKind = this.pools.get(endpoint);
    if (!byKind) {
      byKind = new Map();
      this.pools.set(endpoint, byKind);
    }
    const kind = key.tls ? `tls ${(key.alpn ?? []).join(",")}` : "raw";
    let pool = byKind.get(kind);
    if (!pool) {
      pool = new Pool(endpoint, key, this.deps);
      byKind.set(kind, pool);
      this.sweep ??= this.deps.clock.setInterval(() => this.closeIdle(), POOL_IDLE_MS);
    }
    return pool;
  }

  drop(endpoint: Endpoint): void {
    for (const pool of this.pools.get(endpoint)?.values() ?? []) retire(pool);
    this.pools.delete(endpoint);
    if (this.pools.size > 0) return;
    this.sweep?.dispose();
    this.sweep = undefined;
  }

  dropAll(): void {
    for (const endpoint of [...this.pools.keys()]) this.drop(endpoint);
  }

  private closeIdle(): void {
    for (const byKind of this.pools.values()) for (const pool of byKind.values()) pool.closeIdle();
  }
}

/** Idle connections close now, busy ones when their request is done. */
function retire(pool: Pool): void {
  pool.maxFreeSockets = 0;
  for (const sockets of Object.values(pool.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}
