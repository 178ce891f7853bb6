import type { VersionGates } from "../../versions.ts";
import type { DiscoveryServer } from "../discovery/server.ts";
import { configDump, syncStatus } from "../discovery/sync-status.ts";
import type { PushContext } from "../push/push-context.ts";

export interface DebugState {
  readonly discovery: DiscoveryServer;
  readonly gates: VersionGates;
  readonly podName: string;
  pushes(): number;
  pushContext(): PushContext;
}

export interface WebReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const json = (value: unknown): WebReply => ({
  status: 200,
  contentType: "application/json",
  body: `${JSON.stringify(value, null, 2)}\n`,
});

const text = (status: number, body: string): WebReply => ({
  status,
  contentType: "text/plain; charset=utf-8",
  body,
});

/** Pages of ports 8080 and 15014 and of `pilot-discovery request GET …`. */
export function debugPage(target: string, state: DebugState): WebReply {
  const url = new URL(target, "http://istiod");
  switch (url.pathname) {
    case "/ready":
      return text(200, "");
    case "/version":
      return json(buildInfo(state.gates));
    case "/metrics":
      return text(200, metrics(state));
    case "/debug/syncz":
      return json(state.discovery.connected().map(syncStatus));
    case "/debug/config_dump":
      return dump(url.searchParams.get("proxyID") ?? "", state);
    case "/debug/connections":
    case "/debug/adsz":
      return json(connections(state));
    case "/debug/endpointz":
      return json(Object.fromEntries(state.pushContext().endpoints));
    case "/debug/registryz":
      return json(state.pushContext().services);
    case "/debug/mesh":
      return json(state.pushContext().mesh);
    case "/debug/clusterz":
      return json(clusters(state.gates));
    case "/debug/config_distribution":
      // What reached whom is not tracked; upstream's own default since 1.20, and gone in later releases.
      return state.gates.distributionTracking ? text(409, TRACKING_DISABLED) : text(404, NOT_FOUND);
    case "/debug/list":
      return json(PAGES);
    default:
      return text(404, NOT_FOUND);
  }
}

const NOT_FOUND = "404 page not found\n";

const TRACKING_DISABLED =
  "Pilot Version tracking is disabled. It may be enabled by setting the PILOT_ENABLE_CONFIG_DISTRIBUTION_TRACKING environment variable to true.";

/** Debug pages that are there, as `/debug/list` names them. */
const PAGES = ["adsz", "clusterz", "config_dump", "connections", "endpointz", "mesh", "registryz", "syncz"];

/** Clusters that istiod reads besides its own: none. Later releases list their own, too. */
const clusters = ({ listsOwnCluster }: VersionGates): object =>
  listsOwnCluster ? [{ id: "Kubernetes", secretName: "", syncStatus: "synced" }] : [];

export function buildInfo({ version, gitRevision: revision }: VersionGates): object {
  return { version, revision, golang_version: "", status: "Clean", tag: version };
}

function dump(proxyId: string, { discovery }: DebugState): WebReply {
  if (!proxyId) return text(400, "You must provide a proxyID in the query string");
  const found = discovery
    .connected()
    .find(({ proxy }) => `${proxy.name}.${proxy.namespace}` === proxyId || proxy.id === proxyId);
  return found
    ? json(configDump(found))
    : text(404, "Proxy not connected to this Pilot instance. It may be connected to another instance.");
}

function connections({ discovery }: DebugState): object {
  const clients = discovery.connected().map((stream) => ({
    connectionId: `${stream.proxy.name}.${stream.proxy.namespace}`,
    connectedAt: new Date(stream.connectedAt).toISOString(),
    address: stream.proxy.ip,
  }));
  return { totalClients: clients.length, clients };
}

function metrics({ discovery, gates, pushes, pushContext }: DebugState): string {
  const services = pushContext().services.length;
  return [
    "# HELP istio_build Istio component build info",
    "# TYPE istio_build gauge",
    `istio_build{component="pilot",tag="${gates.version}"} 1`,
    "# HELP pilot_info Pilot version and build information.",
    "# TYPE pilot_info gauge",
    `pilot_info{version="${gates.version}"} 1`,
    "# HELP pilot_services Total services known to pilot.",
    "# TYPE pilot_services gauge",
    `pilot_services ${services}`,
    "# HELP pilot_xds Number of endpoints connected to this pilot using XDS.",
    "# TYPE pilot_xds gauge",
    `pilot_xds{version="${gates.version}"} ${discovery.connected().length}`,
    "# HELP pilot_push_triggers Total number of times a push was triggered, labeled by reason for the push.",
    "# TYPE pilot_push_triggers counter",
    `pilot_push_triggers{type="config"} ${pushes()}`,
    "",
  ].join("\n");
}
