import { forbidden, type KubeObject } from "../../apimachinery/index.ts";
import {
  addQuantities,
  type Container,
  computeUsage,
  inScopes,
  type PodSpec,
  quantityMilli,
  type ResourceList,
  type ResourceQuota,
  totalUsage,
  usageOf,
} from "../../apis/index.ts";
import type { Reader } from "../registry/reader.ts";
import { named, type Resource } from "../registry/resource.ts";
import { type AdmissionPlugin, type Attributes, nameInRefusal } from "./attributes.ts";

/** Kinds whose usage may grow by an update. */
const UPDATED = new Set(["services", "persistentvolumeclaims"]);
/** A quota over one of these makes it a must for every container. */
const MUST = ["cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"];

/**
 * Refuses what a quota has no room for. Follows apiserver plugin/resourcequota, but for one thing: what is used is counted
 * at each request, where upstream believes the quota's status; so a new quota counts at once.
 */
export function resourceQuota(reader: Reader, quotas: Resource): AdmissionPlugin {
  // Objects that were let through and are not stored yet, by namespace and kind.
  const underWay = new Map<string, Set<KubeObject>>();
  return {
    name: "ResourceQuota",
    validate(attributes) {
      const { resource, namespace, object, oldObject } = attributes;
      if (!namespace || !object || !counts(attributes)) return;
      const all = reader.all(quotas, namespace).filter(isQuota);
      if (all.length === 0) return;
      const { strategy } = resource;
      const key = `${namespace}/${strategy.group}/${strategy.plural}`;
      const waiting = underWay.get(key) ?? new Set();
      const usage = usageOf(strategy, object);
      const present = [...reader.all(resource, namespace), ...waiting];
      for (const quota of all) {
        const hard = quota.spec?.hard ?? {};
        if (!Object.keys(usage).some((name) => name in hard) && !isPodWithMust(strategy.plural, hard))
          continue;
        if (!inScopes(quota, strategy, object)) continue;
        const { name = "" } = quota.metadata;
        const refuse = (why: string) => forbidden(named(resource), nameInRefusal(attributes), why);
        const missing = missingResources(strategy, hard, object);
        if (missing) throw refuse(`failed quota: ${name}: must specify ${missing}`);
        const before = oldObject && inScopes(quota, strategy, oldObject) ? usageOf(strategy, oldObject) : {};
        const counted = present.filter((one) => inScopes(quota, strategy, one));
        const why = exceeded({ hard, wanted: growth(usage, before), used: totalUsage(strategy, counted) });
        if (why) throw refuse(`exceeded quota: ${name}, ${why}`);
      }
      underWay.set(key, waiting.add(object));
      attributes.settled?.push(() => {
        waiting.delete(object);
        if (waiting.size === 0) underWay.delete(key);
      });
    },
  };
}

function counts({ operation, resource, subresource }: Attributes): boolean {
  const { group, plural } = resource.strategy;
  if (plural === "events" || subresource !== "") return false;
  return operation === "CREATE" || (operation === "UPDATE" && group === "" && UPDATED.has(plural));
}

function isQuota(object: KubeObject): object is ResourceQuota {
  return object.kind === "ResourceQuota";
}

const isPodWithMust = (plural: string, hard: ResourceList) =>
  plural === "pods" && MUST.some((name) => name in hard);

/** `limits.cpu for: a,b; …`: what containers must say because the quota limits it; "" when nothing is missing. */
function missingResources(
  { group, plural }: Resource["strategy"],
  hard: ResourceList,
  object: KubeObject,
): string {
  if (group !== "" || plural !== "pods") return "";
  const { containers, initContainers = [] } = podSpecOf(object);
  const lacks = (container: Container, name: string) => {
    const { requests = {}, limits = {} } = container.resources ?? {};
    return !(name in computeUsage(requests, limits));
  };
  return MUST.filter((name) => name in hard)
    .sort()
    .flatMap((name) => {
      const who = [...containers, ...initContainers].filter((container) => lacks(container, name));
      const names = [...new Set(who.map((container) => container.name))].sort();
      return names.length > 0 ? [`${name} for: ${names.join(",")}`] : [];
    })
    .join("; ");
}

function podSpecOf(object: KubeObject): PodSpec {
  const spec: unknown = object.spec;
  return typeof spec === "object" && spec !== null && "containers" in spec && Array.isArray(spec.containers)
    ? { ...spec, containers: spec.containers }
    : { containers: [] };
}

const milli = (text: string | undefined) => quantityMilli(text ?? "0") ?? 0n;

/** What an update asks for beyond what the object had; nothing is given back here. */
function growth(usage: ResourceList, before: ResourceList): ResourceList {
  const more = Object.entries(usage).flatMap(([name, amount]) => {
    const had = milli(before[name]);
    if (milli(amount) <= had) return [];
    return [[name, had === 0n ? amount : addQuantities(amount, `-${before[name]}`)] as const];
  });
  return Object.fromEntries(more);
}

interface Demand {
  readonly hard: ResourceList;
  readonly wanted: ResourceList;
  readonly used: ResourceList;
}

/** Which of the limits would be passed, in upstream's words. */
function exceeded({ hard, wanted, used }: Demand): string {
  const over = Object.keys(wanted)
    .filter((name) => name in hard && milli(wanted[name]) + milli(used[name]) > milli(hard[name]))
    .sort();
  if (over.length === 0) return "";
  const shown = (list: ResourceList) => over.map((name) => `${name}=${list[name] ?? "0"}`).join(",");
  return `requested: ${shown(wanted)}, used: ${shown(used)}, limited: ${shown(hard)}`;
}
