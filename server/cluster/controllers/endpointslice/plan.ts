import { deepEqual } from "../../apimachinery/index.ts";
import type { Endpoint, EndpointPort, EndpointSlice, Pod, Service, ServicePort } from "../../apis/index.ts";
import { controllerReference } from "../common/owners.ts";
import { isEnded, isReady } from "../common/pods.ts";
import { ENDPOINTS_PER_SLICE } from "../limits.ts";

/** Pods whose ports resolve to the same numbers stand in one group. */
export interface EndpointGroup {
  readonly ports: readonly EndpointPort[];
  readonly pods: readonly Pod[];
}

export interface SlicePlan {
  readonly create: readonly EndpointSlice[];
  readonly update: readonly EndpointSlice[];
  readonly remove: readonly EndpointSlice[];
}

const SERVICE_NAME = "kubernetes.io/service-name";
const MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
const MANAGER = "endpointslice-controller.k8s.io";
const HEADLESS = "service.kubernetes.io/headless";

export function isOurs({ metadata }: EndpointSlice): boolean {
  return metadata.labels?.[MANAGED_BY] === MANAGER;
}

export function serviceNameOf({ metadata }: EndpointSlice): string | undefined {
  return metadata.labels?.[SERVICE_NAME];
}

export function groupPods(service: Service, pods: readonly Pod[]): EndpointGroup[] {
  const groups = new Map<string, { ports: readonly EndpointPort[]; pods: Pod[] }>();
  for (const pod of pods) {
    if (!pod.status?.podIP || isEnded(pod)) continue;
    const ports = (service.spec.ports ?? []).flatMap((port) => endpointPort(port, pod));
    const key = JSON.stringify(ports);
    const group = groups.get(key) ?? { ports, pods: [] };
    groups.set(key, group);
    group.pods.push(pod);
  }
  return [...groups.values()];
}

/** Follows FindPort: a named port is looked up in the pod; a pod that lacks it serves no such port. */
function endpointPort(port: ServicePort, pod: Pod): EndpointPort[] {
  const protocol = port.protocol ?? "TCP";
  const number = targetPort(port, protocol, pod);
  if (number === undefined) return [];
  const { name = "", appProtocol } = port;
  return [{ name, port: number, protocol, ...(appProtocol ? { appProtocol } : {}) }];
}

function targetPort(port: ServicePort, protocol: string, { spec }: Pod): number | undefined {
  const target = port.targetPort ?? port.port;
  if (typeof target === "number") return target;
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  for (const { ports = [] } of [...spec.containers, ...sidecars]) {
    const found = ports.find(({ name, protocol: p = "TCP" }) => name === target && p === protocol);
    if (found) return found.containerPort;
  }
  return undefined;
}

export function endpointOf(service: Service, pod: Pod): Endpoint {
  const { namespace, name, uid, deletionTimestamp } = pod.metadata;
  const serving = isReady(pod);
  const terminating = deletionTimestamp !== undefined;
  const { hostname, subdomain, nodeName } = pod.spec;
  const named = hostname && subdomain === service.metadata.name;
  return {
    addresses: [pod.status?.podIP ?? ""],
    conditions: {
      ready: service.spec.publishNotReadyAddresses ? true : serving && !terminating,
      serving,
      terminating,
    },
    ...(named ? { hostname } : {}),
    ...(nodeName ? { nodeName } : {}),
    targetRef: {
      kind: "Pod",
      ...(namespace ? { namespace } : {}),
      ...(name ? { name } : {}),
      ...(uid ? { uid } : {}),
    },
  };
}

/** Slices that differ are rewritten, missing ones made, spare ones removed. Names that exist are kept. */
export function planSlices(
  service: Service,
  groups: readonly EndpointGroup[],
  existing: readonly EndpointSlice[],
): SlicePlan {
  const free = [...existing];
  const create: EndpointSlice[] = [];
  const update: EndpointSlice[] = [];
  for (const { ports, endpoints } of chunks(service, groups)) {
    const at = free.findIndex((slice) => samePorts(slice.ports ?? [], ports));
    const [present] = at === -1 ? [] : free.splice(at, 1);
    const wanted = sliceFor(service, { ports, endpoints }, present);
    if (!present) create.push(wanted);
    else if (!sameSlice(present, wanted)) update.push(wanted);
  }
  return { create, update, remove: free };
}

function chunks(service: Service, groups: readonly EndpointGroup[]) {
  // A service without pods has one slice that says so.
  if (groups.length === 0) return [{ ports: [], endpoints: [] }];
  return groups.flatMap(({ ports, pods }) => {
    const sorted = [...pods].sort((a, b) => ((a.metadata.name ?? "") < (b.metadata.name ?? "") ? -1 : 1));
    const endpoints = sorted.map((pod) => endpointOf(service, pod));
    const count = Math.ceil(endpoints.length / ENDPOINTS_PER_SLICE);
    return Array.from({ length: count }, (_, index) => ({
      ports,
      endpoints: endpoints.slice(index * ENDPOINTS_PER_SLICE, (index + 1) * ENDPOINTS_PER_SLICE),
    }));
  });
}

function samePorts(a: readonly EndpointPort[], b: readonly EndpointPort[]): boolean {
  return a.length === 0 || b.length === 0 || deepEqual(a, b);
}

function sameSlice(a: EndpointSlice, b: EndpointSlice): boolean {
  return (
    deepEqual(a.ports ?? [], b.ports ?? []) &&
    deepEqual(a.endpoints ?? [], b.endpoints) &&
    deepEqual(a.metadata.labels, b.metadata.labels)
  );
}

function sliceFor(
  service: Service,
  { ports, endpoints }: { ports: readonly EndpointPort[]; endpoints: readonly Endpoint[] },
  present: EndpointSlice | undefined,
): EndpointSlice {
  const { name = "", namespace } = service.metadata;
  const headless: Record<string, string> = service.spec.clusterIP === "None" ? { [HEADLESS]: "" } : {};
  const labels: Record<string, string> = {
    ...service.metadata.labels,
    ...headless,
    [SERVICE_NAME]: name,
    [MANAGED_BY]: MANAGER,
  };
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: present
      ? { ...present.metadata, labels }
      : {
          generateName: `${name}-`,
          ...(namespace ? { namespace } : {}),
          labels,
          ownerReferences: [controllerReference(service)],
        },
    addressType: "IPv4",
    endpoints,
    ports,
  };
}
