import {
  type ClusterLoadAssignment,
  ENDPOINT_TYPE,
  type LbEndpoint,
  type LocalityLbEndpoints,
} from "../../../xds/index.ts";
import { policyForPort } from "../push/destination-rules.ts";
import { labelsMatch } from "../push/host-names.ts";
import type { MeshProxy } from "../push/proxy.ts";
import { proxyLabels, proxyLocality } from "../push/proxy.ts";
import type { PushContext } from "../push/push-context.ts";
import { canonicalName, canonicalRevision, type MeshEndpoint } from "../push/registry.ts";
import { applyLocality, byLocality, type Group, localityFields } from "./locality.ts";
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
  const groups = applyLocality(byLocality(endpoints), ...localityOf(clusterName, proxy, push));
  return {
    "@type": ENDPOINT_TYPE,
    clusterName,
    ...(groups.length > 0 ? { endpoints: groups.map((group) => localityEndpoints(group, push)) } : {}),
  };
}

/** The setting of the rule, else of the mesh; and who asks. */
function localityOf(clusterName: string, proxy: MeshProxy, push: PushContext) {
  const labels = proxyLabels(proxy, push);
  const cluster = parseOutboundCluster(clusterName);
  const service = cluster && push.serviceOf.get(cluster.host);
  const rule = service && push.destinationRules.forService(service, { namespace: proxy.namespace, labels });
  const subset = rule?.subsets.find(({ name }) => name === cluster?.subset);
  const policy = policyForPort(cluster?.port ?? 0, rule?.trafficPolicy, subset?.trafficPolicy);
  const setting = policy.loadBalancer?.localityLbSetting ?? push.mesh.localityLbSetting;
  const detectsOutliers = policy.outlierDetection !== undefined;
  return [setting, { locality: proxyLocality(proxy, push), labels, detectsOutliers }] as const;
}

function localityEndpoints(group: Group, push: PushContext): LocalityLbEndpoints {
  return {
    ...localityFields(group),
    lbEndpoints: [...group.endpoints]
      .sort((a, b) => a.address.localeCompare(b.address) || a.port - b.port)
      .map((endpoint) => lbEndpoint(endpoint, push)),
  };
}

/** The endpoints behind an outbound cluster: those of its port and of its subset's labels. */
export function clusterEndpoints(
  clusterName: string,
  proxy: MeshProxy,
  push: PushContext,
): readonly MeshEndpoint[] {
  const cluster = parseOutboundCluster(clusterName);
  const service = cluster && push.serviceOf.get(cluster.host);
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
