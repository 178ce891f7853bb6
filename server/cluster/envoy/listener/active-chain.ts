import type { Duplex } from "node:stream";
import type { Connection } from "../../network/index.ts";
import { type FilterChain, NETWORK_FILTER_TYPE, type NetworkRbac } from "../../xds/index.ts";
import { fingerprint } from "../fingerprint.ts";
import { ConnectionManager } from "../http/connection-manager.ts";
import type { ProxyServices } from "../services.ts";
import type { Downstream, TrafficDirection } from "../stream-info.ts";
import { TcpProxy } from "../tcp/tcp-proxy.ts";
import { acceptTls } from "../tls/handshake.ts";
import { type Inspection, inspect } from "./inspect.ts";

/** One filter chain at work. */
export class ActiveChain {
  readonly key: string;
  private readonly http: ConnectionManager | undefined;
  private readonly tcp: TcpProxy | undefined;

  constructor(
    readonly config: FilterChain,
    private readonly scope: { readonly services: ProxyServices; readonly direction: TrafficDirection },
  ) {
    this.key = fingerprint(config);
    const filters = config.filters.map((filter) => filter.typedConfig);
    const rbac: NetworkRbac[] = [];
    for (const filter of filters) {
      if (filter["@type"] === NETWORK_FILTER_TYPE.rbac) rbac.push(filter);
      if (filter["@type"] === NETWORK_FILTER_TYPE.httpConnectionManager)
        this.http = new ConnectionManager(filter, scope.services);
      if (filter["@type"] === NETWORK_FILTER_TYPE.tcpProxy) {
        const exchangesPeers = filters.some((one) => one["@type"] === NETWORK_FILTER_TYPE.metadataExchange);
        this.tcp = new TcpProxy({ config: filter, rbac, exchangesPeers }, scope.services);
      }
    }
  }

  get filterChainMatch() {
    return this.config.filterChainMatch;
  }

  get busy(): number {
    return (this.http?.busy ?? 0) + (this.tcp?.busy ?? 0);
  }

  async accept(connection: Connection, inspection: Inspection): Promise<void> {
    const socketConfig = this.config.transportSocket;
    const facts = {
      remoteAddress: connection.remoteAddress,
      remotePort: connection.remotePort,
      destination: connection.originalDestination,
      serverName: inspection.serverName,
      direction: this.scope.direction,
    };
    if (socketConfig?.typedConfig.commonTlsContext === undefined)
      return this.handOver(connection, { ...facts, tls: undefined }, "");
    const { services } = this.scope;
    const context = socketConfig.typedConfig;
    const secured = await acceptTls(
      connection,
      { context, clientProtocols: inspection.applicationProtocols },
      services,
    );
    if ("failure" in secured) {
      const counter = secured.failure
        ? "envoy_listener_ssl_connection_error"
        : "envoy_listener_ssl_handshake_closed";
      services.metrics.add(counter, {
        listener_address: `${facts.destination.address}_${facts.destination.port}`,
      });
      connection.reset();
      return;
    }
    services.metrics.add("envoy_listener_ssl_handshake", {
      listener_address: `${facts.destination.address}_${facts.destination.port}`,
    });
    const tls = { peer: secured.peer, ownUri: services.secrets.ownUri(context.commonTlsContext) };
    await this.handOver(secured.socket, { ...facts, tls }, secured.alpn);
  }

  drain(): void {
    this.http?.drain();
  }

  dispose(): void {
    this.http?.dispose();
    this.tcp?.dispose();
  }

  private async handOver(socket: Duplex, downstream: Downstream, alpn: string): Promise<void> {
    if (this.tcp) return this.tcp.accept(socket, downstream, alpn);
    if (!this.http) {
      socket.destroy();
      return;
    }
    if (alpn === "h2") return this.http.accept(socket, downstream, "http2");
    if (alpn) return this.http.accept(socket, downstream, "http1");
    // Without ALPN the first bytes tell (codec AUTO): HTTP/2 with prior knowledge begins with its preface.
    const first = await inspect(socket, { http: true });
    if (!first) {
      if (!socket.destroyed) socket.destroy();
      return;
    }
    this.http.accept(socket, downstream, first.applicationProtocols[0] === "h2c" ? "http2" : "http1");
  }
}
