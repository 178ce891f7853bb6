import type { Random } from "../../base/index.ts";
import type { Endpoint } from "./endpoint.ts";

/** A locality keeps its full weight until 1.4 times its healthy share is less than one (Envoy overprovisioning factor 140). */
const OVERPROVISIONING = 1.4;

/** The usable endpoints of one locality, chosen by the localities' weights. */
export function chooseLocality(
  usable: readonly Endpoint[],
  all: readonly Endpoint[],
  random: Random,
): readonly Endpoint[] {
  const groups = new Map<string, { readonly weight: number; readonly endpoints: Endpoint[] }>();
  for (const endpoint of usable) {
    const { name, weight } = endpoint.locality;
    const group = groups.get(name) ?? { weight, endpoints: [] };
    groups.set(name, group);
    group.endpoints.push(endpoint);
  }
  if (groups.size <= 1) return usable;
  const weighted = [...groups].map(([name, { weight, endpoints }]) => {
    const total = all.filter((one) => one.locality.name === name).length;
    return { endpoints, weight: weight * Math.min(1, (OVERPROVISIONING * endpoints.length) / total) };
  });
  let at = random.fraction() * weighted.reduce((sum, { weight }) => sum + weight, 0);
  for (const { endpoints, weight } of weighted) {
    at -= weight;
    if (at < 0) return endpoints;
  }
  return usable;
}
