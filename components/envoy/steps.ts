import type { Listener, ProxyConfig } from "./config.ts";
import { type Json, list, record, text, texts } from "./json.ts";
import {
  chainMatch,
  chainSecurity,
  clusterNotes,
  clusterSecurity,
  endpointAddress,
  endpointNotes,
  routeMatch,
  routeNotes,
  routeTargets,
  type Word,
} from "./words.ts";

export type StepKind =
  | "listener"
  | "chain"
  | "filter"
  | "host"
  | "route"
  | "cluster"
  | "endpoint"
  | "missing";

/** One station on the way of a connection through the proxy, and where it may lead next. */
export interface Step {
  readonly id: string;
  readonly kind: StepKind;
  readonly label: string;
  readonly notes: readonly Word[];
  /** As Envoy prints it. */
  readonly raw: Json;
  readonly next?: () => readonly Step[];
}

const some = (word: Word | undefined): Word[] => (word ? [word] : []);

export function listenerSteps(config: ProxyConfig): Step[] {
  return config.listeners.map((listener) => listenerStep(config, listener));
}

function listenerStep(config: ProxyConfig, listener: Listener): Step {
  const { name, address, port, direction, raw } = listener;
  const chains = list(raw, "filter_chains");
  const fallback = record(raw, "default_filter_chain");
  const all = Object.keys(fallback).length > 0 ? [...chains, fallback] : chains;
  const id = `listener ${name}`;
  return {
    ...{ id, kind: "listener", raw },
    label:
      /^virtual/.test(name) || name === ""
        ? `${name || "listener"} · ${address}:${port}`
        : `${address}:${port}`,
    notes: [
      { tone: "quiet", text: direction ? direction.toLowerCase() : "own" },
      { tone: "quiet", text: `${all.length} ${all.length === 1 ? "chain" : "chains"}` },
    ],
    next: () =>
      all.map((chain, index) => {
        const step = chainStep(config, chain, `${id} / chain ${index} ${text(chain, "name")}`);
        // Within a pod everything is plaintext: an application speaks to its own proxy.
        return direction === "OUTBOUND" ? { ...step, notes: [] } : step;
      }),
  };
}

function chainStep(config: ProxyConfig, chain: Json, id: string): Step {
  const filters = list(chain, "filters");
  return {
    ...{ id, kind: "chain", raw: chain },
    label: chainMatch(chain),
    notes: some(chainSecurity(chain)),
    next: () => filters.flatMap((filter) => filterSteps(config, filter, id)),
  };
}

function filterSteps(config: ProxyConfig, filter: Json, above: string): Step[] {
  const name = text(filter, "name");
  const short = name.split(".").at(-1) ?? name;
  const id = `${above} / ${name}`;
  const typed = record(filter, "typed_config");
  if (short === "tcp_proxy") {
    const targets = text(typed, "cluster")
      ? [{ cluster: text(typed, "cluster") }]
      : list(typed, "weighted_clusters", "clusters").map((one) => ({
          cluster: text(one, "name"),
          share: text(one, "weight"),
        }));
    const next = () => targets.map((target) => clusterStep(config, target, id));
    return [{ id, kind: "filter", label: "TCP proxy", notes: [], raw: filter, next }];
  }
  if (short !== "http_connection_manager")
    return [{ id, kind: "filter", label: short, notes: [], raw: filter }];
  const routeName = text(typed, "rds", "route_config_name");
  const inline = record(typed, "route_config");
  const routes = routeName ? config.routes.get(routeName) : inline;
  const http = list(typed, "http_filters");
  return [
    {
      ...{ id: `${id} / http filters`, kind: "filter" as const, raw: { http_filters: http } },
      label: "HTTP filters",
      notes: [{ tone: "quiet", text: String(http.length) }],
      next: () =>
        http.map((one, index) => ({
          ...{ id: `${id} / http filters / ${index}`, kind: "filter" as const, raw: one, notes: [] },
          label: text(one, "name").replace(/^envoy\.filters\.http\./, ""),
        })),
    },
    routes
      ? hostsStep(config, routes, { id, label: routeName ? `Routes "${routeName}"` : "Routes" })
      : {
          ...{ id: `${id} / routes`, kind: "missing" as const, notes: [], raw: {} },
          label: `Routes "${routeName}" are not there yet`,
        },
  ];
}

function hostsStep(
  config: ProxyConfig,
  routes: Json,
  at: { readonly id: string; readonly label: string },
): Step {
  const hosts = list(routes, "virtual_hosts");
  const id = `${at.id} / routes ${text(routes, "name")}`;
  return {
    ...{ id, kind: "host", label: at.label, raw: routes },
    notes: [{ tone: "quiet", text: `${hosts.length} virtual ${hosts.length === 1 ? "host" : "hosts"}` }],
    next: () => hosts.map((host) => hostStep(config, host, id)),
  };
}

function hostStep(config: ProxyConfig, host: Json, above: string): Step {
  const id = `${above} / ${text(host, "name")}`;
  return {
    ...{ id, kind: "host", raw: host, notes: [] },
    label:
      texts(host, "domains")[0] === "*"
        ? text(host, "name") || "*"
        : (texts(host, "domains")[0] ?? text(host, "name")),
    next: () =>
      list(host, "routes").map((route, index) => {
        const routeId = `${id} / route ${index}`;
        const targets = routeTargets(route);
        return {
          ...{
            id: routeId,
            kind: "route" as const,
            raw: route,
            label: routeMatch(route),
            notes: routeNotes(route),
          },
          ...(targets.length > 0
            ? { next: () => targets.map((target) => clusterStep(config, target, routeId)) }
            : {}),
        };
      }),
  };
}

export function clusterStep(
  config: ProxyConfig,
  target: { readonly cluster: string; readonly share?: string },
  above: string,
): Step {
  const { cluster: name, share } = target;
  const id = `${above} / cluster ${name}`;
  const cluster = config.clusters.get(name);
  const shares: Word[] = share === undefined ? [] : [{ tone: "accent", text: share }];
  if (!cluster)
    return {
      id,
      kind: "missing",
      label: `${name || "a cluster named by a header"} is not there`,
      notes: shares,
      raw: {},
    };
  const service = text(cluster, "eds_cluster_config", "service_name") || name;
  const inline = list(cluster, "load_assignment", "endpoints").flatMap((one) => list(one, "lb_endpoints"));
  const endpoints = config.endpoints.get(service) ?? inline;
  return {
    ...{ id, kind: "cluster", label: name, raw: cluster },
    notes: [...shares, ...some(clusterSecurity(cluster)), ...clusterNotes(cluster)],
    ...(endpoints.length > 0
      ? { next: () => endpoints.map((endpoint, index) => endpointStep(endpoint, `${id} / ${index}`)) }
      : {}),
  };
}

const endpointStep = (endpoint: Json, id: string): Step => ({
  ...{
    id,
    kind: "endpoint",
    raw: endpoint,
    label: endpointAddress(endpoint),
    notes: endpointNotes(endpoint),
  },
});

export function routeSteps(config: ProxyConfig): Step[] {
  return [...config.routes]
    .map(([name, routes]) => hostsStep(config, routes, { id: `routes ${name}`, label: name }))
    .sort(byLabel);
}

export function clusterSteps(config: ProxyConfig): Step[] {
  return [...config.clusters.keys()]
    .map((cluster) => clusterStep(config, { cluster }, "clusters"))
    .sort(byLabel);
}

const byLabel = (a: Step, b: Step): number => (a.label < b.label ? -1 : a.label > b.label ? 1 : 0);

/** The step of this name. Names begin with those of the steps above, so only one way is gone. */
export function findStep(steps: readonly Step[], id: string): Step | undefined {
  for (const step of steps) {
    if (step.id === id) return step;
    const below = id.startsWith(`${step.id} / `) ? findStep(step.next?.() ?? [], id) : undefined;
    if (below) return below;
  }
  return undefined;
}
