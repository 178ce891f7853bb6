import type { HeaderMatcher, MetadataMatcher, Route, RouteMatch, StringMatcher } from "../../../xds/index.ts";
import { ROUTE_SEMANTICS } from "../gateway-api/names.ts";
import type { HttpMatchRequest, HttpRoute, StringMatch } from "../model/networking.ts";
import { labelsMatch } from "../push/host-names.ts";
import { isClaimHeader, MESH_GATEWAY, type ResolvedVirtualService } from "../push/virtual-services.ts";
import { configPath } from "./names.ts";
import { type DestinationLookup, directResponse, redirect, routeAction } from "./route-action.ts";
import { headerOptions, perRouteFilters } from "./route-extras.ts";

/** Who gets the routes, and where. */
export interface RouteContext extends DestinationLookup {
  /** `mesh`, or `namespace/name` of a gateway. */
  readonly gateway: string;
  /** Whether requests come by TLS that ends here. */
  readonly tls?: boolean;
  readonly proxyNamespace: string;
  readonly proxyLabels: Readonly<Record<string, string>>;
}

/**
 * The routes of a VirtualService, in its order. One route for each match; a match that nothing can get past ends the
 * list. Follows pilot route.go BuildHTTPRoutesForVirtualService.
 */
export function routesOf(service: ResolvedVirtualService, context: RouteContext): readonly Route[] {
  const routes: Route[] = [];
  for (const http of service.http) {
    const matches = http.match?.length ? http.match : [undefined];
    for (const match of matches) {
      if (match && !applies(match, context)) continue;
      const route = routeFor(http, match, { service, context });
      routes.push(route);
      if (isCatchAll(route.match)) return routes;
    }
  }
  return routes;
}

/** Conditions on where a request comes from are decided here, not by the proxy. */
function applies(match: HttpMatchRequest, context: RouteContext): boolean {
  if (match.gateways?.length) {
    const names = match.gateways.map((gateway) =>
      gateway === MESH_GATEWAY || gateway.includes("/") ? gateway : `${context.namespace}/${gateway}`,
    );
    if (!names.includes(context.gateway)) return false;
  }
  if (match.port !== undefined && match.port !== context.listenPort) return false;
  if (context.gateway !== MESH_GATEWAY) return true;
  if (match.sourceNamespace && match.sourceNamespace !== context.proxyNamespace) return false;
  return labelsMatch(match.sourceLabels, context.proxyLabels);
}

function isCatchAll(match: RouteMatch): boolean {
  const everyPath =
    match.prefix === "/" || match.safeRegex?.regex === ".*" || match.safeRegex?.regex === "/.*";
  const conditions = [match.headers, match.queryParameters, match.dynamicMetadata];
  return everyPath && conditions.every((list) => !list?.length);
}

function routeFor(
  http: HttpRoute,
  match: HttpMatchRequest | undefined,
  { service, context }: { readonly service: ResolvedVirtualService; readonly context: RouteContext },
): Route {
  const gatewaySemantics = service.source.metadata.annotations?.[ROUTE_SEMANTICS] === "gateway";
  const routeMatch = translateMatch(match, gatewaySemantics);
  const name = http.name ? (match?.name ? `${http.name}.${match.name}` : http.name) : "default";
  const action = http.redirect
    ? { redirect: redirect(http.redirect, { port: context.listenPort, tls: context.tls ?? false }) }
    : http.directResponse
      ? { directResponse: directResponse(http.directResponse) }
      : routeAction(http, { ...context, gatewaySemantics }, routeMatch);
  const filters = perRouteFilters(http);
  return {
    name,
    match: routeMatch,
    // A single destination's headers come with the action and include the route's own.
    ...headerOptions(http.headers),
    ...action,
    metadata: {
      filterMetadata: {
        istio: { config: configPath("virtual-service", service.namespace, service.name) },
      },
    },
    decorator: { operation: operation(http, { service, context, match: routeMatch }) },
    ...(filters ? { typedPerFilterConfig: filters } : {}),
  };
}

/** The span's name: the one destination with its port, or the VirtualService when there are several. */
function operation(
  http: HttpRoute,
  of: {
    readonly service: ResolvedVirtualService;
    readonly context: RouteContext;
    readonly match: RouteMatch;
  },
): string {
  const { path, safeRegex } = of.match;
  const prefix = of.match.prefix ?? of.match.pathSeparatedPrefix;
  const what = path ?? safeRegex?.regex ?? `${prefix ?? "/"}*`;
  const destinations = http.route ?? [];
  const [only] = destinations;
  if (destinations.length === 1 && only) {
    const { host, port } = of.context.resolve(only.destination);
    return `${host}:${port}${what}`;
  }
  return `${of.service.name}:${of.context.listenPort}${what}`;
}

export function stringMatcher(match: StringMatch): StringMatcher {
  if (match.exact !== undefined) return { exact: match.exact };
  if (match.prefix !== undefined) return { prefix: match.prefix };
  return { safeRegex: { regex: match.regex ?? "" } };
}

function headerMatcher(name: string, match: StringMatch): HeaderMatcher {
  const any = match.exact === undefined && match.prefix === undefined && match.regex === undefined;
  // A regex of everything means the header's presence (route.go translateHeaderMatch).
  if (any || match.regex === "*" || match.regex === ".*") return { name, presentMatch: true };
  return { name, stringMatch: stringMatcher(match) };
}

type Matches = readonly (readonly [name: string, match: StringMatch])[];

/** `@request.auth.claims…` is no header: it asks for a claim of the token. */
function withoutClaims(
  headers: Readonly<Record<string, StringMatch>> = {},
): readonly [headers: Matches, claims: Matches] {
  const all = Object.entries(headers);
  return [all.filter(([name]) => !isClaimHeader(name)), all.filter(([name]) => isClaimHeader(name))];
}

/** `.a.b` or `[a][b]` behind the prefix. */
function claimMatcher(name: string, match: StringMatch): MetadataMatcher {
  const rest = name.slice("@request.auth.claims".length);
  const keys = rest.startsWith("[")
    ? [...rest.matchAll(/\[([^\]]+)\]/g)].map(([, key]) => key ?? "")
    : rest.slice(1).split(".");
  const any = match.exact === undefined && match.prefix === undefined && match.regex === undefined;
  return {
    filter: "envoy.filters.http.jwt_authn",
    path: ["payload", ...keys].map((key) => ({ key })),
    value: any ? { presentMatch: true } : { stringMatch: stringMatcher(match) },
  };
}

function translateMatch(match: HttpMatchRequest | undefined, gatewaySemantics: boolean): RouteMatch {
  if (!match) return { prefix: "/" };
  const { uri, queryParams = {} } = match;
  const [headers, claims] = withoutClaims(match.headers);
  const [withoutHeaders, otherClaims] = withoutClaims(match.withoutHeaders);
  const metadata = [
    ...claims.map(([name, value]) => claimMatcher(name, value)),
    ...otherClaims.map(([name, value]) => ({ ...claimMatcher(name, value), invert: true })),
  ];
  const matchers = [
    ...headers.map(([name, value]) => headerMatcher(name, value)),
    ...withoutHeaders.map(
      ([name, value]): HeaderMatcher => ({
        ...headerMatcher(name, value),
        invertMatch: true,
        ...(headerMatcher(name, value).presentMatch ? {} : { treatMissingHeaderAsEmpty: true }),
      }),
    ),
    ...(match.method ? [headerMatcher(":method", match.method)] : []),
    ...(match.authority ? [headerMatcher(":authority", match.authority)] : []),
    ...(match.scheme ? [headerMatcher(":scheme", match.scheme)] : []),
  ].sort((a, b) => a.name.localeCompare(b.name));
  const parameters = Object.entries(queryParams)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, value]) =>
      value.exact === undefined && value.prefix === undefined && value.regex === undefined
        ? { name, presentMatch: true }
        : { name, stringMatch: stringMatcher(value) },
    );
  return {
    ...path(uri, gatewaySemantics),
    ...(match.ignoreUriCase ? { caseSensitive: false } : {}),
    ...(matchers.length > 0 ? { headers: matchers } : {}),
    ...(parameters.length > 0 ? { queryParameters: parameters } : {}),
    ...(metadata.length > 0 ? { dynamicMetadata: metadata } : {}),
  };
}

function path(
  uri: StringMatch | undefined,
  gatewaySemantics: boolean,
): Pick<RouteMatch, "prefix" | "path" | "safeRegex" | "pathSeparatedPrefix"> {
  if (uri?.exact !== undefined) return { path: uri.exact };
  // The Gateway API's `/foo` is `/foo` and what is below `/foo/`, not `/foobar`.
  if (gatewaySemantics && uri?.prefix !== undefined && uri.prefix !== "/")
    return { pathSeparatedPrefix: uri.prefix };
  if (uri?.prefix !== undefined) return { prefix: uri.prefix };
  if (uri?.regex !== undefined) return { safeRegex: { regex: uri.regex } };
  return { prefix: "/" };
}
