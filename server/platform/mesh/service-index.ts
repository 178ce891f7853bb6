import { selects } from "./labels.ts";
import type { MeshSnapshot, Service, Workload } from "./snapshot-types.ts";

/** Answers which service a host names, and which workloads stand behind a service. */
export interface ServiceIndex {
  readonly snapshot: MeshSnapshot;
  /** `web-api`, `web-api.ns`, `….svc`, `….svc.cluster.local`, each as seen from `namespace`. */
  service(host: string, namespace: string): Service | undefined;
  behind(service: Pick<Service, "namespace" | "name">): readonly Workload[];
  workload(namespace: string, name: string): Workload | undefined;
  /** A service that leads to the workload. */
  serviceOf(workload: Workload): Service | undefined;
}

export function indexServices(snapshot: MeshSnapshot): ServiceIndex {
  const services = new Map(
    snapshot.services.map((service) => [key(service.namespace, service.name), service]),
  );
  const workloads = new Map(
    snapshot.workloads.map((workload) => [key(workload.namespace, workload.name), workload]),
  );
  const inNamespace = groupBy(snapshot.workloads, (workload) => workload.namespace);
  const behind = new Map(
    snapshot.services.map((service) => [
      key(service.namespace, service.name),
      (inNamespace.get(service.namespace) ?? []).filter((workload) =>
        selects(service.selector, workload.labels),
      ),
    ]),
  );
  const serviceOf = new Map<Workload, Service>();
  for (const service of snapshot.services)
    for (const workload of behind.get(key(service.namespace, service.name)) ?? [])
      if (!serviceOf.has(workload)) serviceOf.set(workload, service);
  return {
    snapshot,
    service: (host, namespace) => services.get(keyOfHost(host, namespace)),
    behind: (service) => behind.get(key(service.namespace, service.name)) ?? [],
    workload: (namespace, name) => workloads.get(key(namespace, name)),
    serviceOf: (workload) => serviceOf.get(workload),
  };
}

/** Follows a pod's DNS search path; the cluster domain is taken to be cluster.local. */
function keyOfHost(host: string, namespace: string): string {
  const [name = "", inHost, svc, ...domain] = host.split(".");
  if (inHost === undefined) return key(namespace, name);
  const known =
    svc === undefined || (svc === "svc" && (domain.length === 0 || domain.join(".") === "cluster.local"));
  return known ? key(inHost, name) : key("", host);
}

function key(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

function groupBy<T>(items: readonly T[], by: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(by(item));
    if (group) group.push(item);
    else groups.set(by(item), [item]);
  }
  return groups;
}
