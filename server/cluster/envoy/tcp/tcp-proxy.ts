import type { Duplex } from "node:stream";
import type { TcpProxy as Config, NetworkRbac } from "../../xds/index.ts";
import { logLine } from "../access-log.ts";
import { isLogged } from "../access-log-filter.ts";
import { judge } from "../http/rbac.ts";
import type { ProxyServices } from "../services.ts";
import { peerOfEndpoint } from "../stats/peer.ts";
import { type Downstream, StreamInfo } from "../stream-info.ts";
import type { UpstreamSocket } from "../upstream/dial.ts";
import { DialError } from "../upstream/dial-error.ts";
import { exchangePeers, PEER_ALPN } from "./peer-exchange.ts";

export interface TcpChain {
  readonly config: Config;
  readonly rbac: readonly NetworkRbac[];
  /** Whether the chain has the metadata_exchange filter. */
  readonly exchangesPeers: boolean;
}

/** How often a long connection's bytes are counted (istio.stats tcp_reporting_duration: 5 s). */
const REPORT_MS = 5_000;

/** Carries bytes between a client and a cluster's endpoint until either side closes. */
export class TcpProxy {
  private readonly open = new Set<Duplex>();

  constructor(
    private readonly chain: TcpChain,
    private readonly services: ProxyServices,
  ) {}

  /** `alpn` is what the downstream handshake agreed on. */
  async accept(socket: Duplex, downstream: Downstream, alpn: string): Promise<void> {
    const { services } = this;
    const info = new StreamInfo(downstream, services.clock.now());
    const begun = services.clock.monotonic();
    this.open.add(socket);
    socket.on("error", ignore);
    socket.once("close", () => this.open.delete(socket));
    if (this.chain.exchangesPeers && alpn === PEER_ALPN)
      info.peer = await exchangePeers(socket, services.self);
    if (!this.allowed(downstream)) {
      info.connectionTermination = "rbac_access_denied_matched_policy[none]";
      socket.destroy();
      return this.finish(info, begun);
    }
    const upstream = await this.connect(info, downstream);
    if (!upstream) {
      reset(socket);
      return this.finish(info, begun);
    }
    this.carry(socket, upstream.socket, { info, begun });
  }

  dispose(): void {
    for (const socket of [...this.open]) socket.destroy();
  }

  get busy(): number {
    return this.open.size;
  }

  private allowed(downstream: Downstream): boolean {
    return this.chain.rbac.every(
      (one) =>
        !one.rules ||
        judge(one.rules, { downstream, remoteIp: downstream.remoteAddress, metadata: () => undefined })
          .allowed,
    );
  }

  private async connect(info: StreamInfo, downstream: Downstream): Promise<UpstreamSocket | undefined> {
    const { services } = this;
    const name = this.clusterName();
    info.upstreamCluster = name;
    const cluster = services.cluster(name);
    const endpoint = await cluster?.pick({ originalDestination: downstream.destination });
    if (!cluster || !endpoint) {
      info.flag(cluster ? "UH" : "NC");
      return undefined;
    }
    info.upstreamEndpoint = endpoint;
    try {
      const upstream = await cluster.dial(endpoint);
      info.upstreamPeer = upstream.peer;
      info.upstreamConnection = upstream.raw;
      if (info.downstream.direction === "OUTBOUND") {
        const exchanged =
          upstream.alpn === PEER_ALPN ? await exchangePeers(upstream.socket, services.self) : undefined;
        info.peer = exchanged ?? peerOfEndpoint(endpoint.workload());
      }
      return upstream;
    } catch (error) {
      info.flag("UF");
      if (error instanceof DialError) info.transportFailure = error.transport;
      return undefined;
    }
  }

  private clusterName(): string {
    const { cluster, weightedClusters } = this.chain.config;
    if (!weightedClusters) return cluster ?? "";
    const total = weightedClusters.clusters.reduce((sum, one) => sum + one.weight, 0);
    let at = this.services.random.fraction() * total;
    for (const one of weightedClusters.clusters) {
      at -= one.weight;
      if (at < 0) return one.name;
    }
    return weightedClusters.clusters.at(-1)?.name ?? "";
  }

  private carry(downstream: Duplex, upstream: Duplex, stream: { info: StreamInfo; begun: number }): void {
    const { info } = stream;
    const { istio, clock } = this.services;
    const reported = { sent: 0, received: 0 };
    const report = () => {
      istio.tcpBytes(info, {
        sent: info.bytesSent - reported.sent,
        received: info.bytesReceived - reported.received,
      });
      reported.sent = info.bytesSent;
      reported.received = info.bytesReceived;
    };
    istio.tcpOpened(info);
    const timer = clock.setInterval(report, REPORT_MS);
    downstream.on("data", (chunk: Buffer) => {
      info.bytesReceived += chunk.length;
    });
    upstream.on("data", (chunk: Buffer) => {
      info.bytesSent += chunk.length;
    });
    downstream.pipe(upstream);
    upstream.pipe(downstream);
    let closed = false;
    const close = (error?: unknown) => {
      if (closed) return;
      closed = true;
      timer.dispose();
      report();
      istio.tcpClosed(info);
      for (const side of [downstream, upstream]) if (error instanceof Error) reset(side);
      downstream.destroy();
      upstream.destroy();
      this.finish(info, stream.begun);
    };
    for (const side of [downstream, upstream]) side.once("close", () => close()).on("error", close);
    // Who went away while the peers introduced themselves will not say so again.
    if (downstream.destroyed || upstream.destroyed || upstream.readableEnded) close();
  }

  private finish(info: StreamInfo, begun: number): void {
    info.duration = this.services.clock.monotonic() - begun;
    for (const log of this.chain.config.accessLog ?? []) {
      if (!isLogged(log.filter, { info })) continue;
      this.services.writeLog(log.typedConfig.path, logLine(log.typedConfig, { info }));
    }
  }
}

const ignore = () => undefined;

/** RST where the socket can; a TLS socket just ends. */
export function reset(socket: Duplex): void {
  if ("reset" in socket && typeof socket.reset === "function") Reflect.apply(socket.reset, socket, []);
  else socket.destroy();
}
