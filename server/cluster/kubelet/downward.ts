import { NODE_IP } from "../network/index.ts";
import { NODE_CPUS, NODE_MEMORY_BYTES } from "./node.ts";
import type { FieldRef, Pod, ResourceFieldRef } from "./pod.ts";

interface DownwardSource {
  readonly fieldRef?: FieldRef;
  readonly resourceFieldRef?: ResourceFieldRef;
  /** The container a resource field means when it names none. */
  readonly container?: string;
}

/** The value of a field or resource reference, as kubelet's fieldpath and resource packages print it; undefined when there is none. */
export function downwardValue(pod: Pod, source: DownwardSource): string | undefined {
  if (source.fieldRef) return fieldValue(pod, source.fieldRef.fieldPath);
  if (source.resourceFieldRef) return resourceValue(pod, source.resourceFieldRef, source.container);
  return undefined;
}

function fieldValue(pod: Pod, path: string): string | undefined {
  const { metadata, spec, status } = pod;
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (keyed) return (keyed[1] === "labels" ? metadata.labels : metadata.annotations)?.[keyed[2] ?? ""] ?? "";
  switch (path) {
    case "metadata.name":
      return metadata.name;
    case "metadata.namespace":
      return metadata.namespace;
    case "metadata.uid":
      return metadata.uid;
    case "metadata.labels":
      return lines(metadata.labels);
    case "metadata.annotations":
      return lines(metadata.annotations);
    case "spec.nodeName":
      return spec.nodeName;
    case "spec.serviceAccountName":
      return spec.serviceAccountName;
    case "status.podIP":
    case "status.podIPs":
      return status?.podIP;
    case "status.hostIP":
    case "status.hostIPs":
      return NODE_IP;
    default:
      return undefined;
  }
}

/** `key="value"` per line, sorted, Go-quoted. */
function lines(map: Readonly<Record<string, string>> | undefined): string {
  return Object.keys(map ?? {})
    .sort()
    .map((key) => `${key}=${JSON.stringify(map?.[key] ?? "")}`)
    .join("\n");
}

function resourceValue(
  pod: Pod,
  reference: ResourceFieldRef,
  container: string | undefined,
): string | undefined {
  const name = reference.containerName ?? container;
  const all = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  const found = all.find((candidate) => candidate.name === name);
  const [list, resource = ""] = reference.resource.split(".");
  const { limits, requests } = found?.resources ?? {};
  const set = list === "limits" ? limits?.[resource] : requests?.[resource];
  // A limit that is not set is what the node can give.
  const capacity = resource === "cpu" ? NODE_CPUS : NODE_MEMORY_BYTES;
  const amount = set === undefined ? (list === "limits" ? capacity : 0) : quantity(set);
  const divisor = quantity(reference.divisor ?? "1") || 1;
  return String(Math.ceil(amount / divisor));
}

const UNITS: Readonly<Record<string, number>> = {
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** A quantity as a number: `250m` is 0.25, `1Ki` 1024. Undefined when there is none. */
export function quantityNumber(value: string | number | undefined): number | undefined {
  return value === undefined ? undefined : quantity(value);
}

function quantity(value: string | number): number {
  const [, digits = "0", unit = ""] = /^([0-9.]+)([A-Za-z]*)$/.exec(String(value)) ?? [];
  return Number(digits) * (UNITS[unit] ?? 1);
}
