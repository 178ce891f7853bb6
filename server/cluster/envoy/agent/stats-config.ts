import type { Bootstrap } from "../../xds/index.ts";

// pkg/bootstrap/config.go getStatsOptions: what every proxy of Istio keeps of Envoy's own statistics.
const PREFIXES = ["cluster_manager", "listener_manager", "server", "cluster.xds-grpc", "wasm"];
const SUFFIXES = ["rbac.allowed", "rbac.denied", "shadow_allowed", "shadow_denied", "downstream_cx_active"];
const REGEXPS = ["vhost\\..*\\.route\\..*"];

interface Asked {
  readonly annotations: Readonly<Record<string, string>>;
  /** `proxyStatsMatcher` of PROXY_CONFIG. */
  readonly matcher: Readonly<Record<string, unknown>>;
  readonly ip: string;
}

/** An annotation says more, or else the proxy's configuration; what is required comes after. */
export function statsConfig(asked: Asked): NonNullable<Bootstrap["statsConfig"]> {
  const more = (annotation: string, option: string): readonly string[] => {
    const text = asked.annotations[`sidecar.istio.io/${annotation}`];
    const listed: unknown = asked.matcher[option];
    const own = text ? text.split(",") : Array.isArray(listed) ? listed.map(String) : [];
    return own.map((one) => one.replaceAll("{pod_ip}", asked.ip));
  };
  return {
    useAllDefaultTags: false,
    statsMatcher: {
      inclusionList: {
        patterns: [
          { prefix: "reporter=" },
          ...[...more("statsInclusionPrefixes", "inclusionPrefixes"), ...PREFIXES].map((prefix) => ({
            prefix,
          })),
          ...[...more("statsInclusionSuffixes", "inclusionSuffixes"), ...SUFFIXES].map((suffix) => ({
            suffix,
          })),
          ...[...more("statsInclusionRegexps", "inclusionRegexps"), ...REGEXPS].map((regex) => ({
            safeRegex: { regex },
          })),
          { prefix: "component" },
          { prefix: "istio" },
        ],
      },
    },
  };
}
