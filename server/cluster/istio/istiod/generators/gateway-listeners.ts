import { type FilterChain, LISTENER_TYPE, type Listener, type NetworkFilter } from "../../../xds/index.ts";
import {
  type BoundServer,
  type MergedPort,
  mergedPorts,
  serverHosts,
  serverKind,
} from "../push/gateway-servers.ts";
import { hostMatches } from "../push/host-names.ts";
import type { MeshProxy } from "../push/proxy.ts";
import type { PushContext } from "../push/push-context.ts";
import { listenerAccessLog } from "./access-log.ts";
import { tcpAuthorization } from "./authorization.ts";
import { connectionManager, tcpProxyFilters } from "./connection-manager.ts";
import { routeNameOf } from "./gateway-routes.ts";
import { gatewayHttpFilters } from "./http-filters.ts";
import { l4Target } from "./l4-routes.ts";
import { tlsInspector } from "./listener-parts.ts";
import { gatewayTls } from "./tls-context.ts";

interface Context {
  readonly proxy: MeshProxy;
  readonly push: PushContext;
}

/** One listener a port. Without any Gateway there is none: connections are refused. */
export function gatewayListeners(proxy: MeshProxy, push: PushContext): readonly Listener[] {
  return mergedPorts(proxy, push).flatMap((merged) => {
    const chains = chainsOf(merged, { proxy, push });
    return chains.length > 0 ? [listener(merged, chains, { proxy, push })] : [];
  });
}

function listener(merged: MergedPort, chains: readonly FilterChain[], { proxy, push }: Context): Listener {
  const looksAtTls = chains.some(
    ({ filterChainMatch, transportSocket }) => filterChainMatch?.serverNames || transportSocket,
  );
  return {
    "@type": LISTENER_TYPE,
    name: `${merged.bind}_${merged.port}`,
    address: { socketAddress: { address: merged.bind, portValue: merged.port } },
    filterChains: chains,
    ...(looksAtTls ? { listenerFilters: [tlsInspector] } : {}),
    trafficDirection: "OUTBOUND",
    accessLog: listenerAccessLog({ proxy, push, side: "CLIENT" }),
  };
}

function chainsOf(merged: MergedPort, context: Context): readonly FilterChain[] {
  const [first] = merged.servers;
  if (!first) return [];
  // Plain HTTP servers share one chain and one route table; the oldest server decides what the port speaks.
  if (serverKind(first.server) === "http") return [httpChain(first, context)];
  const usedNames = new Set<string>();
  return merged.servers.flatMap((bound) => {
    const kind = serverKind(bound.server);
    if (kind === "http") return [];
    const chains = kind === "https-terminated" ? httpsChain(bound, context) : l4Chains(bound, context);
    return chains.flatMap((chain) => withFreeNames(chain, usedNames));
  });
}

/** Two chains for one name: the older Gateway keeps it (analyzer IST0145 tells). */
function withFreeNames(chain: FilterChain, used: Set<string>): readonly FilterChain[] {
  const names = chain.filterChainMatch?.serverNames ?? ["*"];
  const free = names.filter((name) => !used.has(name));
  for (const name of free) used.add(name);
  if (free.length === 0) return [];
  if (free.length === names.length) return [chain];
  return [{ ...chain, filterChainMatch: { ...chain.filterChainMatch, serverNames: free } }];
}

function httpManager(bound: BoundServer, { proxy, push }: Context): NetworkFilter {
  return connectionManager({
    proxy,
    push,
    statPrefix: `outbound_${bound.bind}_${bound.targetPort}`,
    kind: "gateway",
    httpFilters: gatewayHttpFilters({ proxy, push }),
    routes: { rds: routeNameOf(bound) ?? "" },
  });
}

function httpChain(bound: BoundServer, context: Context): FilterChain {
  return { filters: [httpManager(bound, context)] };
}

/** SNI names of a server; a bare `*` means any name or none, so nothing is matched. */
function sniOf(bound: BoundServer): Pick<FilterChain, "filterChainMatch"> {
  const names = serverHosts(bound).map(({ host }) => host);
  return names.includes("*") ? {} : { filterChainMatch: { serverNames: names } };
}

function httpsChain(bound: BoundServer, context: Context): readonly FilterChain[] {
  const socket = bound.server.tls && gatewayTls(bound.server.tls, context.push.mesh.trustDomain);
  if (!socket) return [];
  return [{ ...sniOf(bound), transportSocket: socket, filters: [httpManager(bound, context)] }];
}

/** TLS passed through by SNI, TLS ended and passed on as TCP, or plain TCP. */
function l4Chains(bound: BoundServer, context: Context): readonly FilterChain[] {
  const { proxy, push } = context;
  const kind = serverKind(bound.server);
  const port = bound.server.port.number;
  const socket = bound.server.tls ? gatewayTls(bound.server.tls, push.mesh.trustDomain) : undefined;
  return push.virtualServices.boundTo(bound.gateway, proxy.namespace).flatMap((service) => {
    const covered = service.hosts.some((host) =>
      serverHosts(bound).some((own) => hostMatches(own.host, host)),
    );
    if (!covered) return [];
    const rules = (kind === "tls-passthrough" ? service.source.spec.tls : service.source.spec.tcp) ?? [];
    return rules.flatMap((rule) => {
      const matches = (rule.match ?? [{}]).filter((match) => match.port === undefined || match.port === port);
      return matches.map((match): FilterChain => {
        const target = l4Target(rule.route ?? [], { port, namespace: service.namespace, context });
        const statPrefix = target.cluster ?? "weighted";
        const filters = tcpProxyFilters({
          proxy,
          push,
          side: "CLIENT",
          statPrefix,
          target,
          before: tcpAuthorization(proxy, push),
          exchange: false,
        });
        const sni =
          kind === "tls-passthrough"
            ? match.sniHosts?.length
              ? { filterChainMatch: { serverNames: match.sniHosts } }
              : {}
            : kind === "tls-terminated"
              ? sniOf(bound)
              : {};
        return { ...sni, ...(socket ? { transportSocket: socket } : {}), filters };
      });
    });
  });
}
