import { CLUSTER_TYPE, type Cluster, HTTP_PROTOCOL_OPTIONS, type Metadata } from "../../../xds/index.ts";
import { policyForPort } from "../push/destination-rules.ts";
import { type MeshProxy, proxyLabels } from "../push/proxy.ts";
import type { PushContext } from "../push/push-context.ts";
import type { MeshService } from "../push/registry.ts";
import {
  balancing,
  httpProtocolOptions,
  keepalive,
  outlier,
  panic,
  protocolOptions,
  thresholds,
} from "./cluster-policy.ts";
import { transportFor } from "./cluster-tls.ts";
import { duration } from "./durations.ts";
import { tcpMetadataExchange } from "./http-filters.ts";
import { type InboundTarget, inboundTargets } from "./inbound-targets.ts";
import { BLACK_HOLE, configPath, inboundCluster, outboundCluster, PASSTHROUGH } from "./names.ts";
import type { OutboundOptions } from "./outbound-options.ts";
import { servicesFor } from "./scope.ts";
import { adsSource } from "./tls-context.ts";

export function generateClusters(proxy: MeshProxy, push: PushContext): readonly Cluster[] {
  const outbound = servicesFor(proxy, push).flatMap((service) => serviceClusters(service, proxy, push));
  if (proxy.type === "router") return [...outbound, blackHole(push)];
  return [
    ...outbound,
    blackHole(push),
    passthrough(PASSTHROUGH, push),
    ...inboundClusters(proxy, push),
    ...push.gates.inboundPassthroughClusters.map((name) => inboundPassthroughCluster(name, push)),
  ];
}

function serviceClusters(service: MeshService, proxy: MeshProxy, push: PushContext): readonly Cluster[] {
  const rule = push.destinationRules.forService(service, {
    namespace: proxy.namespace,
    labels: proxyLabels(proxy, push),
  });
  return service.ports.flatMap((port) => {
    const of = { service, port, proxy, push, rule };
    return [
      outbound({ ...of, subset: "", policy: policyForPort(port.port, rule?.trafficPolicy) }),
      ...(rule?.subsets ?? []).map((subset) =>
        outbound({
          ...of,
          subset: subset.name,
          policy: policyForPort(port.port, rule?.trafficPolicy, subset.trafficPolicy),
        }),
      ),
    ];
  });
}

function outbound(options: OutboundOptions): Cluster {
  const { service, port, subset, policy, push } = options;
  const name = outboundCluster(port.port, subset, service.hostname);
  const outlierDetection = outlier(policy.outlierDetection);
  const type = { eds: "EDS", dns: "STRICT_DNS", passthrough: "ORIGINAL_DST" } as const;
  const asked = balancing(policy.loadBalancer);
  const originalDestination = service.resolution === "passthrough" || asked.lbPolicy === "CLUSTER_PROVIDED";
  return {
    "@type": CLUSTER_TYPE,
    name,
    type: originalDestination ? "ORIGINAL_DST" : type[service.resolution],
    ...(originalDestination ? {} : discovery(name, options)),
    connectTimeout: duration(policy.connectionPool?.tcp?.connectTimeout) ?? push.mesh.connectTimeout,
    ...(originalDestination ? { lbPolicy: "CLUSTER_PROVIDED" } : asked),
    circuitBreakers: { thresholds: [thresholds(policy.connectionPool)] },
    ...protocolOptions(port, policy.connectionPool),
    ...keepalive(policy.connectionPool),
    ...(outlierDetection ? { outlierDetection } : {}),
    commonLbConfig: {
      ...(outlierDetection || policy.loadBalancer?.localityLbSetting?.distribute
        ? { localityWeightedLbConfig: {} }
        : {}),
      ...(outlierDetection ? { healthyPanicThreshold: panic(policy.outlierDetection) } : {}),
    },
    metadata: clusterMetadata(options),
    ...transportFor(options),
    filters: [tcpMetadataExchange],
  };
}

function discovery(name: string, { service, port }: OutboundOptions): Partial<Cluster> {
  if (service.resolution === "eds") return { edsClusterConfig: { edsConfig: adsSource, serviceName: name } };
  const targetPort = typeof port.targetPort === "number" ? port.targetPort : port.port;
  return {
    dnsLookupFamily: "V4_ONLY",
    dnsRefreshRate: "60s",
    respectDnsTtl: true,
    loadAssignment: {
      clusterName: name,
      endpoints: [
        {
          lbEndpoints: service.dnsTargets.map(({ host, ports }) => ({
            endpoint: {
              address: { socketAddress: { address: host, portValue: ports[port.name] ?? targetPort } },
            },
            loadBalancingWeight: 1,
          })),
          loadBalancingWeight: service.dnsTargets.length,
        },
      ],
    },
  };
}

function clusterMetadata({ service, port, subset, rule }: OutboundOptions): Metadata {
  const { hostname, name, namespace } = service;
  return {
    filterMetadata: {
      istio: {
        ...(rule ? { config: configPath("destination-rule", rule.namespace, rule.name) } : {}),
        default_original_port: port.port,
        services: [{ host: hostname, name, namespace }],
        ...(subset ? { subset } : {}),
      },
    },
  };
}

/** The application itself, reached from an address that its own iptables rules leave alone. */
function inboundClusters(proxy: MeshProxy, push: PushContext): readonly Cluster[] {
  return inboundTargets(proxy, push).map((target) => inboundClusterOf(target, proxy, push));
}

function inboundClusterOf(
  { service, port, targetPort, endpoint, connectionPool }: InboundTarget,
  proxy: MeshProxy,
  push: PushContext,
): Cluster {
  const { hostname: host, name, namespace } = service;
  const cluster = inboundCluster(targetPort);
  return {
    "@type": CLUSTER_TYPE,
    name: cluster,
    ...(endpoint ? fixedEndpoint(cluster, endpoint, proxy) : dialledEndpoint),
    connectTimeout: push.mesh.connectTimeout,
    circuitBreakers: { thresholds: [thresholds(connectionPool)] },
    commonLbConfig: {},
    ...protocolOptions(port, connectionPool),
    metadata: { filterMetadata: { istio: { services: [{ host, name, namespace }] } } },
  };
}

/** 0.0.0.0 stands for the pod's own address. */
function fixedEndpoint(
  clusterName: string,
  { address, port }: NonNullable<InboundTarget["endpoint"]>,
  proxy: MeshProxy,
): Pick<Cluster, "type" | "loadAssignment" | "upstreamBindConfig"> {
  const own = address === "0.0.0.0" || address === "::";
  const socketAddress = { address: own ? proxy.ip : address, portValue: port };
  return {
    type: "STATIC",
    loadAssignment: {
      clusterName,
      endpoints: [{ lbEndpoints: [{ endpoint: { address: { socketAddress } } }] }],
    },
    ...(own ? { upstreamBindConfig: INBOUND_SOURCE } : {}),
  };
}

const INBOUND_SOURCE = { sourceAddress: { address: "127.0.0.6", portValue: 0 } } as const;

const dialledEndpoint = {
  type: "ORIGINAL_DST",
  lbPolicy: "CLUSTER_PROVIDED",
  upstreamBindConfig: INBOUND_SOURCE,
} as const;

const AS_THE_CLIENT = {
  [HTTP_PROTOCOL_OPTIONS]: httpProtocolOptions({
    useDownstreamProtocolConfig: { httpProtocolOptions: {}, http2ProtocolOptions: {} },
  }),
};

function passthrough(name: string, push: PushContext): Cluster {
  return {
    "@type": CLUSTER_TYPE,
    name,
    type: "ORIGINAL_DST",
    connectTimeout: push.mesh.connectTimeout,
    lbPolicy: "CLUSTER_PROVIDED",
    circuitBreakers: { thresholds: [thresholds()] },
    typedExtensionProtocolOptions: AS_THE_CLIENT,
    filters: [tcpMetadataExchange],
  };
}

function inboundPassthroughCluster(name: string, push: PushContext): Cluster {
  const { filters: _, ...cluster } = passthrough(name, push);
  return { ...cluster, upstreamBindConfig: INBOUND_SOURCE };
}

function blackHole(push: PushContext): Cluster {
  return {
    "@type": CLUSTER_TYPE,
    name: BLACK_HOLE,
    type: "STATIC",
    connectTimeout: push.mesh.connectTimeout,
  };
}
