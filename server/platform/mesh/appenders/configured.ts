import { selects } from "../labels.ts";
import { MapBuilder } from "../map-builder.ts";
import type { Scope } from "../scope.ts";
import type { ServiceIndex } from "../service-index.ts";
import type { Gateway, VirtualService, Workload } from "../snapshot-types.ts";
import type { Protocol, TrafficMap } from "../traffic-map.ts";

/**
 * The graph before any request: workloads, services with nobody behind, what gateways route to, and what programs are
 * set to call. So a graph is never empty, and "no traffic seen" is something one can point at.
 */
export function configuredTopology(index: ServiceIndex, scope: Scope): TrafficMap {
  const builder = new MapBuilder(index);
  for (const workload of index.snapshot.workloads)
    if (scope.includes(workload.namespace)) builder.workload(workload);
  for (const service of index.snapshot.services) {
    const selecting = Object.keys(service.selector).length > 0;
    if (selecting && scope.includes(service.namespace) && index.behind(service).length === 0)
      builder.service(service);
  }
  for (const virtualService of index.snapshot.virtualServices)
    addGatewayRoutes(virtualService, { builder, index, scope });
  for (const workload of index.snapshot.workloads)
    if (scope.includes(workload.namespace)) addUpstreams(workload, builder, index);
  return builder.build();
}

interface Adding {
  readonly builder: MapBuilder;
  readonly index: ServiceIndex;
  readonly scope: Scope;
}

function addGatewayRoutes(virtualService: VirtualService, { builder, index, scope }: Adding): void {
  const sources = index.snapshot.gateways
    .filter((gateway) => bound(virtualService, gateway))
    .flatMap((gateway) =>
      index.snapshot.workloads.filter((workload) => selects(gateway.selector, workload.labels)),
    );
  for (const host of virtualService.destinations) {
    const service = index.service(host, virtualService.namespace);
    if (!service || !scope.includes(service.namespace)) continue;
    for (const source of sources)
      for (const target of builder.targets(service))
        builder.configured(builder.workload(source), target, { protocol: "http", service });
  }
}

/** `gateways: [name]` is of the VirtualService's own namespace, `ns/name` of another. */
function bound(virtualService: VirtualService, gateway: Gateway): boolean {
  return virtualService.gateways.some((name) => {
    const full = name.includes("/") ? name : `${virtualService.namespace}/${name}`;
    return full === `${gateway.namespace}/${gateway.name}`;
  });
}

function addUpstreams(workload: Workload, builder: MapBuilder, index: ServiceIndex): void {
  for (const address of workload.upstreams) {
    const upstream = parseUpstream(address);
    if (!upstream) continue;
    const service = index.service(upstream.host, workload.namespace);
    const targets = service ? builder.targets(service) : [builder.external(upstream.host)];
    for (const target of targets)
      builder.configured(builder.workload(workload), target, { protocol: upstream.protocol, service });
  }
}

function parseUpstream(address: string): { host: string; protocol: Protocol } | undefined {
  const match = /^(?:(\w+):\/\/)?([\w.-]+)(?::\d+)?(?:\/|$)/.exec(address);
  if (!match?.[2]) return undefined;
  return { host: match[2], protocol: match[1] === "grpc" ? "grpc" : "http" };
}
