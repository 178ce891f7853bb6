import { ROUTE_TYPE, type Route, type RouteConfiguration, type VirtualHost } from "../../../xds/index.ts";
import {
  type BoundServer,
  httpRouteName,
  httpsRouteName,
  mergedPorts,
  serverHosts,
  serverKind,
} from "../push/gateway-servers.ts";
import { hostMatches } from "../push/host-names.ts";
import type { MeshProxy } from "../push/proxy.ts";
import type { PushContext } from "../push/push-context.ts";
import type { ResolvedVirtualService } from "../push/virtual-services.ts";
import { routesOf } from "./http-route.ts";
import { routeContext } from "./route-context.ts";

/** The route table of a gateway's port: `http.<target port>`, or `https.…` of one server. */
export function gatewayRouteConfiguration(
  name: string,
  proxy: MeshProxy,
  push: PushContext,
): RouteConfiguration | undefined {
  const servers = mergedPorts(proxy, push)
    .flatMap((port) => port.servers)
    .filter((bound) => routeNameOf(bound) === name);
  const [first] = servers;
  if (!first) return undefined;
  const hosts = virtualHosts(servers, proxy, push);
  return {
    "@type": ROUTE_TYPE,
    name,
    virtualHosts: hosts.length > 0 ? hosts : [blackHole(first.server.port.number)],
    validateClusters: false,
    maxDirectResponseBodySizeBytes: 1048576,
    ignorePortInHostMatching: true,
  };
}

/** The ports that the Gateways of a route table declare. */
export function gatewayPorts(name: string, proxy: MeshProxy, push: PushContext): readonly number[] {
  const servers = mergedPorts(proxy, push).flatMap((port) => port.servers);
  return servers.filter((bound) => routeNameOf(bound) === name).map(({ server }) => server.port.number);
}

export function routeNameOf(bound: BoundServer): string | undefined {
  const kind = serverKind(bound.server);
  if (kind === "http") return httpRouteName(bound.targetPort);
  return kind === "https-terminated" ? httpsRouteName(bound) : undefined;
}

/** No VirtualService is bound: the port is open and knows nothing. */
function blackHole(port: number): VirtualHost {
  return { name: `blackhole:${port}`, domains: ["*"] };
}

interface Building {
  readonly name: string;
  readonly host: string;
  readonly routes: Route[];
  requireTls: boolean;
}

function virtualHosts(
  servers: readonly BoundServer[],
  proxy: MeshProxy,
  push: PushContext,
): readonly VirtualHost[] {
  const hosts = new Map<string, Building>();
  for (const bound of servers) {
    const port = bound.server.port.number;
    for (const service of push.virtualServices.boundTo(bound.gateway, proxy.namespace)) {
      for (const host of sharedHosts(bound, service)) {
        const context = routeContext(service.namespace, port, { proxy, push, gateway: bound.gateway });
        const tls = serverKind(bound.server) === "https-terminated";
        const routes = routesOf(service, { ...context, tls });
        const entry = hosts.get(host) ?? { name: `${host}:${port}`, host, routes: [], requireTls: false };
        hosts.set(host, entry);
        // Two services for one host: the older one's routes come first.
        for (const route of routes) if (!entry.routes.includes(route)) entry.routes.push(route);
        if (bound.server.tls?.httpsRedirect) entry.requireTls = true;
      }
    }
    if (bound.server.tls?.httpsRedirect) redirectHosts(bound, hosts);
  }
  return [...hosts.values()]
    .sort((a, b) => a.name.localeCompare(b.name))
    .map(({ name, host, routes, requireTls }) => ({
      name,
      domains: [host],
      ...(routes.length > 0 ? { routes } : {}),
      ...(requireTls ? { requireTls: "ALL" as const } : {}),
      includeRequestAttemptCount: true,
    }));
}

/** A server that only redirects needs no routes for its hosts. */
function redirectHosts(bound: BoundServer, hosts: Map<string, Building>): void {
  for (const { host } of serverHosts(bound))
    if (!hosts.has(host))
      hosts.set(host, {
        name: `${host}:${bound.server.port.number}`,
        host,
        routes: [],
        requireTls: true,
      });
}

/** Hosts of the service that the server covers, in the narrower of the two spellings. */
function sharedHosts(bound: BoundServer, service: ResolvedVirtualService): readonly string[] {
  const shared = new Set<string>();
  for (const { namespace, host } of serverHosts(bound)) {
    if (namespace !== "*" && namespace !== service.namespace) continue;
    for (const own of service.hosts) {
      if (hostMatches(host, own)) shared.add(own);
      else if (hostMatches(own, host)) shared.add(host);
    }
  }
  return [...shared];
}
