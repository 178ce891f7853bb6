import type { KubeObject } from "../../../apimachinery/index.ts";
import { TYPE_URL, type TypeUrl } from "../../../xds/index.ts";
import type { VirtualService } from "../model/networking.ts";
import type { World } from "../model/world.ts";

const { cluster, endpoint, listener, route, secret } = TYPE_URL;
const NOTHING: readonly TypeUrl[] = [];

/**
 * Which configuration a change of objects can reach. What is not listed reaches all of it: a wrong entry here would leave
 * proxies with old configuration, a missing one only costs time.
 */
const REACHES: Readonly<Partial<Record<keyof World, readonly TypeUrl[]>>> = {
  virtualServices: [route],
  destinationRules: [cluster, endpoint, route],
  endpointSlices: [cluster, endpoint, listener],
  nodes: [endpoint],
  secrets: [secret, listener, route],
  peerAuthentications: [cluster, endpoint, listener],
  authorizationPolicies: [listener],
  requestAuthentications: [listener],
  telemetries: [listener],
  envoyFilters: [cluster, listener, route],
  // The mesh configuration is followed by itself; the rest of them are nobody's business.
  configMaps: NOTHING,
  proxyConfigs: NOTHING,
  workloadGroups: NOTHING,
};

/** The types that may differ between two looks at the cluster. */
export function affectedTypes(before: World, after: World): ReadonlySet<TypeUrl> {
  const affected = new Set<TypeUrl>();
  const add = (types: readonly TypeUrl[]) => {
    for (const type of types) affected.add(type);
  };
  for (const field of fieldsOf(after)) {
    const changed = difference(before[field], after[field]);
    if (changed.length === 0) continue;
    add(REACHES[field] ?? [cluster, endpoint, listener, route, secret]);
    // Rules for TCP and TLS are filter chains; claims of tokens tell the filter that reads them.
    if (field === "virtualServices" && changed.some(reachesListeners)) affected.add(listener);
  }
  return affected;
}

function fieldsOf(world: World): readonly (keyof World)[] {
  // World has the fields that it is declared with and no others.
  return Object.keys(world) as (keyof World)[];
}

/** Objects that are in one list only. Listers keep what has not changed as it is. */
function difference(before: readonly KubeObject[], after: readonly KubeObject[]): readonly KubeObject[] {
  const [old, now] = [new Set(before), new Set(after)];
  return [...after.filter((one) => !old.has(one)), ...before.filter((one) => !now.has(one))];
}

function reachesListeners(object: KubeObject): boolean {
  const { spec } = object as VirtualService;
  return (
    (spec.tcp?.length ?? 0) > 0 ||
    (spec.tls?.length ?? 0) > 0 ||
    JSON.stringify(spec.http ?? []).includes("@request.auth.claims")
  );
}
