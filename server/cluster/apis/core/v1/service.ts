import { withDefaults } from "../../meta/with-defaults.ts";
import type { ResourceStrategy, StrategyContext } from "../../strategy.ts";
import { serviceColumns } from "./service-columns.ts";
import { validateService, validateServiceUpdate } from "./service-validation.ts";
import type { Service, ServicePort, ServiceSpec } from "./types.ts";

/** Session affinity by client lasts three hours unless said otherwise (core/v1 DefaultClientIPServiceAffinitySeconds). */
const AFFINITY_SECONDS = 10800;

function specDefaults(spec: ServiceSpec | undefined): ServiceSpec {
  const given: ServiceSpec = spec ?? {};
  const type = given.type || "ClusterIP";
  const outside = type === "NodePort" || type === "LoadBalancer" || (given.externalIPs ?? []).length > 0;
  return withDefaults(
    { ...given, ...(given.ports ? { ports: given.ports.map(portDefaults) } : {}) },
    {
      type,
      sessionAffinity: "None",
      ...(type === "ExternalName" ? {} : { internalTrafficPolicy: "Cluster" }),
      ...(outside ? { externalTrafficPolicy: "Cluster" } : {}),
      ...(type === "LoadBalancer" ? { allocateLoadBalancerNodePorts: true } : {}),
      ...(given.sessionAffinity === "ClientIP"
        ? { sessionAffinityConfig: { clientIP: { timeoutSeconds: AFFINITY_SECONDS } } }
        : {}),
    },
  );
}

function portDefaults(port: ServicePort): ServicePort {
  const target = port.targetPort === 0 || port.targetPort === "" ? undefined : port.targetPort;
  return withDefaults({ ...port, targetPort: target }, { protocol: "TCP", targetPort: port.port });
}

const hasClusterIP = (spec: ServiceSpec) => spec.type !== "ExternalName";
const hasNodePorts = (spec: ServiceSpec) =>
  spec.type === "NodePort" || (spec.type === "LoadBalancer" && spec.allocateLoadBalancerNodePorts !== false);

/** Addresses and ports that the cluster gives. Follows pkg/registry/core/service/storage/alloc.go; IPv4 only. */
function allocate(service: Service, context: StrategyContext, old?: Service): Service {
  const { spec } = service;
  if (!hasClusterIP(spec)) {
    const { clusterIP: _, clusterIPs: __, ipFamilies: ___, ipFamilyPolicy: ____, ...rest } = spec;
    return { ...service, spec: { ...rest, ...(spec.clusterIP ? { clusterIP: spec.clusterIP } : {}) } };
  }
  const wanted = spec.clusterIP || spec.clusterIPs?.[0];
  // One that an update would change is not allocated: validation refuses the change.
  const kept = wanted !== undefined && Boolean(old?.spec.clusterIP);
  const clusterIP = kept || wanted === "None" ? wanted : context.clusterIP(wanted);
  return {
    ...service,
    spec: withDefaults(
      {
        ...spec,
        clusterIP,
        clusterIPs: [clusterIP],
        ...(spec.ports ? { ports: allocateNodePorts(spec, context, old) } : {}),
      },
      { ipFamilies: ["IPv4"], ipFamilyPolicy: "SingleStack" },
    ),
  };
}

function allocateNodePorts(spec: ServiceSpec, context: StrategyContext, old?: Service): ServicePort[] {
  const held = new Set((old?.spec.ports ?? []).map(({ nodePort }) => nodePort));
  return (spec.ports ?? []).map((port) => {
    if (port.nodePort && held.has(port.nodePort)) return port;
    return hasNodePorts(spec) || port.nodePort
      ? { ...port, nodePort: context.nodePort(port.nodePort || undefined) }
      : port;
  });
}

/** Follows patchAllocatedValues: a client that leaves out what was allocated keeps it. */
function keepAllocated(service: Service, old: Service): Service {
  const { spec } = service;
  const ports = spec.ports?.map((port) => {
    if (port.nodePort || !hasNodePorts(spec)) return port;
    const before = old.spec.ports?.find((p) => p.port === port.port && p.protocol === port.protocol);
    return before?.nodePort ? { ...port, nodePort: before.nodePort } : port;
  });
  const address = hasClusterIP(spec) && !spec.clusterIP && !spec.clusterIPs?.[0] && old.spec.clusterIP;
  return {
    ...service,
    spec: {
      ...spec,
      ...(ports ? { ports } : {}),
      ...(address ? { clusterIP: address, clusterIPs: [address] } : {}),
    },
  };
}

/** Follows dropTypeDependentFields: turning into a ClusterIP service gives up the node ports that it had. */
function dropNodePorts(service: Service, old: Service): Service {
  if (hasNodePorts(service.spec) || !hasNodePorts(old.spec) || !service.spec.ports) return service;
  const held = new Set((old.spec.ports ?? []).map(({ nodePort }) => nodePort));
  const ports = service.spec.ports.map(({ nodePort, ...port }) =>
    nodePort && !held.has(nodePort) ? { ...port, nodePort } : port,
  );
  const { externalTrafficPolicy: _, allocateLoadBalancerNodePorts: __, ...spec } = service.spec;
  return { ...service, spec: { ...spec, ports } };
}

export const serviceStrategy: ResourceStrategy<Service> = {
  group: "",
  version: "v1",
  kind: "Service",
  plural: "services",
  singular: "service",
  shortNames: ["svc"],
  categories: ["all"],
  namespaced: true,
  subresources: { status: true },
  defaults: (service) => ({ ...service, spec: specDefaults(service.spec) }),
  prepareForCreate: (service, context) => ({ ...allocate(service, context), status: { loadBalancer: {} } }),
  prepareForUpdate: (service, old, context) =>
    allocate(dropNodePorts(keepAllocated(service, old), old), context, old),
  validate: validateService,
  validateUpdate: validateServiceUpdate,
  printerColumns: serviceColumns,
  selectableFields: ({ spec }) => ({ "spec.clusterIP": spec.clusterIP ?? "", "spec.type": spec.type ?? "" }),
};
