import type { Clock, Random } from "../base/index.ts";
import type { RouteConfiguration } from "../xds/index.ts";
import type { IstioStats } from "./stats/istio-stats.ts";
import type { MetricStore } from "./stats/metric-store.ts";
import type { Peer } from "./stats/peer.ts";
import type { SecretStore } from "./tls/secret-store.ts";
import type { ProxyTracing } from "./tracing/tracing.ts";
import type { ClusterRuntime } from "./upstream/cluster-runtime.ts";

/** What the parts of one proxy share. */
export interface ProxyServices {
  readonly clock: Clock;
  readonly random: Random;
  readonly secrets: SecretStore;
  /** Envoy's own counters; Istio's standard metrics have their own. */
  readonly metrics: MetricStore;
  readonly istio: IstioStats;
  readonly self: Peer;
  readonly tracing: ProxyTracing;
  /** Whether clients at private addresses are trusted with x-envoy-* headers (Envoy before 1.36). */
  readonly trustPrivateAddresses: boolean;
  cluster(name: string): ClusterRuntime | undefined;
  routeConfiguration(name: string): RouteConfiguration | undefined;
  /** Writes to an access log file; /dev/stdout is the container's log. */
  writeLog(path: string, text: string): void;
}
