import type {
  GrpcMethod,
  HttpRouteMatch,
  PathModifier,
  RouteFilter,
  RouteRule,
  ValueMatch,
} from "../model/gateway-api.ts";
import type {
  Destination,
  HeaderOperations,
  HttpMatchRequest,
  HttpRoute,
  StringMatch,
} from "../model/networking.ts";
import type { Problem } from "./conditions.ts";

/** A backend as a destination; a problem keeps its share of the traffic, which then fails. */
export type Backends = (rule: Pick<RouteRule, "backendRefs">) => {
  readonly destinations: readonly { readonly destination: Destination; readonly weight: number }[];
  readonly problem?: Problem;
};

export interface ConvertedRules {
  readonly routes: readonly HttpRoute[];
  readonly problem?: Problem;
}

/** One route for each match, the most specific first. Follows convertHTTPRoute and sortHTTPRoutes. */
export function convertRules(rules: readonly RouteRule[], backends: Backends, grpc: boolean): ConvertedRules {
  let problem: Problem | undefined;
  const routes = rules.flatMap((rule) => {
    const matches = rule.matches?.length ? rule.matches : [grpc ? {} : { path: { value: "/" } }];
    return matches.map((match) => {
      const converted = routeOf(rule, match, { backends, grpc });
      problem ??= converted.problem;
      return converted.route;
    });
  });
  return { routes, ...(problem ? { problem } : {}) };
}

/** Exact paths before prefixes, longer before shorter, then methods, headers, parameters. */
export function bySpecificity(routes: readonly HttpRoute[]): readonly HttpRoute[] {
  return [...routes].sort((a, b) => {
    const [left, right] = [rankOf(a.match?.[0]), rankOf(b.match?.[0])];
    const index = left.findIndex((value, at) => value !== right[at]);
    return index < 0 ? 0 : (right[index] ?? 0) - (left[index] ?? 0);
  });
}

function rankOf(match: HttpMatchRequest | undefined): readonly number[] {
  if (!match) return [-1, 0, 0, 0, 0];
  const { uri, method, headers = {}, queryParams = {} } = match;
  const kind =
    uri?.exact !== undefined ? 3 : uri?.prefix !== undefined ? 2 : uri?.regex !== undefined ? 1 : -1;
  const length = (uri?.exact ?? uri?.prefix ?? uri?.regex ?? "").length;
  return [kind, length, method ? 1 : 0, Object.keys(headers).length, Object.keys(queryParams).length];
}

function routeOf(
  rule: RouteRule,
  match: HttpRouteMatch,
  { backends, grpc }: { readonly backends: Backends; readonly grpc: boolean },
): { readonly route: HttpRoute; readonly problem?: Problem } {
  const { destinations, problem } = backends(rule);
  let filters: HttpRoute = {};
  for (const filter of rule.filters ?? [])
    filters = { ...filters, ...applied(filter, filters, { match, backends }) };
  const unknown = (rule.filters ?? []).find(({ type }) => !FILTERS.has(type));
  const failing = destinations.length === 0 || unknown !== undefined;
  const timeout = rule.timeouts?.request ?? rule.timeouts?.backendRequest;
  const route: HttpRoute = {
    match: [grpc ? grpcMatch(match) : httpMatch(match)],
    ...filters,
    ...(filters.redirect
      ? {}
      : failing
        ? { directResponse: { status: 500 } }
        : {
            route:
              destinations.length === 1
                ? destinations.map(({ destination }) => ({ destination }))
                : destinations,
          }),
    ...(timeout ? { timeout } : {}),
  };
  const why = unknown
    ? { reason: "InvalidFilter", message: `unsupported filter type "${unknown.type}"` }
    : problem;
  return { route, ...(why ? { problem: why } : {}) };
}

const FILTERS = new Set([
  "RequestHeaderModifier",
  "ResponseHeaderModifier",
  "RequestRedirect",
  "RequestMirror",
  "URLRewrite",
]);

const record = (values: readonly { readonly name: string; readonly value: string }[] = []) =>
  Object.fromEntries(values.map(({ name, value }) => [name, value]));

function operations({
  set,
  add,
  remove,
}: NonNullable<RouteFilter["requestHeaderModifier"]>): HeaderOperations {
  return { set: record(set), add: record(add), ...(remove ? { remove } : {}) };
}

function applied(
  filter: RouteFilter,
  route: HttpRoute,
  { match, backends }: { readonly match: HttpRouteMatch; readonly backends: Backends },
): HttpRoute {
  const { requestHeaderModifier, responseHeaderModifier, requestMirror, requestRedirect, urlRewrite } =
    filter;
  if (requestHeaderModifier)
    return { headers: { ...route.headers, request: operations(requestHeaderModifier) } };
  if (responseHeaderModifier)
    return { headers: { ...route.headers, response: operations(responseHeaderModifier) } };
  if (requestMirror) {
    const [mirror] = backends({ backendRefs: [requestMirror.backendRef] }).destinations;
    return mirror ? { mirrors: [...(route.mirrors ?? []), { destination: mirror.destination }] } : {};
  }
  if (urlRewrite) {
    const uri = pathOf(urlRewrite.path, match);
    return { rewrite: { ...uri, ...(urlRewrite.hostname ? { authority: urlRewrite.hostname } : {}) } };
  }
  if (!requestRedirect) return {};
  const { hostname, port, scheme, statusCode, path } = requestRedirect;
  return {
    redirect: {
      ...(hostname ? { authority: hostname } : {}),
      ...(scheme ? { scheme } : {}),
      // Without a port the one of the request stays, unless a scheme was asked for.
      ...(port
        ? { port }
        : scheme
          ? { derivePort: "FROM_PROTOCOL_DEFAULT" }
          : { derivePort: "FROM_REQUEST_PORT" }),
      ...(path?.replaceFullPath !== undefined ? { uri: path.replaceFullPath } : {}),
      ...(path?.replacePrefixMatch !== undefined ? { uri: `%PREFIX()%${path.replacePrefixMatch}` } : {}),
      redirectCode: statusCode ?? 302,
    },
  };
}

function pathOf(path: PathModifier | undefined, match: HttpRouteMatch): NonNullable<HttpRoute["rewrite"]> {
  if (path?.replaceFullPath !== undefined)
    return { uriRegexRewrite: { match: "/.*", rewrite: path.replaceFullPath } };
  if (path?.replacePrefixMatch === undefined) return {};
  const prefix = match.path?.value ?? "/";
  const to = path.replacePrefixMatch.replace(/\/$/, "");
  // "/" as the replacement takes the prefix away and leaves no double slash.
  return to === ""
    ? { uriRegexRewrite: { match: `^${escaped(prefix.replace(/\/$/, ""))}(/?)(.*)`, rewrite: "/\\2" } }
    : { uri: to };
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

const matchers = (values: readonly ValueMatch[] | undefined): Record<string, StringMatch> =>
  Object.fromEntries(
    (values ?? []).map(({ type, name, value }) => [
      name,
      type === "RegularExpression" ? { regex: value } : { exact: value },
    ]),
  );

function httpMatch({ path, headers, queryParams, method }: HttpRouteMatch): HttpMatchRequest {
  const { type = "PathPrefix", value = "/" } = path ?? {};
  const uri: StringMatch =
    type === "Exact"
      ? { exact: value }
      : type === "RegularExpression"
        ? { regex: value }
        : { prefix: value === "/" ? value : value.replace(/\/$/, "") };
  return {
    uri,
    ...(headers ? { headers: matchers(headers) } : {}),
    ...(queryParams ? { queryParams: matchers(queryParams) } : {}),
    ...(typeof method === "string" ? { method: { exact: method } } : {}),
  };
}

function grpcMatch({ headers, method }: HttpRouteMatch): HttpMatchRequest {
  const uri = typeof method === "object" ? grpcPath(method) : { prefix: "/" };
  return { uri, ...(headers ? { headers: matchers(headers) } : {}) };
}

function grpcPath({ type = "Exact", service, method }: GrpcMethod): StringMatch {
  if (type === "RegularExpression") return { regex: `/${service ?? "[^/]+"}/${method ?? ".+"}` };
  if (service && method) return { exact: `/${service}/${method}` };
  if (service) return { prefix: `/${service}/` };
  return { regex: `/[^/]+/${method ?? ".+"}` };
}
