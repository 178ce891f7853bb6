import {
  bool,
  duration,
  int,
  list,
  map,
  object,
  oneOf,
  portSelector,
  type Schema,
  say,
  str,
  stringMap,
  strings,
  workloadSelector,
} from "./schema.ts";

const localityLbSetting = object({
  distribute: list(object({ from: str, to: map(int) })),
  failover: list(object({ from: str, to: str })),
  failoverPriority: strings,
  enabled: { type: "boolean", nullable: true },
});

const loadBalancer = (later: boolean) =>
  object({
    simple: oneOf("UNSPECIFIED", "LEAST_CONN", "RANDOM", "PASSTHROUGH", "ROUND_ROBIN", "LEAST_REQUEST"),
    consistentHash: object({
      httpHeaderName: str,
      httpCookie: object({ name: str, path: str, ttl: duration }, ["name", "ttl"]),
      useSourceIp: bool,
      httpQueryParameterName: str,
      ringHash: object({ minimumRingSize: int }),
      maglev: object({ tableSize: int }),
      minimumRingSize: int,
    }),
    localityLbSetting,
    warmupDurationSecs: duration,
    ...(later
      ? {
          warmup: object(
            {
              duration,
              minimumPercent: { type: "number", minimum: 0, maximum: 100, nullable: true },
              aggression: { type: "number", minimum: 1, nullable: true },
            },
            ["duration"],
          ),
        }
      : {}),
  });

const connectionPool = object({
  tcp: object({
    maxConnections: int,
    connectTimeout: duration,
    tcpKeepalive: object({ probes: int, time: duration, interval: duration }),
    maxConnectionDuration: duration,
    idleTimeout: duration,
  }),
  http: object({
    http1MaxPendingRequests: int,
    http2MaxRequests: int,
    maxRequestsPerConnection: int,
    maxRetries: int,
    idleTimeout: duration,
    h2UpgradePolicy: oneOf("DEFAULT", "DO_NOT_UPGRADE", "UPGRADE"),
    useClientProtocol: bool,
    maxConcurrentStreams: int,
  }),
});

const outlierDetection = object({
  consecutiveErrors: int,
  splitExternalLocalOriginErrors: bool,
  consecutiveLocalOriginFailures: { type: "integer", nullable: true },
  consecutiveGatewayErrors: { type: "integer", nullable: true },
  consecutive5xxErrors: { type: "integer", nullable: true },
  interval: duration,
  baseEjectionTime: duration,
  maxEjectionPercent: int,
  minHealthPercent: int,
});

const tls = object({
  mode: say(
    oneOf("DISABLE", "SIMPLE", "MUTUAL", "ISTIO_MUTUAL"),
    "How connections to the service are made. ISTIO_MUTUAL uses the workload's own certificate.",
  ),
  clientCertificate: str,
  privateKey: str,
  caCertificates: str,
  credentialName: str,
  subjectAltNames: strings,
  sni: str,
  insecureSkipVerify: { type: "boolean", nullable: true },
  caCrl: str,
});

const perPort = (later: boolean) => ({
  loadBalancer: loadBalancer(later),
  connectionPool,
  outlierDetection,
  tls,
});

const trafficPolicy = (later: boolean) =>
  say(
    object({
      ...perPort(later),
      portLevelSettings: list(object({ port: portSelector, ...perPort(later) })),
      tunnel: object({ protocol: str, targetHost: str, targetPort: int }, ["targetHost", "targetPort"]),
      proxyProtocol: object({ version: oneOf("V1", "V2") }),
    }),
    "Load balancing, connection pools, outlier detection and TLS for the traffic to a host.",
  );

/** `later`: fields that came after 1.22. */
export const destinationRuleSpec = (later: boolean): Schema =>
  say(
    object(
      {
        host: say(str, "The service of the registry that the rule is about."),
        trafficPolicy: trafficPolicy(later),
        subsets: list(
          object({ name: str, labels: stringMap, trafficPolicy: trafficPolicy(later) }, ["name"]),
          "Named groups of endpoints.",
        ),
        exportTo: strings,
        workloadSelector,
      },
      ["host"],
    ),
    "What happens to traffic after routing has chosen a service.",
  );
