// Prometheus' HTTP API v1 (web/api/v1/api.go) and the pages around it. Exemplars are always empty: nobody here has any.
import {
  type Handle,
  type HttpAnswer,
  type HttpRequest,
  page,
  pageNotFound,
  plain,
  redirect,
} from "../../http/index.ts";
import { QueryError } from "../promql/ast.ts";
import { data, failure, refusal } from "./answers.ts";
import type { ApiDeps } from "./deps.ts";
import { countParameter } from "./parameters.ts";
import { format, query, queryRange } from "./query.ts";
import { federate, labelNames, labelValues, seriesAnswer } from "./series.ts";
import { buildInfo, flags, ownMetrics, runtimeInfo, targets, tsdb } from "./status.ts";

export function apiHandler(deps: ApiDeps): Handle {
  return (request) => {
    try {
      return route(deps, request) ?? pages(deps, request);
    } catch (error) {
      if (error instanceof QueryError) return refusal(error);
      throw error;
    }
  };
}

function route(deps: ApiDeps, { path, parameters }: HttpRequest): HttpAnswer | undefined {
  const { store, scraper } = deps;
  const label = /^\/api\/v1\/label\/([^/]+)\/values$/.exec(path)?.[1];
  if (label !== undefined) return data(labelValues(store, label, parameters));
  switch (path) {
    case "/api/v1/query":
      return data(query(deps, parameters));
    case "/api/v1/query_range":
      return data(queryRange(deps, parameters));
    case "/api/v1/format_query":
      return data(format(parameters));
    case "/api/v1/series":
      return data(seriesAnswer(store, parameters));
    case "/api/v1/labels":
      return data(labelNames(store, parameters));
    case "/api/v1/metadata":
      return data(metadata(deps, parameters));
    case "/api/v1/targets":
      return data(targets(deps, parameters));
    case "/api/v1/scrape_pools":
      return data({
        scrapePools: [...new Set(scraper.states().map(({ target }) => target.job.jobName))].sort(),
      });
    case "/api/v1/rules":
      return data({ groups: deps.rules.list(parameters.get("type") ?? "") });
    case "/api/v1/alerts":
      return data({ alerts: deps.rules.alerts() });
    case "/api/v1/alertmanagers":
      return data({ activeAlertmanagers: [], droppedAlertmanagers: [] });
    case "/api/v1/query_exemplars":
      return data([]);
    case "/api/v1/status/buildinfo":
      return data(buildInfo(deps));
    case "/api/v1/status/config":
      return data({ yaml: deps.config().text });
    case "/api/v1/status/flags":
      return data(flags(deps));
    case "/api/v1/status/runtimeinfo":
      return data(runtimeInfo(deps));
    case "/api/v1/status/tsdb":
      return data(tsdb(deps));
    default:
      if (path.startsWith("/api/v1/admin/tsdb/")) return failure(503, "unavailable", "admin APIs disabled");
      return undefined;
  }
}

function metadata({ scraper }: ApiDeps, parameters: URLSearchParams): object {
  const limit = countParameter(parameters, "limit") ?? -1;
  return scraper.metadata.list(
    parameters.get("metric") ?? undefined,
    limit < 0 ? Number.MAX_SAFE_INTEGER : limit,
  );
}

function pages(deps: ApiDeps, { path, parameters, method }: HttpRequest): HttpAnswer {
  switch (path) {
    case "/-/healthy":
      return plain("Prometheus Server is Healthy.\n");
    case "/-/ready":
      return plain("Prometheus Server is Ready.\n");
    case "/-/reload":
      return reload(deps, method);
    case "/-/quit":
      return plain("Termination by HTTP is not supported by the practice cluster; delete the pod.\n", 403);
    case "/metrics":
      return { ...plain(ownMetrics(deps)), type: "text/plain; version=0.0.4; charset=utf-8" };
    case "/federate":
      return federate(deps.store, parameters, deps.clock.now());
    case "/":
      return redirect("/graph");
    case "/graph":
    case "/query":
    case "/targets":
    case "/alerts":
      return page("Prometheus", HOME);
    default:
      return pageNotFound;
  }
}

function reload({ config, reloaded }: ApiDeps, method: string): HttpAnswer {
  if (method !== "POST" && method !== "PUT") return plain("Only POST or PUT requests allowed\n", 405);
  config();
  return reloaded() ? plain("") : plain("failed to reload config: see the log\n", 500);
}

const HOME = `<p>The practice cluster's Prometheus: it scrapes, keeps an hour and answers PromQL; it draws nothing. Meshwork draws its metrics in the Metrics tab.</p>
<form action="/api/v1/query"><label>Expression <input name="query" size="60" value="sum(rate(istio_requests_total[1m])) by (destination_workload)"></label> <button>Execute</button></form>
<ul><li><a href="/api/v1/targets?state=active">Targets</a></li><li><a href="/api/v1/label/__name__/values">Metrics</a></li><li><a href="/api/v1/status/config">Configuration</a></li></ul>`;
