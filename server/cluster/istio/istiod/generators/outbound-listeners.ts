import { type FilterChain, LISTENER_TYPE, type Listener } from "../../../xds/index.ts";
import { isHttp, isTls } from "../push/protocol.ts";
import type { MeshProxy } from "../push/proxy.ts";
import type { PushContext } from "../push/push-context.ts";
import type { MeshPort, MeshService } from "../push/registry.ts";
import { listenerAccessLog } from "./access-log.ts";
import { connectionManager, tcpProxyFilters } from "./connection-manager.ts";
import { outboundHttpFilters } from "./http-filters.ts";
import { l4Chains } from "./l4-routes.ts";
import { httpInspector, PLAIN_HTTP, tlsInspector } from "./listener-parts.ts";
import { BLACK_HOLE, outboundCluster, PASSTHROUGH } from "./names.ts";
import { outboundPolicy, servicesFor } from "./scope.ts";

interface Context {
  readonly proxy: MeshProxy;
  readonly push: PushContext;
}

/** What listens at one address and port of the outbound side, while it is being put together. */
interface Draft {
  readonly address: string;
  readonly port: number;
  readonly chains: FilterChain[];
  fallback?: FilterChain;
  sniff: boolean;
}

/** Listener 15001: everything that leaves the pod, handed on to the listener of its destination if there is one. */
export function virtualOutbound(proxy: MeshProxy, push: PushContext): Listener {
  return {
    "@type": LISTENER_TYPE,
    name: "virtualOutbound",
    address: { socketAddress: { address: "0.0.0.0", portValue: 15001 } },
    filterChains: [
      {
        name: "virtualOutbound-blackhole",
        filterChainMatch: { destinationPort: 15001 },
        filters: tcpProxyFilters({
          proxy,
          push,
          side: "CLIENT",
          statPrefix: BLACK_HOLE,
          target: { cluster: BLACK_HOLE },
          exchange: false,
        }),
      },
      { ...passthrough({ proxy, push }), name: "virtualOutbound-catchall-tcp" },
    ],
    useOriginalDst: true,
    trafficDirection: "OUTBOUND",
    accessLog: listenerAccessLog({ proxy, push, side: "CLIENT" }),
  };
}

function passthrough({ proxy, push }: Context): FilterChain {
  const cluster = outboundPolicy(proxy, push) === "REGISTRY_ONLY" ? BLACK_HOLE : PASSTHROUGH;
  return {
    name: "PassthroughFilterChain",
    filters: tcpProxyFilters({
      proxy,
      push,
      side: "CLIENT",
      statPrefix: cluster,
      target: { cluster },
      exchange: false,
    }),
  };
}

export function outboundListeners(proxy: MeshProxy, push: PushContext): readonly Listener[] {
  const context = { proxy, push };
  const drafts = new Map<string, Draft>();
  for (const service of servicesFor(proxy, push))
    for (const port of service.ports)
      for (const address of bindAddresses(service, port, push)) {
        const key = `${address}_${port.port}`;
        const draft = drafts.get(key) ?? { address, port: port.port, chains: [], sniff: false };
        drafts.set(key, draft);
        extend(draft, { service, port, context });
      }
  return [...drafts.entries()]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, draft]) => listener(name, draft, context));
}

/** HTTP of all services shares a wildcard listener; other protocols need an address of their own to tell them apart. */
function bindAddresses(service: MeshService, port: MeshPort, push: PushContext): readonly string[] {
  if (isHttp(port.protocol)) return ["0.0.0.0"];
  if (service.addresses.length > 0)
    return service.addresses.map((address) => address.split("/")[0] ?? address);
  if (service.kind === "kubernetes" && service.resolution === "passthrough") {
    const endpoints = push.endpoints.get(service.hostname) ?? [];
    return [
      ...new Set(endpoints.filter(({ portName }) => portName === port.name).map(({ address }) => address)),
    ].sort();
  }
  return ["0.0.0.0"];
}

interface Part {
  readonly service: MeshService;
  readonly port: MeshPort;
  readonly context: Context;
}

function extend(draft: Draft, part: Part): void {
  const { service, port, context } = part;
  if (isHttp(port.protocol)) {
    if (draft.chains.some(({ name }) => name === undefined && draft.sniff)) return;
    draft.chains.push(httpChain(draft, String(port.port), context));
    draft.fallback ??= passthrough(context);
    draft.sniff = true;
    return;
  }
  if (port.protocol === "AUTO" && service.addresses.length > 0) {
    draft.chains.push(httpChain(draft, `${service.hostname}:${port.port}`, context));
    draft.fallback = tcpChain(part);
    draft.sniff = true;
    return;
  }
  const ruled = l4Chains(service, port, context);
  draft.chains.push(...ruled);
  const bySni = isTls(port.protocol) && service.addresses.length === 0 && service.kind === "service-entry";
  if (bySni) {
    if (ruled.length === 0) draft.chains.push(sniChain(part));
    draft.fallback ??= passthrough(context);
  } else if (!draft.fallback || draft.fallback.name === "PassthroughFilterChain") {
    draft.fallback = tcpChain(part);
  }
}

function httpChain(draft: Draft, routeName: string, { proxy, push }: Context): FilterChain {
  return {
    filterChainMatch: { transportProtocol: "raw_buffer", applicationProtocols: PLAIN_HTTP },
    filters: [
      connectionManager({
        proxy,
        push,
        statPrefix: `outbound_${draft.address}_${draft.port};`,
        kind: "outbound",
        httpFilters: outboundHttpFilters({ proxy, push }),
        routes: { rds: routeName },
      }),
    ],
  };
}

function tcpChain({ service, port, context }: Part): FilterChain {
  const cluster = outboundCluster(port.port, "", service.hostname);
  return {
    filters: tcpProxyFilters({
      ...context,
      side: "CLIENT",
      statPrefix: cluster,
      target: { cluster },
      exchange: false,
    }),
  };
}

function sniChain(part: Part): FilterChain {
  return { ...tcpChain(part), filterChainMatch: { serverNames: [part.service.hostname] } };
}

function listener(name: string, draft: Draft, { proxy, push }: Context): Listener {
  const { address, port, chains, fallback, sniff } = draft;
  const needsTls = chains.some(
    ({ filterChainMatch }) => filterChainMatch?.serverNames || filterChainMatch?.transportProtocol,
  );
  const filters = [...(needsTls ? [tlsInspector] : []), ...(sniff ? [httpInspector] : [])];
  // A single chain without conditions is an ordinary chain; a default chain stands beside conditional ones only.
  const plain = chains.length === 0 && fallback !== undefined;
  return {
    "@type": LISTENER_TYPE,
    name,
    address: { socketAddress: { address, portValue: port } },
    filterChains: plain ? [fallback] : chains,
    ...(fallback && !plain ? { defaultFilterChain: fallback } : {}),
    ...(filters.length > 0 ? { listenerFilters: filters } : {}),
    ...(sniff ? { listenerFiltersTimeout: "0s", continueOnListenerFiltersTimeout: true } : {}),
    bindToPort: false,
    trafficDirection: "OUTBOUND",
    accessLog: listenerAccessLog({ proxy, push, side: "CLIENT" }),
  };
}
