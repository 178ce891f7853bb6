// Jaeger's query service over HTTP (cmd/query/app/http_handler.go): the API that its own page, Kiali and our panels read.
import type { Clock } from "../../base/index.ts";
import {
  type Handle,
  type HttpAnswer,
  type HttpRequest,
  json,
  pageNotFound,
  redirect,
} from "../http/index.ts";
import { traceIdOf } from "./model.ts";
import { tracePage, tracesPage } from "./pages.ts";
import { BadParameter, integer, searchOf } from "./parameters.ts";
import type { SpanStore } from "./span-store.ts";
import { uiTrace } from "./ui-json.ts";

const DAY_MS = 24 * 3_600_000;

export interface QueryDeps {
  readonly store: SpanStore;
  readonly clock: Clock;
  /** QUERY_BASE_PATH: "/jaeger" in Istio's add-on; "" when it is not set. */
  readonly basePath: string;
}

const answer = (data: unknown, total = 0): HttpAnswer =>
  json({ data, total, limit: 0, offset: 0, errors: null });

const failure = (code: number, msg: string): HttpAnswer =>
  json({ data: null, total: 0, limit: 0, offset: 0, errors: [{ code, msg }] }, code);

export function queryHandler(deps: QueryDeps): Handle {
  return (request) => {
    const { basePath } = deps;
    if (basePath !== "" && (request.path === "/" || request.path === basePath))
      return redirect(`${basePath}/search`);
    if (!request.path.startsWith(`${basePath}/`)) return pageNotFound;
    try {
      return route(deps, { ...request, path: request.path.slice(basePath.length) });
    } catch (error) {
      if (error instanceof BadParameter) return failure(400, error.message);
      throw error;
    }
  };
}

function route(deps: QueryDeps, request: HttpRequest): HttpAnswer {
  const { store } = deps;
  const { path, parameters } = request;
  const [, operationsOf] = /^\/api\/services\/([^/]+)\/operations$/.exec(path) ?? [];
  if (operationsOf !== undefined) {
    const names = store.operations(decoded(operationsOf), "").map((one) => one.name);
    const unique = [...new Set(names)];
    return answer(unique, unique.length);
  }
  const [, traceId] = /^\/api\/traces\/([^/]+)$/.exec(path) ?? [];
  if (traceId !== undefined) return oneTrace(store, traceId);
  switch (path) {
    case "/api/services": {
      const services = store.services();
      return answer(services, services.length);
    }
    case "/api/operations": {
      const service = parameters.get("service") ?? "";
      if (service === "") throw new BadParameter("parameter 'service' is required");
      const operations = store.operations(service, parameters.get("spanKind") ?? "");
      return answer(operations, operations.length);
    }
    case "/api/traces":
      return traces(deps, parameters);
    case "/api/dependencies":
      return dependencies(deps, parameters);
    case "/api/metrics/calls":
    case "/api/metrics/errors":
    case "/api/metrics/latencies":
    case "/api/metrics/minstep":
      return failure(501, "metrics querying is currently disabled");
    case "/":
      return redirect(`${deps.basePath}/search`);
    case "/search":
      return tracesPage(deps, parameters);
    default: {
      const [, shown] = /^\/trace\/([^/]+)$/.exec(path) ?? [];
      return (shown !== undefined && tracePage(deps, traceIdOf(shown) ?? "")) || pageNotFound;
    }
  }
}

function traces({ store, clock }: QueryDeps, parameters: URLSearchParams): HttpAnswer {
  const ids = parameters.getAll("traceID");
  if (ids.length === 0)
    return answer(store.search(searchOf(parameters, clock.now() * 1000)).map((trace) => uiTrace(trace)));
  const found: object[] = [];
  const errors: object[] = [];
  for (const id of ids) {
    const traceID = traceIdOf(id);
    if (!traceID) throw new BadParameter(`cannot parse traceID param: ${idError(id)}`);
    const trace = store.trace(traceID);
    if (trace) found.push(uiTrace(trace));
    else errors.push({ msg: "trace not found", traceID });
  }
  return json({ data: found, total: 0, limit: 0, offset: 0, errors: errors.length > 0 ? errors : null });
}

function oneTrace(store: SpanStore, id: string): HttpAnswer {
  const traceID = traceIdOf(id);
  if (!traceID && !/^0+$/.test(id)) return failure(400, idError(id));
  const trace = store.trace(traceID ?? "");
  return trace ? answer([uiTrace(trace)]) : failure(404, "trace not found");
}

const idError = (id: string) =>
  /^[0-9a-fA-F]{33,}$/.test(id)
    ? `TraceID cannot be longer than 32 hex characters: ${id}`
    : `strconv.ParseUint: parsing "${id}": invalid syntax`;

function dependencies({ store, clock }: QueryDeps, parameters: URLSearchParams): HttpAnswer {
  const end = integer(parameters, "endTs") ?? clock.now();
  const lookback = integer(parameters, "lookback") ?? DAY_MS;
  const service = parameters.get("service") ?? "";
  const links = store.dependencies((end - lookback) * 1000, end * 1000);
  return answer(links.filter((one) => service === "" || one.parent === service || one.child === service));
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // not an escape: the name as it stands
  }
}
