// What a DestinationRule's traffic policy makes of a cluster. Follows core/cluster_traffic_policy.go.
import {
  type CircuitBreakerThresholds,
  type Cluster,
  HTTP_PROTOCOL_OPTIONS,
  type HttpProtocolOptions,
  type LbPolicy,
  type OutlierDetection,
  type SlowStart,
} from "../../../xds/index.ts";
import type { ConnectionPool, LoadBalancer, OutlierDetectionSpec } from "../model/networking.ts";
import { isHttp2 } from "../push/protocol.ts";
import type { MeshPort } from "../push/registry.ts";
import { duration, seconds } from "./durations.ts";

const UNLIMITED = 4294967295;

export function thresholds(pool?: ConnectionPool): CircuitBreakerThresholds {
  return {
    maxConnections: pool?.tcp?.maxConnections || UNLIMITED,
    maxPendingRequests: pool?.http?.http1MaxPendingRequests || UNLIMITED,
    maxRequests: pool?.http?.http2MaxRequests || UNLIMITED,
    maxRetries: pool?.http?.maxRetries || UNLIMITED,
    trackRemaining: true,
  };
}

type Balancing = Pick<Cluster, "ringHashLbConfig" | "leastRequestLbConfig" | "roundRobinLbConfig"> & {
  readonly lbPolicy: LbPolicy;
};

export function balancing(balancer: LoadBalancer | undefined): Balancing {
  const hash = balancer?.consistentHash;
  if (hash) {
    if (hash.maglev) return { lbPolicy: "MAGLEV" };
    const size = hash.ringHash?.minimumRingSize ?? hash.minimumRingSize ?? 1024;
    return { lbPolicy: "RING_HASH", ringHashLbConfig: { minimumRingSize: String(size) } };
  }
  const slowStartConfig = slowStart(balancer);
  switch (balancer?.simple) {
    case "ROUND_ROBIN":
      return { lbPolicy: "ROUND_ROBIN", ...(slowStartConfig && { roundRobinLbConfig: { slowStartConfig } }) };
    case "RANDOM":
      return { lbPolicy: "RANDOM" };
    case "PASSTHROUGH":
      return { lbPolicy: "CLUSTER_PROVIDED" };
    default:
      return {
        lbPolicy: "LEAST_REQUEST",
        ...(slowStartConfig && { leastRequestLbConfig: { slowStartConfig } }),
      };
  }
}

function slowStart({ warmup, warmupDurationSecs }: LoadBalancer = {}): SlowStart | undefined {
  const window = duration(warmup?.duration);
  if (window)
    return {
      slowStartWindow: window,
      aggression: { defaultValue: warmup?.aggression ?? 1, runtimeKey: "(" },
      minWeightPercent: { value: warmup?.minimumPercent ?? 10 },
    };
  const old = duration(warmupDurationSecs);
  return old ? { slowStartWindow: old } : undefined;
}

export function outlier(spec: OutlierDetectionSpec | undefined): OutlierDetection | undefined {
  if (!spec) return undefined;
  const gateway = spec.consecutiveGatewayErrors;
  const server = spec.consecutive5xxErrors ?? spec.consecutiveErrors;
  const local = spec.consecutiveLocalOriginFailures ?? 0;
  return {
    ...(server === undefined || server === null
      ? {}
      : { consecutive5xx: server, enforcingConsecutive5xx: server > 0 ? 100 : 0 }),
    ...(gateway === undefined || gateway === null
      ? {}
      : { consecutiveGatewayFailure: gateway, enforcingConsecutiveGatewayFailure: gateway > 0 ? 100 : 0 }),
    ...(duration(spec.interval) ? { interval: duration(spec.interval) } : {}),
    ...(duration(spec.baseEjectionTime) ? { baseEjectionTime: duration(spec.baseEjectionTime) } : {}),
    ...(spec.maxEjectionPercent ? { maxEjectionPercent: spec.maxEjectionPercent } : {}),
    enforcingSuccessRate: 0,
    ...(spec.splitExternalLocalOriginErrors
      ? {
          splitExternalLocalOriginErrors: true,
          ...(local > 0
            ? { consecutiveLocalOriginFailure: local, enforcingConsecutiveLocalOriginFailure: 100 }
            : {}),
          enforcingLocalOriginSuccessRate: 0,
        }
      : {}),
  };
}

/** minHealthPercent 0 (the default) means: never spread traffic over ejected hosts. */
export const panic = (spec: OutlierDetectionSpec | undefined) =>
  spec?.minHealthPercent ? { value: spec.minHealthPercent } : {};

/** Shown, as upstream's; the practice network's connections do not go quiet. */
export function keepalive(pool: ConnectionPool | undefined): Pick<Cluster, "upstreamConnectionOptions"> {
  const { probes, time, interval } = pool?.tcp?.tcpKeepalive ?? {};
  const inSeconds = (text: string | undefined) => (text === undefined ? undefined : seconds(text));
  const [keepaliveTime, keepaliveInterval] = [inSeconds(time), inSeconds(interval)];
  if (!pool?.tcp?.tcpKeepalive) return {};
  return {
    upstreamConnectionOptions: {
      tcpKeepalive: {
        ...(probes ? { keepaliveProbes: probes } : {}),
        ...(keepaliveTime ? { keepaliveTime } : {}),
        ...(keepaliveInterval ? { keepaliveInterval } : {}),
      },
    },
  };
}

export function protocolOptions(port: MeshPort, pool: ConnectionPool | undefined): Partial<Cluster> {
  const http = pool?.http;
  const idleTimeout = duration(http?.idleTimeout) ?? duration(pool?.tcp?.idleTimeout);
  const maxConnectionDuration = duration(pool?.tcp?.maxConnectionDuration);
  const common = {
    ...(http?.maxRequestsPerConnection ? { maxRequestsPerConnection: http.maxRequestsPerConnection } : {}),
    ...(idleTimeout ? { idleTimeout } : {}),
    ...(maxConnectionDuration ? { maxConnectionDuration } : {}),
  };
  const hasCommon = Object.keys(common).length > 0;
  // Whoever asks for the upgrade is taken to know that the port speaks HTTP.
  const explicit = isHttp2(port.protocol) || http?.h2UpgradePolicy === "UPGRADE";
  const byClient = port.protocol === "AUTO" || http?.useClientProtocol === true;
  if (!explicit && !byClient && !hasCommon) return {};
  const maxConcurrentStreams = http?.maxConcurrentStreams || 2147483647;
  return {
    typedExtensionProtocolOptions: {
      [HTTP_PROTOCOL_OPTIONS]: httpProtocolOptions({
        ...(hasCommon ? { commonHttpProtocolOptions: common } : {}),
        ...(byClient && !explicit
          ? { useDownstreamProtocolConfig: { httpProtocolOptions: {}, http2ProtocolOptions: {} } }
          : {
              explicitHttpConfig: explicit
                ? { http2ProtocolOptions: { maxConcurrentStreams } }
                : { httpProtocolOptions: {} },
            }),
      }),
    },
  };
}

export function httpProtocolOptions(options: Omit<HttpProtocolOptions, "@type">): HttpProtocolOptions {
  return { "@type": `type.googleapis.com/${HTTP_PROTOCOL_OPTIONS}`, ...options };
}
