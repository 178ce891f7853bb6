import type { EnvoyProxy } from "../proxy.ts";
import type { ClusterRuntime } from "../upstream/cluster-runtime.ts";
import type { Endpoint } from "../upstream/endpoint.ts";

function sorted(proxy: EnvoyProxy): ClusterRuntime[] {
  return [...proxy.runtimes.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `/clusters`: one line a fact. */
export function clustersText(proxy: EnvoyProxy): string {
  const lines: string[] = [];
  for (const cluster of sorted(proxy)) {
    const { name } = cluster;
    lines.push(`${name}::observability_name::${cluster.config.altStatName ?? name}`);
    for (const limit of ["maxConnections", "maxPendingRequests", "maxRequests", "maxRetries"] as const)
      lines.push(`${name}::default_priority::${LIMIT_NAMES[limit]}::${cluster.limit(limit)}`);
    lines.push(`${name}::added_via_api::${proxy.clusters.has(name)}`);
    for (const host of cluster.hosts()) {
      const put = (fact: string, value: string | number | boolean) =>
        lines.push(`${name}::${host.key}::${fact}::${value}`);
      for (const { name: fact, value } of hostStats(host)) put(fact, value);
      put("hostname", host.config.endpoint.hostname ?? "");
      put("health_flags", flags(host, proxy.deps.clock.now()));
      put("weight", host.weight);
      put("priority", host.priority);
    }
  }
  return `${lines.join("\n")}\n`;
}

const LIMIT_NAMES = {
  maxConnections: "max_connections",
  maxPendingRequests: "max_pending_requests",
  maxRequests: "max_requests",
  maxRetries: "max_retries",
} as const;

/** `/clusters?format=json`. */
export function clustersJson(proxy: EnvoyProxy): object {
  const now = proxy.deps.clock.now();
  return {
    cluster_statuses: sorted(proxy).map((cluster) => ({
      name: cluster.name,
      ...(proxy.clusters.has(cluster.name) ? { added_via_api: true } : {}),
      observability_name: cluster.config.altStatName ?? cluster.name,
      ...(cluster.config.edsClusterConfig
        ? { eds_service_name: cluster.config.edsClusterConfig.serviceName }
        : {}),
      host_statuses: [
        ...cluster.hosts().map((host) => hostStatus(host, now)),
        ...pipes(cluster).map((path) => ({
          address: { pipe: { path } },
          stats: [],
          health_status: { eds_health_status: "HEALTHY" },
          weight: 1,
          locality: {},
        })),
      ],
    })),
  };
}

function pipes(cluster: ClusterRuntime): string[] {
  return (cluster.config.loadAssignment?.endpoints ?? []).flatMap((locality) =>
    locality.lbEndpoints.flatMap((one) =>
      one.endpoint.address.pipe ? [one.endpoint.address.pipe.path] : [],
    ),
  );
}

function hostStatus(host: Endpoint, now: number): object {
  return {
    address: { socket_address: { address: host.address, port_value: host.port } },
    stats: hostStats(host).map(({ name, value, gauge }) => ({
      name,
      ...(value === 0 ? {} : { value: String(value) }),
      ...(gauge ? { type: "GAUGE" } : {}),
    })),
    health_status: {
      eds_health_status: host.edsHealthy ? "HEALTHY" : (host.config.healthStatus ?? "UNHEALTHY"),
      ...(host.ejectedUntil > now ? { failed_outlier_check: true } : {}),
    },
    weight: host.weight,
    locality: {},
    ...(host.priority > 0 ? { priority: host.priority } : {}),
  };
}

function hostStats(host: Endpoint): readonly { name: string; value: number; gauge?: boolean }[] {
  return [
    { name: "cx_total", value: host.connections },
    { name: "rq_active", value: host.active, gauge: true },
    { name: "rq_error", value: host.errors },
    { name: "rq_success", value: host.requests - host.errors - host.active },
    { name: "rq_total", value: host.requests },
  ];
}

function flags(host: Endpoint, now: number): string {
  const set = [
    ...(host.ejectedUntil > now ? ["/failed_outlier_check"] : []),
    ...(host.edsHealthy ? [] : ["/failed_eds_health"]),
  ];
  return set.length > 0 ? set.join("") : "healthy";
}
