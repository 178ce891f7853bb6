import { ROUTE_TYPE, type RouteConfiguration, type VirtualHost } from "../../../xds/index.ts";
import { isHttp } from "../push/protocol.ts";
import type { MeshProxy } from "../push/proxy.ts";
import type { PushContext } from "../push/push-context.ts";
import type { MeshPort, MeshService } from "../push/registry.ts";
import { MESH_GATEWAY, type ResolvedVirtualService, virtualServiceFor } from "../push/virtual-services.ts";
import { gatewayRouteConfiguration } from "./gateway-routes.ts";
import { routesOf } from "./http-route.ts";
import { outboundCluster, PASSTHROUGH } from "./names.ts";
import { defaultRoute } from "./route-action.ts";
import { type Client, routeContext } from "./route-context.ts";
import { outboundPolicy, servicesFor } from "./scope.ts";

/** Route tables that a proxy asked for by name. A name that belongs to no listener is left out: it stays unknown. */
export function generateRoutes(
  proxy: MeshProxy,
  push: PushContext,
  names: readonly string[],
): readonly RouteConfiguration[] {
  return names.flatMap((name) => {
    const configuration =
      proxy.type === "router"
        ? gatewayRouteConfiguration(name, proxy, push)
        : sidecarRouteConfiguration(name, proxy, push);
    return configuration ? [configuration] : [];
  });
}

function sidecarRouteConfiguration(
  name: string,
  proxy: MeshProxy,
  push: PushContext,
): RouteConfiguration | undefined {
  const sniffed = /^(.+):(\d+)$/.exec(name);
  const port = Number(sniffed ? sniffed[2] : name);
  if (!Number.isInteger(port)) return undefined;
  const hosts = sniffed
    ? sniffedHost(sniffed[1] ?? "", port, { proxy, push })
    : [...portHosts(port, proxy, push), fallback(proxy, push)];
  return {
    "@type": ROUTE_TYPE,
    name,
    virtualHosts: withUniqueDomains(hosts),
    validateClusters: false,
    maxDirectResponseBodySizeBytes: 1048576,
    ignorePortInHostMatching: true,
  };
}

function portHosts(port: number, proxy: MeshProxy, push: PushContext): readonly VirtualHost[] {
  const bound = push.virtualServices.boundTo(MESH_GATEWAY, proxy.namespace);
  const services = servicesFor(proxy, push);
  const listed = services.flatMap((service) => {
    const match = service.ports.find((candidate) => candidate.port === port && isHttp(candidate.protocol));
    return match ? [{ service, port: match }] : [];
  });
  const hosts = listed.map(({ service, port: servicePort }) =>
    serviceHost(service, servicePort, { proxy, push, bound }),
  );
  // Names that only a VirtualService knows are served on port 80 (httproute.go, virtual hosts without a service).
  const unknown = port === 80 ? virtualServicesWithoutService(bound, services) : [];
  const extra = unknown.map(
    ({ host, service }): VirtualHost => ({
      name: `${host}:${port}`,
      domains: [host],
      routes: routesOf(service, routeContext(service.namespace, port, { proxy, push })),
      includeRequestAttemptCount: true,
    }),
  );
  return [...hosts, ...extra].sort((a, b) => a.name.localeCompare(b.name));
}

function virtualServicesWithoutService(
  bound: readonly ResolvedVirtualService[],
  services: readonly MeshService[],
): readonly { readonly host: string; readonly service: ResolvedVirtualService }[] {
  const known = new Set(services.map(({ hostname }) => hostname));
  return bound.flatMap((service) =>
    service.http.length === 0
      ? []
      : service.hosts
          .filter((host) => !known.has(host) && !host.startsWith("*"))
          .map((host) => ({ host, service })),
  );
}

function serviceHost(
  service: MeshService,
  port: MeshPort,
  of: Client & { readonly bound: readonly ResolvedVirtualService[] },
): VirtualHost {
  const { proxy, push, bound } = of;
  const ruling = virtualServiceFor(service.hostname, bound);
  const routes = ruling?.http.length
    ? routesOf(ruling, routeContext(ruling.namespace, port.port, of))
    : [
        defaultRoute(
          outboundCluster(port.port, "", service.hostname),
          `${service.hostname}:${port.port}/*`,
          routeContext(service.namespace, port.port, of),
        ),
      ];
  return {
    name: `${service.hostname}:${port.port}`,
    domains: domainsOf(service, proxy, push),
    routes,
    includeRequestAttemptCount: true,
  };
}

function sniffedHost(hostname: string, port: number, client: Client): readonly VirtualHost[] {
  const { proxy, push } = client;
  const service = servicesFor(proxy, push).find((candidate) => candidate.hostname === hostname);
  const match = service?.ports.find((candidate) => candidate.port === port);
  if (!service || !match) return [];
  const bound = push.virtualServices.boundTo(MESH_GATEWAY, proxy.namespace);
  return [{ ...serviceHost(service, match, { ...client, bound }), domains: ["*"] }];
}

/** Every name by which a client in the proxy's namespace may call a service. */
function domainsOf(service: MeshService, proxy: MeshProxy, push: PushContext): readonly string[] {
  const { hostname, name, namespace } = service;
  const short =
    service.kind === "kubernetes"
      ? [...(namespace === proxy.namespace ? [name] : []), `${name}.${namespace}.svc`, `${name}.${namespace}`]
      : [];
  const absolute = push.gates.absoluteFqdnDomain ? [`${hostname}.`] : [];
  return [hostname, ...absolute, ...short, ...service.addresses];
}

/** Envoy refuses a table in which a domain stands twice; the first host keeps it. */
function withUniqueDomains(hosts: readonly VirtualHost[]): readonly VirtualHost[] {
  const seen = new Set<string>();
  return hosts.flatMap((host) => {
    const domains = host.domains.filter((domain) => !seen.has(domain));
    for (const domain of domains) seen.add(domain);
    return domains.length > 0 ? [{ ...host, domains }] : [];
  });
}

function fallback(proxy: MeshProxy, push: PushContext): VirtualHost {
  if (outboundPolicy(proxy, push) === "REGISTRY_ONLY")
    return {
      name: "block_all",
      domains: ["*"],
      routes: [{ name: "block_all", match: { prefix: "/" }, directResponse: { status: 502 } }],
      includeRequestAttemptCount: true,
    };
  return {
    name: "allow_any",
    domains: ["*"],
    routes: [
      {
        name: "allow_any",
        match: { prefix: "/" },
        route: {
          cluster: PASSTHROUGH,
          timeout: "0s",
          maxStreamDuration: { maxStreamDuration: "0s", grpcTimeoutHeaderMax: "0s" },
        },
      },
    ],
    includeRequestAttemptCount: true,
  };
}
