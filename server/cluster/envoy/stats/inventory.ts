import { TYPE_URL } from "../../xds/index.ts";
import type { EnvoyProxy } from "../proxy.ts";
import type { ClusterRuntime } from "../upstream/cluster-runtime.ts";
import type { Labels } from "./metric-store.ts";
import { clusterStat, dottedName, plainName, type StatName } from "./stat-name.ts";

export interface Stat extends StatName {
  readonly type: "counter" | "gauge";
  readonly value: number;
}

/** Counters that a cluster has from its beginning, at 0 (those of Envoy's that this proxy counts). */
const CLUSTER_COUNTERS = [
  "upstream_cx_connect_fail",
  "upstream_cx_http1_total",
  "upstream_cx_http2_total",
  "upstream_cx_overflow",
  "upstream_cx_total",
  "upstream_rq_pending_overflow",
  "upstream_rq_pending_total",
  "upstream_rq_retry",
  "upstream_rq_retry_limit_exceeded",
  "upstream_rq_retry_overflow",
  "upstream_rq_timeout",
  "upstream_rq_total",
] as const;

const LIMITS = [
  { limit: "maxConnections", open: "cx_open", remaining: "remaining_cx", used: "connections" },
  {
    limit: "maxPendingRequests",
    open: "rq_pending_open",
    remaining: "remaining_pending",
    used: "pendingRequests",
  },
  { limit: "maxRequests", open: "rq_open", remaining: "remaining_rq", used: "activeRequests" },
  { limit: "maxRetries", open: "rq_retry_open", remaining: "remaining_retries", used: "activeRetries" },
] as const;

/** Every statistic of Envoy's own that the proxy's stats matcher lets be, by name. Istio's metrics are not among them. */
export function inventory(proxy: EnvoyProxy, live: boolean): readonly Stat[] {
  const all = new Map<string, Stat>();
  const put = (name: StatName, type: Stat["type"], value: number) => {
    if (proxy.statsMatcher.includes(name.dotted)) all.set(name.dotted, { ...name, type, value });
  };
  const gauge = (dotted: string, value: number) => put(plainName(dotted), "gauge", value);
  for (const runtime of proxy.runtimes.values()) ofCluster(runtime, put);
  for (const { name, labels, value, type } of proxy.metrics.envoy.plain())
    put(dottedName(name, labels), type, value);
  const { clock } = proxy.deps;
  gauge("server.live", live ? 1 : 0);
  gauge("server.state", live ? 0 : 2);
  gauge("server.uptime", Math.floor((clock.now() - proxy.started) / 1000));
  gauge("server.concurrency", 2);
  gauge("cluster_manager.active_clusters", proxy.runtimes.size);
  gauge("cluster_manager.warming_clusters", 0);
  gauge("listener_manager.total_listeners_active", proxy.listenerManager.list().length);
  gauge("listener_manager.total_listeners_warming", proxy.warming.count);
  for (const [type, name] of [
    [TYPE_URL.cluster, "cluster_manager.cds"],
    [TYPE_URL.listener, "listener_manager.lds"],
  ] as const) {
    const { accepted, rejected } = proxy.updates(type);
    put(plainName(`${name}.update_success`), "counter", accepted);
    put(plainName(`${name}.update_rejected`), "counter", rejected);
    put(plainName(`${name}.update_attempt`), "counter", accepted + rejected);
  }
  return [...all.values()].sort((a, b) => (a.dotted < b.dotted ? -1 : 1));
}

type Put = (name: StatName, type: Stat["type"], value: number) => void;

function ofCluster(runtime: ClusterRuntime, put: Put): void {
  // What leads to the agent's pipes is not carried by this proxy: it has nothing to tell of it.
  const { endpoints } = runtime.config.loadAssignment ?? {};
  if (endpoints?.some((one) => one.lbEndpoints.some(({ endpoint }) => endpoint.address.pipe))) return;
  const cluster = { dotted: runtime.name, labels: runtime.labels.all };
  const named = (rest: string) => clusterStat(cluster, rest);
  for (const name of CLUSTER_COUNTERS) put(named(name), "counter", 0);
  put(named("upstream_rq_active"), "gauge", runtime.activeRequests);
  put(named("upstream_rq_pending_active"), "gauge", runtime.pendingRequests);
  put(named("upstream_cx_active"), "gauge", 0);
  const hosts = runtime.hosts();
  put(named("membership_total"), "gauge", hosts.length);
  put(
    named("membership_healthy"),
    "gauge",
    hosts.filter((host) => host.edsHealthy && !host.ejectedUntil).length,
  );
  const tracks = runtime.config.circuitBreakers?.thresholds[0]?.trackRemaining ?? false;
  for (const { limit, open, remaining, used } of LIMITS) {
    const room = Math.max(0, runtime.limit(limit) - runtime[used]);
    put(named(`circuit_breakers.default.${open}`), "gauge", room === 0 ? 1 : 0);
    put(named(`circuit_breakers.high.${open}`), "gauge", 0);
    put(named(`circuit_breakers.default.${remaining}`), "gauge", tracks ? room : 0);
  }
}

/** Text exposition format 0.0.4, one family after the other. */
export function prometheusLines(stats: readonly Stat[]): string {
  const families = new Map<string, Stat[]>();
  for (const stat of stats) {
    const family = families.get(stat.family);
    if (family) family.push(stat);
    else families.set(stat.family, [stat]);
  }
  const lines: string[] = [];
  for (const [family, list] of families) {
    lines.push(`# TYPE ${family} ${list[0]?.type ?? "gauge"}`);
    for (const stat of list) lines.push(`${family}${labelText(stat.labels)} ${stat.value}`);
  }
  return lines.length > 0 ? `${lines.join("\n")}\n` : "";
}

function labelText(labels: Labels): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replace(/["\\]/g, "\\$&")}"`)
    .join(",")}}`;
}
