import { isObject, objectOf, valueAt } from "../../apimachinery/index.ts";
import {
  type Container,
  type LimitRangeItem,
  type PodSpec,
  podResources,
  quantityMilli,
  type ResourceList,
} from "../../apis/index.ts";

// The complaints of plugin/pkg/admission/limitranger/admission.go, word for word, its double spaces included.

interface Given {
  readonly requests: ResourceList;
  readonly limits: ResourceList;
}

const milli = (text: string) => quantityMilli(text) ?? 0n;

export function podComplaints(item: LimitRangeItem, pod: unknown): string[] {
  if (!isPodSpec(pod)) return [];
  if (item.type === "Pod") {
    return complaints(item, {
      requests: podResources(pod, "requests"),
      limits: podResources(pod, "limits"),
    });
  }
  if (item.type !== "Container") return [];
  const containers: readonly Container[] = [...pod.containers, ...(pod.initContainers ?? [])];
  return containers.flatMap(({ resources }) =>
    complaints(item, { requests: resources?.requests ?? {}, limits: resources?.limits ?? {} }),
  );
}

/** Storage that a claim asks for; a claim has no limits. */
export function claimComplaints(item: LimitRangeItem, claim: unknown): string[] {
  if (item.type !== "PersistentVolumeClaim") return [];
  const requests: Record<string, string> = {};
  for (const [name, amount] of Object.entries(objectOf(valueAt(claim, "resources", "requests")))) {
    requests[name] = String(amount);
  }
  const given = { requests, limits: {} };
  return [
    ...each(item.min, (name, bound) => tooLittle(item.type, [name, bound], given)),
    ...each(item.max, (name, bound) => {
      const head = `maximum ${name} usage per ${item.type} is ${bound}`;
      const request = requests[name];
      if (request === undefined) return `${head}.  No request is specified`;
      return milli(request) > milli(bound) ? `${head}, but request is ${request}` : "";
    }),
  ];
}

function isPodSpec(value: unknown): value is PodSpec {
  return isObject(value) && Array.isArray(value.containers);
}

function complaints({ type, min, max, maxLimitRequestRatio }: LimitRangeItem, given: Given): string[] {
  return [
    ...each(min, (name, bound) => tooLittle(type, [name, bound], given)),
    ...each(max, (name, bound) => tooMuch(type, [name, bound], given)),
    ...each(maxLimitRequestRatio, (name, bound) => tooWide(type, [name, bound], given)),
  ];
}

function each(
  bounds: ResourceList | undefined,
  complaint: (name: string, bound: string) => string,
): string[] {
  return Object.entries(bounds ?? {})
    .map(([name, bound]) => complaint(name, bound))
    .filter((text) => text !== "");
}

type Bound = readonly [name: string, bound: string];

function tooLittle(type: string, [name, bound]: Bound, { requests, limits }: Given): string {
  const head = `minimum ${name} usage per ${type} is ${bound}`;
  const [request, limit] = [requests[name], limits[name]];
  if (request === undefined) return `${head}.  No request is specified`;
  if (milli(request) < milli(bound)) return `${head}, but request is ${request}`;
  return limit !== undefined && milli(limit) < milli(bound) ? `${head}, but limit is ${limit}` : "";
}

function tooMuch(type: string, [name, bound]: Bound, { requests, limits }: Given): string {
  const head = `maximum ${name} usage per ${type} is ${bound}`;
  const [request, limit] = [requests[name], limits[name]];
  if (limit === undefined) return `${head}.  No limit is specified`;
  if (milli(limit) > milli(bound)) return `${head}, but limit is ${limit}`;
  return request !== undefined && milli(request) > milli(bound) ? `${head}, but request is ${request}` : "";
}

function tooWide(type: string, [name, bound]: Bound, { requests, limits }: Given): string {
  const head = `${name} max limit to request ratio per ${type} is ${bound}, but`;
  const [request, limit] = [milli(requests[name] ?? "0"), milli(limits[name] ?? "0")];
  if (request === 0n) return `${head} no request is specified or request is 0`;
  if (limit === 0n) return `${head} no limit is specified or limit is 0`;
  if (limit * 1000n <= request * milli(bound)) return "";
  return `${head} provided ratio is ${(Number(limit) / Number(request)).toFixed(6)}`;
}
