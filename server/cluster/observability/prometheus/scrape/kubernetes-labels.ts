// What Kubernetes service discovery says of an object, as meta labels (discovery/kubernetes/{pod,service,endpoints,node}.go).
// Ports of a pod that no endpoint names are left out of the role `endpoints`.
import {
  arrayOf,
  isObject,
  type JsonObject,
  type KubeObject,
  objectOf,
  stringOf,
  valueAt,
} from "../../../apimachinery/index.ts";
import type { LabelSet } from "./relabel.ts";

const META = "__meta_kubernetes_";
const clean = (name: string) => name.replace(/[^a-zA-Z0-9_]/g, "_");

function described(kind: string, object: KubeObject): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [name, value] of Object.entries(object.metadata.labels ?? {})) {
    labels[`${META}${kind}_label_${clean(name)}`] = value;
    labels[`${META}${kind}_labelpresent_${clean(name)}`] = "true";
  }
  for (const [name, value] of Object.entries(object.metadata.annotations ?? {})) {
    labels[`${META}${kind}_annotation_${clean(name)}`] = value;
    labels[`${META}${kind}_annotationpresent_${clean(name)}`] = "true";
  }
  return labels;
}

function podLabels(pod: KubeObject): Record<string, string> {
  const text = (...path: readonly string[]) => stringOf(valueAt(pod, ...path));
  const conditions = arrayOf(valueAt(pod, "status", "conditions")).map(objectOf);
  const [owner] = pod.metadata.ownerReferences ?? [];
  return {
    [`${META}pod_name`]: pod.metadata.name ?? "",
    [`${META}pod_ip`]: text("status", "podIP"),
    [`${META}pod_ready`]:
      stringOf(conditions.find((one) => one.type === "Ready")?.status).toLowerCase() || "unknown",
    [`${META}pod_phase`]: text("status", "phase"),
    [`${META}pod_node_name`]: text("spec", "nodeName"),
    [`${META}pod_host_ip`]: text("status", "hostIP"),
    [`${META}pod_uid`]: pod.metadata.uid ?? "",
    ...(owner && { [`${META}pod_controller_kind`]: owner.kind, [`${META}pod_controller_name`]: owner.name }),
    ...described("pod", pod),
  };
}

/** One for each port of each container; one without a port for a container that names none. */
export function podTargets(pod: KubeObject): readonly LabelSet[] {
  const ip = stringOf(valueAt(pod, "status", "podIP"));
  if (ip === "") return [];
  const common = { [`${META}namespace`]: pod.metadata.namespace ?? "", ...podLabels(pod) };
  const containers = (key: string, init: boolean) =>
    arrayOf(valueAt(pod, "spec", key))
      .filter(isObject)
      .flatMap((container) => containerTargets(container, { ip, init }));
  const all = [...containers("containers", false), ...containers("initContainers", true)];
  return all.map((own) => ({ ...common, ...own }));
}

function containerTargets(
  container: JsonObject,
  { ip, init }: { ip: string; init: boolean },
): readonly LabelSet[] {
  const own = {
    [`${META}pod_container_name`]: stringOf(container.name),
    [`${META}pod_container_image`]: stringOf(container.image),
    [`${META}pod_container_init`]: String(init),
  };
  const ports = arrayOf(container.ports).map(objectOf);
  if (ports.length === 0) return [{ __address__: ip, ...own }];
  return ports.map((port) => ({
    __address__: `${ip}:${port.containerPort}`,
    ...own,
    [`${META}pod_container_port_name`]: stringOf(port.name),
    [`${META}pod_container_port_number`]: String(port.containerPort),
    [`${META}pod_container_port_protocol`]: stringOf(port.protocol) || "TCP",
  }));
}

function serviceLabels(service: KubeObject): Record<string, string> {
  return { [`${META}service_name`]: service.metadata.name ?? "", ...described("service", service) };
}

export function serviceTargets(service: KubeObject): readonly LabelSet[] {
  const { name = "", namespace = "" } = service.metadata;
  return arrayOf(valueAt(service, "spec", "ports"))
    .map(objectOf)
    .map((port) => ({
      __address__: `${name}.${namespace}.svc:${port.port}`,
      [`${META}namespace`]: namespace,
      ...serviceLabels(service),
      [`${META}service_cluster_ip`]: stringOf(valueAt(service, "spec", "clusterIP")),
      [`${META}service_type`]: stringOf(valueAt(service, "spec", "type")),
      [`${META}service_port_name`]: stringOf(port.name),
      [`${META}service_port_number`]: String(port.port),
      [`${META}service_port_protocol`]: stringOf(port.protocol),
    }));
}

export interface Around {
  readonly service: (key: string) => KubeObject | undefined;
  readonly pod: (key: string) => KubeObject | undefined;
}

export function endpointsTargets(endpoints: KubeObject, around: Around): readonly LabelSet[] {
  const { name = "", namespace = "" } = endpoints.metadata;
  const service = around.service(`${namespace}/${name}`);
  const common = {
    [`${META}namespace`]: namespace,
    [`${META}endpoints_name`]: name,
    ...(service && serviceLabels(service)),
  };
  return arrayOf(valueAt(endpoints, "subsets")).flatMap((one) => {
    const subset = objectOf(one);
    const ports = arrayOf(subset.ports).map(objectOf);
    const addresses = (key: string, ready: boolean) =>
      arrayOf(subset[key])
        .map(objectOf)
        .flatMap((address) =>
          ports.map((port) => ({
            ...common,
            ...endpointLabels(address, { port, ready }),
            ...podOf(address, around),
          })),
        );
    return [...addresses("addresses", true), ...addresses("notReadyAddresses", false)];
  });
}

function endpointLabels(
  address: JsonObject,
  { port, ready }: { port: JsonObject; ready: boolean },
): LabelSet {
  const target = objectOf(address.targetRef);
  return {
    __address__: `${address.ip}:${port.port}`,
    [`${META}endpoint_port_name`]: stringOf(port.name),
    [`${META}endpoint_port_protocol`]: stringOf(port.protocol),
    [`${META}endpoint_ready`]: String(ready),
    ...(target.kind !== undefined && {
      [`${META}endpoint_address_target_kind`]: stringOf(target.kind),
      [`${META}endpoint_address_target_name`]: stringOf(target.name),
    }),
  };
}

function podOf(address: JsonObject, around: Around): LabelSet {
  const target = objectOf(address.targetRef);
  if (target.kind !== "Pod") return {};
  const pod = around.pod(`${stringOf(target.namespace)}/${stringOf(target.name)}`);
  return pod ? podLabels(pod) : {};
}

export function nodeTargets(node: KubeObject): readonly LabelSet[] {
  const addresses = arrayOf(valueAt(node, "status", "addresses")).map(objectOf);
  const ip = stringOf(addresses.find((one) => one.type === "InternalIP")?.address);
  if (ip === "") return [];
  const name = node.metadata.name ?? "";
  return [
    { __address__: `${ip}:10250`, instance: name, [`${META}node_name`]: name, ...described("node", node) },
  ];
}
