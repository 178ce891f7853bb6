import type { Clock, Random } from "../../base/index.ts";
import {
  type Cluster,
  type ClusterLoadAssignment,
  HTTP_PROTOCOL_OPTIONS,
  type HttpProtocolOptions,
  type LbEndpoint,
  type UpstreamTlsContext,
} from "../../xds/index.ts";
import { milliseconds } from "../duration.ts";
import type { Protocol } from "../http/message.ts";
import { AnswerLabels } from "../stats/answer-labels.ts";
import type { MetricStore } from "../stats/metric-store.ts";
import type { Dialer, UpstreamSocket } from "./dial.ts";
import { Endpoint, mergeEndpoints } from "./endpoint.ts";
import { LoadBalancer, type PickOptions } from "./load-balancer.ts";
import { chooseLocality } from "./locality.ts";
import { OutlierMonitor } from "./outlier.ts";
import { type Pool, PoolSet } from "./pool.ts";

export interface ClusterDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: MetricStore;
  readonly dial: Dialer;
  /** What should never happen, and must not take the cluster down. */
  readonly bug: (error: unknown) => void;
  /** Addresses of a name; for STRICT_DNS. */
  readonly resolve: (name: string) => Promise<readonly string[]>;
}

const UNLIMITED = 4294967295;

export interface ClusterPick extends PickOptions {
  readonly originalDestination: { readonly address: string; readonly port: number };
  /** Priorities that have been tried often enough; where there are no others they count again. */
  readonly avoidPriorities?: ReadonlySet<number> | undefined;
}

/** A cluster the proxy runs: its endpoints, their state, its pools and limits. */
export class ClusterRuntime {
  readonly pools: PoolSet;
  private readonly outliers: OutlierMonitor;
  /** As Envoy's own counters name it. */
  readonly labels: AnswerLabels;
  activeRequests = 0;
  pendingRequests = 0;
  connections = 0;
  activeRetries = 0;
  private endpoints: readonly Endpoint[] = [];
  private balancer: LoadBalancer;
  private chosenTls = new WeakMap<LbEndpoint, { readonly tls: UpstreamTlsContext | undefined }>();
  /** Endpoints of ORIGINAL_DST are made when first asked for. */
  private readonly dialled = new Map<string, Endpoint>();

  constructor(
    public config: Omit<Cluster, "@type">,
    private readonly deps: ClusterDeps,
  ) {
    this.labels = new AnswerLabels({ cluster_name: config.name });
    this.pools = new PoolSet({ ...deps, cluster: this });
    this.outliers = new OutlierMonitor({
      ...deps,
      labels: this.labels,
      config: () => this.config.outlierDetection,
      endpoints: () => this.endpoints,
    });
    this.balancer = this.balancerOf(config);
    if (config.loadAssignment && config.type !== "STRICT_DNS") this.assign(config.loadAssignment);
  }

  get name(): string {
    return this.config.name;
  }

  assign(assignment: ClusterLoadAssignment | undefined): void {
    const before = this.endpoints;
    this.endpoints = mergeEndpoints(before, assignment);
    const kept = new Set(this.endpoints);
    for (const endpoint of this.endpoints) endpoint.since ||= this.deps.clock.now();
    for (const endpoint of before)
      if (!kept.has(endpoint)) {
        this.outliers.forget(endpoint);
        this.pools.drop(endpoint);
      }
  }

  /** Takes a new configuration; endpoints and their state stay, pools of changed sockets do not. */
  reconfigure(config: Omit<Cluster, "@type">): void {
    this.config = config;
    this.chosenTls = new WeakMap();
    this.balancer = this.balancerOf(config);
    this.pools.dropAll();
    if (config.loadAssignment && config.type !== "STRICT_DNS") this.assign(config.loadAssignment);
  }

  hosts(): readonly Endpoint[] {
    return this.config.type === "ORIGINAL_DST" ? [...this.dialled.values()] : this.endpoints;
  }

  /** Undefined: no healthy upstream. */
  pick(options: ClusterPick): Promise<Endpoint | undefined> | Endpoint | undefined {
    if (this.config.type === "ORIGINAL_DST") return this.dialledEndpoint(options.originalDestination);
    if (this.config.type !== "STRICT_DNS") return this.balancer.pick(this.candidates(options), options);
    return this.refreshNames().then(() => this.balancer.pick(this.candidates(options), options));
  }

  limit(name: "maxConnections" | "maxPendingRequests" | "maxRequests" | "maxRetries"): number {
    // Envoy's defaults when no threshold is given: 1024, retries 3.
    const fallback = name === "maxRetries" ? 3 : 1024;
    return this.config.circuitBreakers?.thresholds[0]?.[name] ?? fallback;
  }

  get connectTimeout(): number {
    return milliseconds(this.config.connectTimeout) ?? 5_000;
  }

  /** Milliseconds after which a connection takes no more requests. */
  get maxConnectionDuration(): number | undefined {
    return milliseconds(this.protocolOptions?.commonHttpProtocolOptions?.maxConnectionDuration);
  }

  get maxRequestsPerConnection(): number {
    const options = this.protocolOptions;
    return (
      options?.commonHttpProtocolOptions?.maxRequestsPerConnection ??
      this.config.maxRequestsPerConnection ??
      UNLIMITED
    );
  }

  /** The TLS a connection to this endpoint uses; undefined is plaintext. First match wins. */
  tlsFor(endpoint: Endpoint): UpstreamTlsContext | undefined {
    if (!this.config.transportSocketMatches) return tlsOf(this.config.transportSocket);
    const known = this.chosenTls.get(endpoint.config);
    if (known) return known.tls;
    const metadata = endpoint.transportSocketMatch();
    const match = this.config.transportSocketMatches.find((one) =>
      Object.entries(one.match ?? {}).every(([key, value]) => metadata[key] === value),
    );
    const tls = tlsOf(match?.transportSocket ?? this.config.transportSocket);
    this.chosenTls.set(endpoint.config, { tls });
    return tls;
  }

  pool(endpoint: Endpoint, speech: { http2: boolean; alpn: readonly string[] | undefined }): Pool {
    return this.pools.get(endpoint, { tls: this.tlsFor(endpoint), ...speech });
  }

  /** Which HTTP is spoken to the endpoints, for a request that came by `downstream`. */
  speaksHttp2(downstream: Protocol): boolean {
    const options = this.protocolOptions;
    if (options?.explicitHttpConfig) return options.explicitHttpConfig.http2ProtocolOptions !== undefined;
    return options?.useDownstreamProtocolConfig !== undefined && downstream === "HTTP/2";
  }

  private get protocolOptions(): HttpProtocolOptions | undefined {
    return this.config.typedExtensionProtocolOptions?.[HTTP_PROTOCOL_OPTIONS];
  }

  /** A connection of its own, for TCP. */
  dial(endpoint: Endpoint): Promise<UpstreamSocket> {
    this.deps.metrics.add("envoy_cluster_upstream_cx_total", this.labels.all);
    return this.deps.dial({
      address: endpoint.address,
      port: endpoint.port,
      tls: this.tlsFor(endpoint),
      timeout: this.connectTimeout,
      localAddress: this.config.upstreamBindConfig?.sourceAddress.address,
    });
  }

  /** Feeds outlier detection with one answer (0 for none). */
  observe(endpoint: Endpoint, status: number): void {
    if (this.config.outlierDetection) this.outliers.observe(endpoint, status);
  }

  dispose(): void {
    this.outliers.dispose();
    this.pools.dropAll();
  }

  private balancerOf(config: Omit<Cluster, "@type">): LoadBalancer {
    const { lbPolicy = "ROUND_ROBIN", leastRequestLbConfig, roundRobinLbConfig } = config;
    const slow = (lbPolicy === "LEAST_REQUEST" ? leastRequestLbConfig : roundRobinLbConfig)?.slowStartConfig;
    return new LoadBalancer(lbPolicy, this.deps.random, slow && { config: slow, clock: this.deps.clock });
  }

  /** With locality weights a group is chosen first: by its weight, less as its hosts fail. */
  private candidates({ avoidPriorities }: ClusterPick): readonly Endpoint[] {
    const usable = this.usable(avoidPriorities);
    if (!this.config.commonLbConfig?.localityWeightedLbConfig) return usable;
    return chooseLocality(usable, this.endpoints, this.deps.random);
  }

  private usable(avoid: ReadonlySet<number> | undefined): readonly Endpoint[] {
    const now = this.deps.clock.now();
    const healthy = this.endpoints.filter((one) => one.edsHealthy && one.ejectedUntil <= now);
    const elsewhere = avoid ? healthy.filter(({ priority }) => !avoid.has(priority)) : [];
    if (elsewhere.length > 0) return topPriority(elsewhere);
    if (healthy.length === this.endpoints.length) return topPriority(healthy);
    const panic = this.config.commonLbConfig?.healthyPanicThreshold;
    const threshold = panic ? (panic.value ?? 0) : 50;
    if (healthy.length * 100 < threshold * this.endpoints.length) return topPriority(this.endpoints);
    return topPriority(healthy);
  }

  private dialledEndpoint(destination: { address: string; port: number }): Endpoint {
    const key = `${destination.address}:${destination.port}`;
    let endpoint = this.dialled.get(key);
    if (!endpoint) {
      if (this.dialled.size >= MAX_DIALLED) this.dialled.clear();
      endpoint = new Endpoint(destination, {
        endpoint: {
          address: { socketAddress: { address: destination.address, portValue: destination.port } },
        },
      });
      this.dialled.set(key, endpoint);
    }
    return endpoint;
  }

  /** Names are looked up at use: in the practice network an answer is a map lookup, always fresh. */
  private async refreshNames(): Promise<void> {
    const assignment = this.config.loadAssignment;
    if (!assignment) return;
    const endpoints = await Promise.all(
      (assignment.endpoints ?? []).map(async (locality) => ({
        ...locality,
        lbEndpoints: (await Promise.all(locality.lbEndpoints.map((one) => this.addressesOf(one)))).flat(),
      })),
    );
    this.assign({ ...assignment, endpoints });
  }

  private async addressesOf(
    one: NonNullable<ClusterLoadAssignment["endpoints"]>[number]["lbEndpoints"][number],
  ) {
    const socket = one.endpoint.address.socketAddress;
    if (!socket) return [];
    const addresses = await this.deps.resolve(socket.address).catch((): readonly string[] => []);
    return addresses.map((address) => ({
      ...one,
      endpoint: { ...one.endpoint, address: { socketAddress: { address, portValue: socket.portValue } } },
    }));
  }
}

const MAX_DIALLED = 1024;

function tlsOf(socket: Cluster["transportSocket"]): UpstreamTlsContext | undefined {
  return socket?.name === "envoy.transport_sockets.tls" ? socket.typedConfig : undefined;
}

function topPriority(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  const first = endpoints.reduce((least, one) => Math.min(least, one.priority), Number.POSITIVE_INFINITY);
  return endpoints.every((one) => one.priority === first)
    ? endpoints
    : endpoints.filter((one) => one.priority === first);
}
