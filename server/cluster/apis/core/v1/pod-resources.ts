import { addQuantities, quantityMilli } from "../../meta/quantity.ts";
import type { Container, PodSpec } from "./pod-types.ts";

/** Quantities by resource name, as a container's requests or limits are written. */
export type ResourceList = Readonly<Record<string, string>>;

export function addResources(first: ResourceList, second: ResourceList): ResourceList {
  const sum: Record<string, string> = { ...first };
  for (const [name, amount] of Object.entries(second)) sum[name] = addQuantities(sum[name] ?? "0", amount);
  return sum;
}

function greatest(first: ResourceList, second: ResourceList): ResourceList {
  const found: Record<string, string> = { ...first };
  for (const [name, amount] of Object.entries(second)) {
    const present = found[name];
    if (present === undefined || milli(amount) > milli(present)) found[name] = amount;
  }
  return found;
}

const milli = (text: string) => quantityMilli(text) ?? 0n;

/**
 * What a pod asks for as a whole: containers and sidecars together, or an init container (beside the sidecars before it)
 * if that is more. Follows component-helpers resource.PodRequests and PodLimits.
 */
export function podResources(spec: PodSpec, list: "requests" | "limits"): ResourceList {
  const of = (container: Container): ResourceList => container.resources?.[list] ?? {};
  let total = (spec.containers ?? []).map(of).reduce(addResources, {});
  let sidecars: ResourceList = {};
  let starting: ResourceList = {};
  for (const container of spec.initContainers ?? []) {
    const wanted = addResources(sidecars, of(container));
    if (container.restartPolicy === "Always") {
      total = addResources(total, of(container));
      sidecars = wanted;
    }
    starting = greatest(starting, wanted);
  }
  return greatest(total, starting);
}
