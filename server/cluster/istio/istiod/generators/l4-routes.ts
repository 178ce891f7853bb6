import type { FilterChain, TcpProxy } from "../../../xds/index.ts";
import type { L4Match, L4Route, RouteDestination } from "../model/networking.ts";
import { labelsMatch } from "../push/host-names.ts";
import { isTls } from "../push/protocol.ts";
import { type MeshProxy, proxyLabels } from "../push/proxy.ts";
import type { PushContext } from "../push/push-context.ts";
import type { MeshPort, MeshService } from "../push/registry.ts";
import { MESH_GATEWAY, virtualServiceFor } from "../push/virtual-services.ts";
import { tcpProxyFilters } from "./connection-manager.ts";
import { outboundCluster } from "./names.ts";
import { routeContext } from "./route-context.ts";

interface Context {
  readonly proxy: MeshProxy;
  readonly push: PushContext;
}

/** Chains that a VirtualService's tls and tcp rules make for one port of a service; none when it has no such rules. */
export function l4Chains(service: MeshService, port: MeshPort, context: Context): readonly FilterChain[] {
  const { proxy, push } = context;
  const bound = push.virtualServices.boundTo(MESH_GATEWAY, proxy.namespace);
  const ruling = virtualServiceFor(service.hostname, bound);
  if (!ruling) return [];
  const rules = isTls(port.protocol) ? ruling.source.spec.tls : ruling.source.spec.tcp;
  return (rules ?? []).flatMap((rule) => {
    const matches = (rule.match ?? [{}]).filter((match) => applies(match, port.port, context));
    return matches.map((match) =>
      chainOf({ rule, match, port: port.port, namespace: ruling.namespace, context }),
    );
  });
}

function applies(match: L4Match, port: number, { proxy, push }: Context): boolean {
  if (match.port !== undefined && match.port !== port) return false;
  if (match.gateways?.length && !match.gateways.includes(MESH_GATEWAY)) return false;
  if (match.sourceNamespace && match.sourceNamespace !== proxy.namespace) return false;
  return labelsMatch(match.sourceLabels, proxyLabels(proxy, push));
}

export interface L4ChainOptions {
  readonly rule: L4Route;
  readonly match: L4Match;
  readonly port: number;
  readonly namespace: string;
  readonly context: Context;
}

export function chainOf({ rule, match, port, namespace, context }: L4ChainOptions): FilterChain {
  const target = l4Target(rule.route ?? [], { port, namespace, context });
  const name = target.cluster ?? target.weightedClusters?.clusters[0]?.name ?? "";
  const ranges = (match.destinationSubnets ?? []).map((subnet) => {
    const [addressPrefix = "", length = "32"] = subnet.split("/");
    return { addressPrefix, prefixLen: Number(length) };
  });
  return {
    filterChainMatch: {
      ...(ranges.length > 0 ? { prefixRanges: ranges } : {}),
      ...(match.sniHosts?.length ? { serverNames: match.sniHosts } : {}),
    },
    filters: tcpProxyFilters({ ...context, side: "CLIENT", statPrefix: name, target, exchange: false }),
  };
}

export function l4Target(
  destinations: readonly RouteDestination[],
  of: { readonly port: number; readonly namespace: string; readonly context: Context },
): Pick<TcpProxy, "cluster" | "weightedClusters"> {
  const lookup = routeContext(of.namespace, of.port, of.context);
  const clusterName = ({ destination }: RouteDestination) => {
    const { host, port } = lookup.resolve(destination);
    return outboundCluster(port, destination.subset ?? "", host);
  };
  const [only, ...others] = destinations;
  if (only && others.length === 0) return { cluster: clusterName(only) };
  return {
    weightedClusters: {
      clusters: destinations
        .filter(({ weight = 0 }) => weight > 0)
        .map((destination) => ({ name: clusterName(destination), weight: destination.weight ?? 0 })),
    },
  };
}
