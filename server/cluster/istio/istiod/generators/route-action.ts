import type {
  DirectResponseAction,
  HashPolicy,
  RedirectAction,
  RequestMirrorPolicy,
  Route,
  RouteAction,
  RouteMatch,
  WeightedCluster,
} from "../../../xds/index.ts";
import type { VersionGates } from "../../versions.ts";
import type { Destination, HttpRoute, HttpRouteDestination } from "../model/networking.ts";
import { duration } from "./durations.ts";
import { outboundCluster } from "./names.ts";
import { defaultRetryPolicy, retryPolicy } from "./retries.ts";
import { headerOptions, hostOverride, percentage } from "./route-extras.ts";

/** How the names in a route become clusters. */
export interface DestinationLookup {
  readonly gates: VersionGates;
  /** Namespace of the VirtualService: short host names are of it. */
  readonly namespace: string;
  readonly listenPort: number;
  /** Routes of the Gateway API answer 500 for a backend that is not there. */
  readonly gatewaySemantics?: boolean;
  resolve(destination: Destination): { readonly host: string; readonly port: number };
  /** Hash policy that a DestinationRule asks for. */
  hashPolicy(destination: Destination): readonly HashPolicy[];
}

const NO_LIMIT = { maxStreamDuration: "0s", grpcTimeoutHeaderMax: "0s" } as const;

/** The one route of a service that no VirtualService rules. */
export function defaultRoute(cluster: string, operation: string, lookup: DestinationLookup): Route {
  const [, port, , host = ""] = cluster.split("|");
  const hashPolicy = lookup.hashPolicy({ host, port: { number: Number(port) } });
  return {
    name: "default",
    match: { prefix: "/" },
    route: {
      cluster,
      timeout: "0s",
      retryPolicy: defaultRetryPolicy(lookup.gates, hashPolicy.length > 0),
      ...(hashPolicy.length > 0 ? { hashPolicy } : {}),
      maxStreamDuration: NO_LIMIT,
    },
    decorator: { operation },
  };
}

/** What the inbound side does with every request: hand it to the application, once, for as long as it takes. */
export function inboundRoute(cluster: string, operation: string): Route {
  return {
    name: "default",
    match: { prefix: "/" },
    route: { cluster, timeout: "0s", maxStreamDuration: NO_LIMIT },
    decorator: { operation },
  };
}

export function routeAction(
  http: HttpRoute,
  lookup: DestinationLookup,
  match: RouteMatch,
): Pick<Route, "route"> & Partial<Route> {
  const timeout = duration(http.timeout) ?? "0s";
  const mirrors = mirrorPolicies(http, lookup);
  const [first] = http.route ?? [];
  const hashPolicy = first ? lookup.hashPolicy(first.destination) : [];
  const policy = retryPolicy(http.retries, lookup.gates, hashPolicy.length > 0);
  const action: RouteAction = {
    ...clusters(http, lookup),
    ...(lookup.gatewaySemantics ? { clusterNotFoundResponseCode: "INTERNAL_SERVER_ERROR" as const } : {}),
    timeout,
    ...(policy ? { retryPolicy: policy } : {}),
    ...rewrites(http, match),
    ...(mirrors.length > 0 ? { requestMirrorPolicies: mirrors } : {}),
    ...(hashPolicy.length > 0 ? { hashPolicy } : {}),
    maxStreamDuration: { maxStreamDuration: timeout, grpcTimeoutHeaderMax: timeout },
  };
  const only = singleDestination(http);
  return { route: action, ...(only ? headerOptions(merged(http, only)) : {}) };
}

/** With one destination its headers join the route's, so that Envoy needs no weights. */
function merged(http: HttpRoute, only: HttpRouteDestination): HttpRoute["headers"] {
  const join = (side: "request" | "response") => ({
    set: { ...http.headers?.[side]?.set, ...only.headers?.[side]?.set },
    add: { ...http.headers?.[side]?.add, ...only.headers?.[side]?.add },
    remove: [...(http.headers?.[side]?.remove ?? []), ...(only.headers?.[side]?.remove ?? [])],
  });
  return { request: join("request"), response: join("response") };
}

function singleDestination(http: HttpRoute): HttpRouteDestination | undefined {
  const [only, ...others] = http.route ?? [];
  return others.length === 0 ? only : undefined;
}

function clusterName(destination: Destination, lookup: DestinationLookup): string {
  const { host, port } = lookup.resolve(destination);
  return outboundCluster(port, destination.subset ?? "", host);
}

function clusters(
  http: HttpRoute,
  lookup: DestinationLookup,
): Pick<RouteAction, "cluster" | "weightedClusters"> {
  const only = singleDestination(http);
  if (only) return { cluster: clusterName(only.destination, lookup) };
  const weighted = (http.route ?? [])
    .filter(({ weight = 0 }) => weight > 0)
    .map((destination): WeightedCluster => {
      const hostRewriteLiteral = hostOverride(destination.headers);
      return {
        name: clusterName(destination.destination, lookup),
        weight: destination.weight ?? 0,
        ...headerOptions(destination.headers),
        ...(hostRewriteLiteral ? { hostRewriteLiteral } : {}),
      };
    });
  const totalWeight = weighted.reduce((sum, { weight }) => sum + weight, 0);
  return { weightedClusters: { clusters: weighted, totalWeight } };
}

function rewrites(http: HttpRoute, match: RouteMatch): Partial<RouteAction> {
  const { rewrite } = http;
  const host =
    rewrite?.authority || hostOverride(http.headers) || hostOverride(singleDestination(http)?.headers);
  const regex = rewrite?.uriRegexRewrite;
  return {
    ...(host ? { hostRewriteLiteral: host } : {}),
    ...(regex?.match
      ? { regexRewrite: { pattern: { regex: regex.match }, substitution: regex.rewrite ?? "" } }
      : {}),
    ...(rewrite?.uri ? uriRewrite(rewrite.uri, match) : {}),
  };
}

/** A rewrite below a prefix replaces the prefix; of a regular expression, the whole path. */
function uriRewrite(uri: string, match: RouteMatch): Partial<RouteAction> {
  if (match.safeRegex) return { regexRewrite: { pattern: match.safeRegex, substitution: uri } };
  return { prefixRewrite: uri };
}

function mirrorPolicies(http: HttpRoute, lookup: DestinationLookup): readonly RequestMirrorPolicy[] {
  const single = http.mirror
    ? [
        {
          destination: http.mirror,
          fraction: http.mirrorPercentage
            ? percentage(http.mirrorPercentage)
            : percentage(undefined, http.mirrorPercent ?? 100),
        },
      ]
    : [];
  const several = (http.mirrors ?? []).map(({ destination, percentage: part }) => ({
    destination,
    fraction: part ? percentage(part) : percentage(undefined, 100),
  }));
  return [...single, ...several]
    .filter(({ fraction }) => fraction.numerator > 0)
    .map(({ destination, fraction }) => ({
      cluster: clusterName(destination, lookup),
      runtimeFraction: { defaultValue: fraction },
    }));
}

const REDIRECT_CODES = {
  302: "FOUND",
  303: "SEE_OTHER",
  307: "TEMPORARY_REDIRECT",
  308: "PERMANENT_REDIRECT",
} as const;

const isRedirectCode = (code: number): code is keyof typeof REDIRECT_CODES => code in REDIRECT_CODES;

/** In front of a redirect's path: only the prefix is replaced. */
const PREFIX = "%PREFIX()%";

/** A port that the scheme implies is left out of the location. */
const isImplied = (port: number, scheme: string): boolean =>
  (port === 80 && scheme === "http") || (port === 443 && scheme === "https");

/** `asked` is how the request came: Envoy cannot derive a port, but the port is known here. */
export function redirect(
  of: NonNullable<HttpRoute["redirect"]>,
  asked: { readonly port: number; readonly tls: boolean },
): RedirectAction {
  const code = of.redirectCode ?? 301;
  const port = of.port ?? (of.derivePort === "FROM_REQUEST_PORT" ? asked.port : undefined);
  const scheme = of.scheme || (asked.tls ? "https" : "http");
  return {
    ...(of.uri?.startsWith(PREFIX)
      ? { prefixRewrite: of.uri.slice(PREFIX.length) }
      : of.uri
        ? { pathRedirect: of.uri }
        : {}),
    ...(of.authority ? { hostRedirect: of.authority } : {}),
    ...(port && !isImplied(port, scheme) ? { portRedirect: port } : {}),
    ...(of.scheme ? { schemeRedirect: of.scheme } : {}),
    ...(isRedirectCode(code) ? { responseCode: REDIRECT_CODES[code] } : {}),
  };
}

export function directResponse({
  status,
  body,
}: NonNullable<HttpRoute["directResponse"]>): DirectResponseAction {
  if (body?.string !== undefined) return { status, body: { inlineString: body.string } };
  if (body?.bytes !== undefined) return { status, body: { inlineBytes: body.bytes } };
  return { status };
}
