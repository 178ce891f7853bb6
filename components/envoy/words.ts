import { type Json, list, record, text, texts } from "./json.ts";

export interface Word {
  readonly tone: "good" | "busy" | "bad" | "quiet" | "accent";
  readonly text: string;
}

/** What a connection must be like to take this filter chain. */
export function chainMatch(chain: Json): string {
  const match = record(chain, "filter_chain_match");
  const parts = [
    text(match, "destination_port") && `port ${text(match, "destination_port")}`,
    texts(match, "server_names").length > 0 && `SNI ${texts(match, "server_names").join(", ")}`,
    prefixes(match),
    text(match, "transport_protocol"),
    texts(match, "application_protocols").join(" "),
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(" · ") : "any connection";
}

const prefixes = (match: Json): string => {
  const ranges = list(match, "prefix_ranges").map(
    (range) => `${text(range, "address_prefix")}/${text(range, "prefix_len") || "32"}`,
  );
  return ranges.filter((range) => range !== "0.0.0.0/0").join(", ");
};

/** Whether this chain ends TLS, and whether it wants to know who calls. */
export function chainSecurity(chain: Json): Word | undefined {
  const socket = record(chain, "transport_socket");
  const protocol = text(chain, "filter_chain_match", "transport_protocol");
  if (text(socket, "name") === "")
    return protocol === "raw_buffer" ? { tone: "bad", text: "plaintext" } : undefined;
  const wants = text(socket, "typed_config", "require_client_certificate") === "true";
  return wants ? { tone: "good", text: "mutual TLS" } : { tone: "busy", text: "TLS" };
}

export function routeMatch(route: Json): string {
  const match = record(route, "match");
  const path =
    (text(match, "path") && `= ${text(match, "path")}`) ||
    (text(match, "path_separated_prefix") && `${text(match, "path_separated_prefix")}/*`) ||
    (text(match, "safe_regex", "regex") && `~ ${text(match, "safe_regex", "regex")}`) ||
    `${text(match, "prefix") || "/"}*`;
  const headers = list(match, "headers").map((header) => {
    const exact = text(header, "string_match", "exact") || text(header, "exact_match");
    const prefix = text(header, "string_match", "prefix");
    return `${text(header, "name")}${exact ? `=${exact}` : prefix ? `=${prefix}*` : ""}`;
  });
  return [path, ...headers].join(" · ");
}

export function routeNotes(route: Json): Word[] {
  const action = record(route, "route");
  const filters = record(route, "typed_per_filter_config");
  const notes: Word[] = [];
  if (Object.keys(record(route, "redirect")).length > 0) notes.push({ tone: "accent", text: "redirect" });
  const status = text(route, "direct_response", "status");
  if (status) notes.push({ tone: "accent", text: `answers ${status}` });
  const timeout = text(action, "timeout");
  if (timeout && timeout !== "0s") notes.push({ tone: "quiet", text: `timeout ${timeout}` });
  const retries = text(action, "retry_policy", "num_retries");
  if (retries) notes.push({ tone: "quiet", text: `${retries} retries` });
  if (list(action, "request_mirror_policies").length > 0) notes.push({ tone: "accent", text: "mirrors" });
  if (Object.keys(filters).some((name) => name.includes("fault")))
    notes.push({ tone: "bad", text: "fault injected" });
  return notes;
}

/** Clusters a route leads to, with their shares when there are several. */
export function routeTargets(route: Json): { readonly cluster: string; readonly share?: string }[] {
  const action = record(route, "route");
  const single = text(action, "cluster");
  if (single) return [{ cluster: single }];
  const weighted = list(action, "weighted_clusters", "clusters");
  const total = weighted.reduce((sum, one) => sum + Number(text(one, "weight") || 0), 0);
  return weighted.map((one) => ({
    cluster: text(one, "name"),
    share: `${Math.round((Number(text(one, "weight") || 0) / (total || 1)) * 100)} %`,
  }));
}

/** How the proxy speaks to the endpoints of a cluster. */
export function clusterSecurity(cluster: Json): Word | undefined {
  const tls = (socket: Json) => text(socket, "typed_config", "@type").endsWith("UpstreamTlsContext");
  if (tls(record(cluster, "transport_socket"))) {
    const istio = text(cluster, "transport_socket", "typed_config", "sni").startsWith("outbound_");
    return istio ? { tone: "good", text: "mutual TLS" } : { tone: "busy", text: "TLS" };
  }
  if (list(cluster, "transport_socket_matches").some((match) => tls(record(match, "transport_socket"))))
    return { tone: "good", text: "auto mTLS" };
  return undefined;
}

export function clusterNotes(cluster: Json): Word[] {
  const notes: Word[] = [];
  if (Object.keys(record(cluster, "outlier_detection")).length > 0)
    notes.push({ tone: "accent", text: "outlier detection" });
  const limited = list(cluster, "circuit_breakers", "thresholds").some((threshold) =>
    ["max_connections", "max_pending_requests", "max_requests"].some((field) => {
      const value = Number(text(threshold, field) || 4294967295);
      return value < 4294967295;
    }),
  );
  if (limited) notes.push({ tone: "accent", text: "circuit breaker" });
  return notes;
}

export function endpointAddress(endpoint: Json): string {
  const socket = record(endpoint, "endpoint", "address", "socket_address");
  const internal = text(endpoint, "endpoint", "address", "pipe", "path");
  return internal || `${text(socket, "address")}:${text(socket, "port_value")}`;
}

export function endpointNotes(endpoint: Json): Word[] {
  const workload = text(endpoint, "metadata", "filter_metadata", "istio", "workload").split(";")[0] ?? "";
  const health = text(endpoint, "health_status") || "HEALTHY";
  const tls =
    text(endpoint, "metadata", "filter_metadata", "envoy.transport_socket_match", "tlsMode") === "istio";
  return [
    ...(workload ? [{ tone: "quiet" as const, text: workload }] : []),
    ...(health === "HEALTHY" ? [] : [{ tone: "bad" as const, text: health.toLowerCase() }]),
    ...(tls ? [{ tone: "good" as const, text: "mutual TLS" }] : []),
  ];
}
