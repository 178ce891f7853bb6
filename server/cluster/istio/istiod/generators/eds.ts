import {
  type ClusterLoadAssignment,
  ENDPOINT_TYPE,
  type LbEndpoint,
  type LocalityLbEndpoints,
} from "../../../xds/index.ts";
import { labelsMatch } from "../push/host-names.ts";
import type { MeshProxy } from "../push/proxy.ts";
import { proxyLabels } from "../push/proxy.ts";
import type { PushContext } from "../push/push-context.ts";
import { canonicalName, canonicalRevision, type MeshEndpoint } from "../push/registry.ts";
import { parseOutboundCluster } from "./names.ts";

/** Endpoints of the clusters that a proxy asked for. A cluster nobody knows gets an empty assignment. */
export function generateEndpoints(
  proxy: MeshProxy,
  push: PushContext,
  clusterNames: readonly string[],
): readonly ClusterLoadAssignment[] {
  return clusterNames.map((name) => assignment(name, proxy, push));
}

function assignment(clusterName: string, proxy: MeshProxy, push: PushContext): ClusterLoadAssignment {
  const endpoints = clusterEndpoints(clusterName, proxy, push);
  return {
    "@type": ENDPOINT_TYPE,
    clusterName,
    ...(endpoints.length > 0 ? { endpoints: byLocality(endpoints, push) } : {}),
  };
}

/** The endpoints behind an outbound cluster: those of its port and of its subset's labels. */
export function clusterEndpoints(
  clusterName: string,
  proxy: MeshProxy,
  push: PushContext,
): readonly MeshEndpoint[] {
  const cluster = parseOutboundCluster(clusterName);
  const service = cluster && push.services.find(({ hostname }) => hostname === cluster.host);
  const port = service?.ports.find((candidate) => candidate.port === cluster?.port);
  if (!cluster || !service || !port) return [];
  const client = { namespace: proxy.namespace, labels: proxyLabels(proxy, push) };
  const rule = cluster.subset ? push.destinationRules.forService(service, client) : undefined;
  const subset = rule?.subsets.find(({ name }) => name === cluster.subset);
  if (cluster.subset && !subset) return [];
  return (push.endpoints.get(service.hostname) ?? []).filter(
    (endpoint) => endpoint.portName === port.name && labelsMatch(subset?.labels, endpoint.labels),
  );
}

function byLocality(endpoints: readonly MeshEndpoint[], push: PushContext): readonly LocalityLbEndpoints[] {
  const groups = new Map<string, MeshEndpoint[]>();
  for (const endpoint of endpoints) {
    const key = `${endpoint.locality.region ?? ""}/${endpoint.locality.zone ?? ""}`;
    const group = groups.get(key);
    if (group) group.push(endpoint);
    else groups.set(key, [endpoint]);
  }
  return [...groups.entries()]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([, group]) => ({
      locality: group[0]?.locality ?? {},
      lbEndpoints: [...group]
        .sort((a, b) => a.address.localeCompare(b.address) || a.port - b.port)
        .map((endpoint) => lbEndpoint(endpoint, push)),
      loadBalancingWeight: group.reduce((sum, { weight }) => sum + (weight ?? 1), 0),
    }));
}

function lbEndpoint(endpoint: MeshEndpoint, push: PushContext): LbEndpoint {
  const { labels, workload, namespace } = endpoint;
  const identity = [
    workload,
    namespace,
    canonicalName(labels, workload),
    canonicalRevision(labels),
    "Kubernetes",
  ].join(";");
  return {
    endpoint: {
      address: { socketAddress: { address: endpoint.address, portValue: endpoint.port } },
    },
    metadata: {
      filterMetadata: {
        ...(takesMutualTls(endpoint, push) ? { "envoy.transport_socket_match": { tlsMode: "istio" } } : {}),
        istio: { workload: identity },
      },
    },
    loadBalancingWeight: endpoint.weight ?? 1,
  };
}

/** A sidecar whose policy says DISABLE for the port is spoken to in plain text although it has certificates. */
export function takesMutualTls(endpoint: MeshEndpoint, push: PushContext): boolean {
  if (!endpoint.tls) return false;
  const policy = push.peerAuthentications.workload(endpoint.namespace, endpoint.labels);
  return (policy.ports.get(endpoint.port) ?? policy.mode) !== "DISABLE";
}
