import type { Labels } from "./metric-store.ts";

/** A statistic under both its names: Envoy's dotted one, and the family and labels Prometheus sees. */
export interface StatName {
  readonly dotted: string;
  readonly family: string;
  readonly labels: Labels;
}

const made = new WeakMap<Labels, Map<string, StatName>>();

/** The names of a metric as this proxy counts it, e.g. `envoy_cluster_upstream_rq_xx{response_code_class="2",cluster_name="x"}`. */
export function dottedName(name: string, labels: Labels): StatName {
  let known = made.get(labels);
  if (!known) {
    known = new Map();
    made.set(labels, known);
  }
  let found = known.get(name);
  if (!found) {
    found = nameOf(name, labels);
    known.set(name, found);
  }
  return found;
}

function nameOf(name: string, labels: Labels): StatName {
  const family = labels.response_code_class;
  const rest = family === undefined ? name : name.replace(/_xx$/, `_${family}xx`);
  const { cluster_name: cluster, listener_address: listener, http_conn_manager_prefix: manager } = labels;
  if (cluster !== undefined)
    return { dotted: `cluster.${cluster}.${dots(rest, "envoy_cluster_")}`, family: name, labels };
  if (listener !== undefined)
    return {
      dotted: `listener.${listener}.${dots(rest, "envoy_listener_").replace(/^ssl_/, "ssl.")}`,
      family: name,
      labels,
    };
  if (manager === undefined)
    return {
      dotted: rest.replace(/^envoy_/, "").replace(/^tracing_(zipkin|opentelemetry)_/, "tracing.$1."),
      family: name,
      labels,
    };
  const { http_conn_manager_prefix: _, ...others } = labels;
  const last = dots(rest, "envoy_http_");
  // Istio's tag expression knows only prefixes of digits, dots and letters up to f; others stay in the name.
  const [, verdict] = /^rbac\.(allowed|denied)$/.exec(last) ?? [];
  if (verdict)
    return {
      dotted: `http.${manager}.${last}`,
      family: `envoy_http_${sanitized(manager)}_rbac`,
      labels: { ...others, authz_enforce_result: verdict },
    };
  const isTag = /^[_.\d]*$/.test(manager);
  return {
    dotted: `http.${manager}.${last}`,
    family: isTag ? name : `envoy_http_${sanitized(manager)}_${name.replace("envoy_http_", "")}`,
    labels: isTag ? labels : others,
  };
}

const dots = (name: string, prefix: string) =>
  name
    .replace(prefix, "")
    .replace(/^outlier_detection_/, "outlier_detection.")
    .replace(/^rbac_/, "rbac.");

/** A name without tags. */
export function plainName(dotted: string): StatName {
  return { dotted, family: `envoy_${sanitized(dotted)}`, labels: NO_LABELS };
}

/** One of a cluster's own, `upstream_rq_total` or `circuit_breakers.default.rq_open`. */
export function clusterStat(
  cluster: { readonly dotted: string; readonly labels: Labels },
  rest: string,
): StatName {
  return {
    dotted: `cluster.${cluster.dotted}.${rest}`,
    family: `envoy_cluster_${sanitized(rest)}`,
    labels: cluster.labels,
  };
}

const NO_LABELS: Labels = {};

const sanitized = (text: string) => text.replace(/[^a-zA-Z0-9_]/g, "_");
