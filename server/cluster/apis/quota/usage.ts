import { isObject, type KubeObject, stringOf, valueAt } from "../../apimachinery/index.ts";
import { addResources, podResources, type ResourceList } from "../core/v1/pod-resources.ts";
import type { Pod } from "../core/v1/pod-types.ts";
import type { PersistentVolumeClaim, Service } from "../core/v1/types.ts";

/** What one object takes of a quota, by the quota's names. Follows pkg/quota/v1/evaluator/core and generic. */

const COMPUTE = ["cpu", "memory", "ephemeral-storage"];
/** Kinds that had a name in quotas before `count/…` came. */
const ALIASED = new Set(["configmaps", "resourcequotas", "replicationcontrollers", "secrets"]);

export interface CountedResource {
  readonly group: string;
  readonly plural: string;
}

export function countName({ group, plural }: CountedResource): string {
  return group ? `count/${plural}.${group}` : `count/${plural}`;
}

// Objects of the store are frozen: what was counted once stays true.
const counted = new WeakMap<KubeObject, ResourceList>();

export function usageOf(resource: CountedResource, object: KubeObject): ResourceList {
  const known = counted.get(object);
  if (known) return known;
  const usage = { [countName(resource)]: "1", ...specialUsage(resource, object) };
  if (Object.isFrozen(object)) counted.set(object, usage);
  return usage;
}

function specialUsage({ group, plural }: CountedResource, object: KubeObject): ResourceList {
  if (group !== "") return {};
  if (plural === "pods" && isPod(object)) return podUsage(object);
  if (plural === "services") return serviceUsage(object);
  if (plural === "persistentvolumeclaims") return claimUsage(object);
  return ALIASED.has(plural) ? { [plural]: "1" } : {};
}

export function isPod(object: KubeObject): object is Pod {
  return isObject(object.spec) && Array.isArray(object.spec.containers);
}

/** Pods that have ended are counted by `count/pods` alone. */
function podUsage({ spec, status }: Pod): ResourceList {
  if (status?.phase === "Succeeded" || status?.phase === "Failed") return {};
  return computeUsage(podResources(spec, "requests"), podResources(spec, "limits"));
}

export function computeUsage(requests: ResourceList, limits: ResourceList): ResourceList {
  const usage: Record<string, string> = { pods: "1" };
  for (const name of COMPUTE) {
    const [request, limit] = [requests[name], limits[name]];
    if (request !== undefined) Object.assign(usage, { [name]: request, [`requests.${name}`]: request });
    if (limit !== undefined) usage[`limits.${name}`] = limit;
  }
  for (const [name, request] of Object.entries(requests)) {
    if (name.startsWith("hugepages-")) usage[name] = request;
    if (name.startsWith("hugepages-") || name.includes("/")) usage[`requests.${name}`] = request;
  }
  return usage;
}

function serviceUsage(object: KubeObject): ResourceList {
  const spec: Partial<Service["spec"]> = isObject(object.spec) ? object.spec : {};
  const ports = spec.ports ?? [];
  const balanced = spec.type === "LoadBalancer";
  const given = valueAt(spec, "allocateLoadBalancerNodePorts") === false;
  const nodePorts = balanced && given ? ports.filter(({ nodePort }) => nodePort).length : ports.length;
  return {
    services: "1",
    "services.loadbalancers": balanced ? "1" : "0",
    "services.nodeports": balanced || spec.type === "NodePort" ? String(nodePorts) : "0",
  };
}

function claimUsage(object: KubeObject): ResourceList {
  const spec: PersistentVolumeClaim["spec"] = isObject(object.spec) ? object.spec : {};
  const amount = spec?.resources?.requests?.storage;
  const all: Record<string, string> = { persistentvolumeclaims: "1" };
  if (amount !== undefined) all["requests.storage"] = amount;
  const storageClass = stringOf(spec?.storageClassName);
  if (!storageClass) return all;
  const suffix = `${storageClass}.storageclass.storage.k8s.io/`;
  return {
    ...all,
    ...Object.fromEntries(Object.entries(all).map(([name, value]) => [`${suffix}${name}`, value])),
  };
}

/** The sum over many objects. */
export function totalUsage(resource: CountedResource, objects: readonly KubeObject[]): ResourceList {
  return objects.map((object) => usageOf(resource, object)).reduce(addResources, {});
}
