/**
 * Everything that differs between the Istio releases we practise, in one table. Code asks a gate, never compares
 * version numbers. The upstream release that made each change is named beside its gate.
 */
export interface VersionGates {
  readonly version: IstioVersion;
  /** The commit that the release was built from. */
  readonly gitRevision: string;
  /** 1.23: one InboundPassthroughCluster instead of an IPv4 and an IPv6 one; its chains lose their address match. */
  readonly inboundPassthroughClusters: readonly string[];
  readonly passthroughChainsMatchAddress: boolean;
  /** 1.22: the state-of-the-world stream gives way to the incremental one (visible in the bootstrap only). */
  readonly deltaXds: boolean;
  /** 1.22: no tracer unless the mesh configures one. */
  readonly zipkinByDefault: boolean;
  /** 1.22: OpenTelemetry's collectors may be asked by HTTP; before, `http` of a provider is not known. */
  readonly openTelemetryOverHttp: boolean;
  /** 1.25: Telemetry may do without Istio's own tags (enableIstioTags). */
  readonly istioTagsOptional: boolean;
  /** 1.26: a gateway with a provider makes a span of its own for each try upstream. */
  readonly gatewaySpawnsUpstreamSpan: boolean;
  /** 1.28: W3C headers beside B3 by a Zipkin provider; 1.29: its path, headers and timeout, tags by a format. */
  readonly zipkinTakesW3c: boolean;
  readonly zipkinCollectorService: boolean;
  readonly formattedTags: boolean;
  /** 1.24: a 503 is no longer retried by default: the condition stands without codes. */
  readonly defaultRetryOn: string;
  readonly defaultRetriableStatusCodes: readonly number[];
  /** 1.23: a host chosen by hash is asked again; before, a retry avoided it. */
  readonly hashedRetriesStay: boolean;
  /** 1.23: `unmatchedPreflights`; 1.24: `warmup`; 1.26: `backoff` and `retryIgnorePreviousHosts` of retries. */
  readonly laterTrafficFields: boolean;
  /** 1.27: the sidecar is a restartable init container where the nodes can do it. */
  readonly nativeSidecars: boolean;
  /** 1.27: virtual hosts also answer to the name with its final dot. */
  readonly absoluteFqdnDomain: boolean;
  /** 1.22: networking.istio.io/v1 and friends are served. */
  readonly servesV1: boolean;
  /** Which version is stored; v1 since the releases that dropped the older ones as storage. */
  readonly storesV1: boolean;
  /** 1.22: short name `ap`, and later the ACTION column. */
  readonly authorizationPolicyShortName: boolean;
  /** 1.26: ConfigMap `values` with what the installer was given. */
  readonly valuesConfigMap: boolean;
  /** 1.28: Service istiod-revision-tag-default. */
  readonly revisionTagService: boolean;
  /** Before 1.28 a disruption budget stands even beside a single replica. */
  readonly budgetForSingleReplica: boolean;
  /** 1.28: a revocation list is mounted beside the root certificate. */
  readonly caRevocationList: boolean;
  /** JWT_POLICY was dropped from the proxy's environment in later releases. */
  readonly jwtPolicyEnv: boolean;
  /** The gateway status leader moved from a ConfigMap to a Lease. */
  readonly gatewayStatusLeaderLease: boolean;
  /** What the charts had changed by 1.29: istiod's ports have names, and it trusts ztunnel's account and waits for CNI. */
  readonly istiodPortsNamed: boolean;
  /** Pods of Istio's own say by a label, no longer by an annotation, that ambient mode leaves them alone. */
  readonly dataplaneModeLabel: boolean;
  /** /debug/clusterz also lists the cluster that istiod is in. */
  readonly listsOwnCluster: boolean;
  /** /debug/config_distribution, and with it `istioctl x wait`, went in 1.24. */
  readonly distributionTracking: boolean;
  /** Versions of AdmissionReview that the webhooks take. */
  readonly admissionReviewVersions: readonly string[];
}

const RELEASES = {
  "1.21.6": {
    version: "1.21.6",
    gitRevision: "82f36589b0dacb7c5429d01661f094be9d4531c0",
    inboundPassthroughClusters: ["InboundPassthroughClusterIpv4"],
    passthroughChainsMatchAddress: true,
    deltaXds: false,
    zipkinByDefault: true,
    openTelemetryOverHttp: false,
    istioTagsOptional: false,
    gatewaySpawnsUpstreamSpan: false,
    zipkinTakesW3c: false,
    zipkinCollectorService: false,
    formattedTags: false,
    defaultRetryOn: "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes",
    defaultRetriableStatusCodes: [503],
    hashedRetriesStay: false,
    laterTrafficFields: false,
    nativeSidecars: false,
    absoluteFqdnDomain: false,
    servesV1: false,
    storesV1: false,
    authorizationPolicyShortName: false,
    valuesConfigMap: false,
    revisionTagService: false,
    budgetForSingleReplica: true,
    caRevocationList: false,
    jwtPolicyEnv: true,
    gatewayStatusLeaderLease: false,
    istiodPortsNamed: false,
    dataplaneModeLabel: false,
    listsOwnCluster: false,
    distributionTracking: true,
    admissionReviewVersions: ["v1beta1", "v1"],
  },
  "1.29.6": {
    version: "1.29.6",
    gitRevision: "7019d6d3608e4995e9a36d2977cfec3a341431cd",
    inboundPassthroughClusters: ["InboundPassthroughCluster"],
    passthroughChainsMatchAddress: false,
    deltaXds: true,
    zipkinByDefault: false,
    openTelemetryOverHttp: true,
    istioTagsOptional: true,
    gatewaySpawnsUpstreamSpan: true,
    zipkinTakesW3c: true,
    zipkinCollectorService: true,
    formattedTags: true,
    defaultRetryOn: "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes",
    defaultRetriableStatusCodes: [],
    hashedRetriesStay: true,
    laterTrafficFields: true,
    nativeSidecars: true,
    absoluteFqdnDomain: true,
    servesV1: true,
    storesV1: true,
    authorizationPolicyShortName: true,
    valuesConfigMap: true,
    revisionTagService: true,
    budgetForSingleReplica: false,
    caRevocationList: true,
    jwtPolicyEnv: false,
    gatewayStatusLeaderLease: true,
    istiodPortsNamed: true,
    dataplaneModeLabel: true,
    listsOwnCluster: true,
    distributionTracking: false,
    admissionReviewVersions: ["v1"],
  },
} as const satisfies Record<IstioVersion, VersionGates>;

export type IstioVersion = "1.21.6" | "1.29.6";

export const DEFAULT_ISTIO_VERSION: IstioVersion = "1.21.6";

export const ISTIO_VERSIONS: readonly IstioVersion[] = ["1.21.6", "1.29.6"];

export function isIstioVersion(version: string): version is IstioVersion {
  return Object.hasOwn(RELEASES, version);
}

export function gatesFor(version: IstioVersion): VersionGates {
  return RELEASES[version];
}
