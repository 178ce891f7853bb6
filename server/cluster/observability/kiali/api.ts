// Kiali's HTTP API under /kiali, the part that scripts and labs ask: health, status, namespaces, graph. No login.
import type { Clock } from "../../base/index.ts";
import { type Handle, type HttpAnswer, json, page, plain, redirect } from "../http/index.ts";
import { cytoscapeGraph } from "./cytoscape.ts";
import { BadOption, graphOptions } from "./graph-options.ts";
import { MAX_NAMESPACES } from "./limits.ts";
import type { MeshObjects } from "./mesh-objects.ts";
import { PrometheusError, type Query } from "./prometheus.ts";
import { readTelemetry } from "./telemetry.ts";
import { trafficMap } from "./traffic-map.ts";

export interface KialiDeps {
  readonly objects: MeshObjects;
  readonly query: Query;
  readonly clock: Clock;
  /** server.web_root: "/kiali" in the add-on. */
  readonly webRoot: string;
  readonly version: string;
  readonly prometheusUrl: string;
}

const failure = (error: string, status: number): HttpAnswer => json({ error }, status);

export function kialiHandler(deps: KialiDeps): Handle {
  return async ({ path, parameters }) => {
    const { webRoot } = deps;
    if (path === "/" && webRoot !== "") return redirect(`${webRoot}/`);
    if (path === webRoot && webRoot !== "") return redirect(`${webRoot}/`);
    if (!path.startsWith(`${webRoot}/`)) return plain("404 page not found\n", 404);
    try {
      return await route(deps, path.slice(webRoot.length), parameters);
    } catch (error) {
      if (error instanceof BadOption) return failure(error.message, 400);
      if (error instanceof PrometheusError) return failure(error.message, 503);
      throw error;
    }
  };
}

async function route(deps: KialiDeps, path: string, parameters: URLSearchParams): Promise<HttpAnswer> {
  switch (path) {
    case "/healthz":
      return plain("");
    case "/api":
    case "/api/":
    case "/api/status":
      return json(await status(deps));
    case "/api/auth/info":
      return json({ strategy: "anonymous", sessionInfo: {} });
    case "/api/namespaces":
      return json(await deps.objects.namespaces());
    case "/api/namespaces/graph":
      return json(await graph(deps, parameters));
    case "/api/istio/status":
      return json(await deps.objects.istioStatus());
    default:
      if (path.startsWith("/api/"))
        return failure(`${path} is not supported by the practice cluster's Kiali`, 404);
      return home(deps, path);
  }
}

async function status({ objects, version, prometheusUrl }: KialiDeps): Promise<object> {
  const meshVersion = await objects.meshVersion();
  return {
    status: {
      "Kiali commit hash": "practice",
      "Kiali container version": version,
      "Kiali state": "running",
      "Kiali version": version,
      "Mesh name": "Istio",
      "Mesh version": meshVersion,
    },
    externalServices: [
      { name: "Istio", version: meshVersion },
      { name: "Prometheus", url: prometheusUrl },
    ],
    warningMessages: [],
    istioEnvironment: { isMaistra: false, istioAPIEnabled: true },
  };
}

async function graph(deps: KialiDeps, parameters: URLSearchParams): Promise<object> {
  const options = graphOptions(parameters, deps.clock.now());
  if (options.namespaces.length > MAX_NAMESPACES)
    throw new BadOption(`more than ${MAX_NAMESPACES} namespaces in one graph`);
  const telemetry = await readTelemetry(deps.query, options);
  return cytoscapeGraph(
    trafficMap(telemetry, options),
    options,
    await deps.objects.badges(options.namespaces),
  );
}

function home({ webRoot }: KialiDeps, path: string): HttpAnswer {
  const body = `<p>The practice cluster's Kiali: it answers Kiali's API and draws nothing. Meshwork draws the graph in its Mesh tab.</p>
<ul><li><a href="${webRoot}/api">Status</a></li><li><a href="${webRoot}/api/namespaces">Namespaces</a></li><li><a href="${webRoot}/api/istio/status">Istio's components</a></li>
<li><a href="${webRoot}/api/namespaces/graph?namespaces=default&amp;graphType=versionedApp&amp;duration=60s&amp;injectServiceNodes=true">Graph of namespace default</a></li></ul>`;
  const known = path === "/" || path.startsWith("/console");
  return known ? page("Kiali", body) : plain("404 page not found\n", 404);
}
