import type { NodeBadge } from "../../../contracts/index.ts";
import type { ServiceIndex } from "../service-index.ts";
import type { Service } from "../snapshot-types.ts";
import { mapNodes, type TrafficMap, type TrafficNode } from "../traffic-map.ts";

/** Marks nodes whose service VirtualServices and DestinationRules shape, and says by which service each is called. */
export function appendIstioObjects(map: TrafficMap, index: ServiceIndex): TrafficMap {
  const badges = badgesByService(index);
  return mapNodes(map, (node) => {
    const service = serviceOf(node, index);
    return service ? { ...node, service, badges: [...(badges.get(key(service)) ?? [])] } : node;
  });
}

function serviceOf(
  { kind, namespace, name, workload }: TrafficNode,
  index: ServiceIndex,
): Service | undefined {
  if (kind === "service") return namespace === undefined ? undefined : index.service(name, namespace);
  return workload && index.serviceOf(workload);
}

function badgesByService({ snapshot, service }: ServiceIndex): ReadonlyMap<string, ReadonlySet<NodeBadge>> {
  const found = new Map<string, Set<NodeBadge>>();
  const add = (host: string, namespace: string, badges: readonly NodeBadge[]) => {
    const named = service(host, namespace);
    if (!named) return;
    const known = found.get(key(named)) ?? new Set();
    for (const badge of badges) known.add(badge);
    found.set(key(named), known);
  };
  for (const { hosts, namespace, badges } of snapshot.virtualServices)
    for (const host of hosts) add(host, namespace, badges);
  for (const { host, namespace, breaksCircuits } of snapshot.destinationRules)
    if (breaksCircuits) add(host, namespace, ["circuit-breaker"]);
  return found;
}

const key = ({ namespace, name }: Pick<Service, "namespace" | "name">) => `${namespace}/${name}`;
