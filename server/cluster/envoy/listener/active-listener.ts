import type { Disposable } from "../../base/index.ts";
import type { Connection } from "../../network/index.ts";
import type { Listener, ListenerFilterDisabled } from "../../xds/index.ts";
import { logLine } from "../access-log.ts";
import { isLogged } from "../access-log-filter.ts";
import { DRAIN_MS } from "../limits.ts";
import type { ProxyServices } from "../services.ts";
import { StreamInfo } from "../stream-info.ts";
import { ActiveChain } from "./active-chain.ts";
import { matchFilterChain } from "./filter-chain-match.ts";
import { type Inspection, inspect } from "./inspect.ts";

type Config = Omit<Listener, "@type">;

const UNINSPECTED: Inspection = { transportProtocol: "raw_buffer", serverName: "", applicationProtocols: [] };

/** A listener at work: listener filters, the choice of a chain, and the chains. */
export class ActiveListener {
  private chains: ActiveChain[] = [];
  private fallback: ActiveChain | undefined;
  private readonly draining = new Set<Disposable>();

  constructor(
    public config: Config,
    private readonly services: ProxyServices,
    /** The listener a redirected connection belongs to, if not this one. */
    private readonly handOff: (destination: { address: string; port: number }) => ActiveListener | undefined,
  ) {
    this.update(config);
  }

  /** Unchanged chains keep their connections; replaced ones are drained, as Envoy's filter chain update does. */
  update(config: Config): void {
    this.config = config;
    const old = new Map(this.all().map((chain) => [chain.key, chain]));
    const direction = config.trafficDirection ?? "OUTBOUND";
    const keep = (chain: ActiveChain) => {
      const kept = old.get(chain.key);
      old.delete(chain.key);
      return kept ?? chain;
    };
    const make = (chain: NonNullable<Config["defaultFilterChain"]>) =>
      keep(new ActiveChain(chain, { services: this.services, direction }));
    this.chains = (config.filterChains ?? []).map(make);
    this.fallback = config.defaultFilterChain && make(config.defaultFilterChain);
    for (const chain of old.values()) this.drain(chain);
  }

  async accept(connection: Connection): Promise<void> {
    connection.on("error", ignore);
    const other = this.config.useOriginalDst ? this.handOff(connection.originalDestination) : undefined;
    if (other) return other.accept(connection);
    const { port } = connection.originalDestination;
    const inspection = await this.inspect(connection, port);
    if (!inspection) {
      connection.reset();
      return;
    }
    const facts = { ...inspection, ...connection.originalDestination };
    const chain = matchFilterChain(this.chains, facts) ?? this.fallback;
    if (chain) return chain.accept(connection, inspection);
    this.refuse(connection, inspection);
  }

  /** Stops everything; connections may finish within the drain time. */
  retire(): void {
    for (const chain of this.all()) this.drain(chain);
    this.chains = [];
    this.fallback = undefined;
  }

  dispose(): void {
    for (const chain of this.all()) chain.dispose();
    for (const one of [...this.draining]) one.dispose();
  }

  private all(): ActiveChain[] {
    return this.fallback ? [...this.chains, this.fallback] : this.chains;
  }

  private drain(chain: ActiveChain): void {
    chain.drain();
    if (chain.busy === 0) return;
    const timer = this.services.clock.setTimeout(() => entry.dispose(), DRAIN_MS);
    const entry: Disposable = {
      dispose: () => {
        timer.dispose();
        this.draining.delete(entry);
        chain.dispose();
      },
    };
    this.draining.add(entry);
  }

  private inspect(connection: Connection, port: number): Promise<Inspection | undefined> | Inspection {
    const enabled = (name: string) =>
      this.config.listenerFilters?.some((one) => one.name === name && !disabled(one.filterDisabled, port)) ??
      false;
    const http = enabled("envoy.filters.listener.http_inspector");
    const tls = enabled("envoy.filters.listener.tls_inspector");
    return http || tls ? inspect(connection, { http }) : UNINSPECTED;
  }

  private refuse(connection: Connection, inspection: Inspection): void {
    const { services, config } = this;
    const socket = config.address.socketAddress;
    const address = `${socket?.address}_${socket?.portValue}`;
    services.metrics.add("envoy_listener_no_filter_chain_match", { listener_address: address });
    const info = new StreamInfo(
      {
        remoteAddress: connection.remoteAddress,
        remotePort: connection.remotePort,
        destination: connection.originalDestination,
        serverName: inspection.serverName,
        tls: undefined,
        direction: config.trafficDirection ?? "OUTBOUND",
      },
      services.clock.now(),
    );
    info.flag("NR");
    info.details = "filter_chain_not_found";
    for (const log of config.accessLog ?? []) {
      if (!isLogged(log.filter, { info })) continue;
      services.writeLog(log.typedConfig.path, logLine(log.typedConfig, { info }));
    }
    connection.reset();
  }
}

const ignore = () => undefined;

function disabled(rule: ListenerFilterDisabled | undefined, port: number): boolean {
  if (!rule) return false;
  const range = rule.destinationPortRange;
  if (range) return port >= range.start && port < range.end;
  return rule.orMatch?.rules.some((one) => disabled(one, port)) ?? false;
}
