import {
  bool,
  duration,
  int,
  list,
  map,
  num,
  object,
  oneOf,
  portSelector,
  type Schema,
  say,
  str,
  stringMap,
  stringMatch,
  strings,
} from "./schema.ts";

const percent = object({ value: num });

const destination = say(
  object({ host: str, subset: str, port: portSelector }, ["host"]),
  "A service of the mesh, and optionally one subset of it that a DestinationRule defines.",
);

const headerOperations = object({ set: stringMap, add: stringMap, remove: strings });
const headers = object({ request: headerOperations, response: headerOperations });

const httpMatch = object({
  name: str,
  uri: stringMatch,
  scheme: stringMatch,
  method: stringMatch,
  authority: stringMatch,
  headers: map(stringMatch),
  port: int,
  sourceLabels: stringMap,
  gateways: strings,
  queryParams: map(stringMatch),
  ignoreUriCase: bool,
  withoutHeaders: map(stringMatch),
  sourceNamespace: str,
  statPrefix: str,
});

const httpRouteDestination = object({ destination, weight: int, headers }, ["destination"]);

const redirect = object({
  uri: str,
  authority: str,
  port: int,
  derivePort: oneOf("FROM_PROTOCOL_DEFAULT", "FROM_REQUEST_PORT"),
  scheme: str,
  redirectCode: int,
});

const body = object({ string: str, bytes: { type: "string", format: "binary" } });

const rewrite = object({
  uri: str,
  authority: str,
  uriRegexRewrite: object({ match: str, rewrite: str }),
});

const retries = (later: boolean) =>
  object({
    attempts: int,
    perTryTimeout: duration,
    retryOn: str,
    retryRemoteLocalities: { type: "boolean", nullable: true },
    ...(later
      ? {
          retryIgnorePreviousHosts: { type: "boolean", nullable: true } as const,
          backoff: say(duration, "Least time before a retry; more than 1 ms."),
        }
      : {}),
  });

const fault = object({
  delay: object({ percent: int, fixedDelay: duration, exponentialDelay: duration, percentage: percent }),
  abort: object({ httpStatus: int, grpcStatus: str, http2Error: str, percentage: percent }),
});

const corsPolicy = (later: boolean) =>
  object({
    allowOrigin: strings,
    allowOrigins: list(stringMatch),
    allowMethods: strings,
    allowHeaders: strings,
    exposeHeaders: strings,
    maxAge: duration,
    allowCredentials: { type: "boolean", nullable: true },
    ...(later ? { unmatchedPreflights: oneOf("UNSPECIFIED", "FORWARD", "IGNORE") } : {}),
  });

const httpRoute = (later: boolean) =>
  object({
    name: say(str, "Appears in access logs and in proxy-config."),
    match: list(httpMatch, "Any of these may match; inside one, all conditions must. Absent: every request."),
    route: list(httpRouteDestination, "Where matching requests go, divided by weight."),
    redirect,
    directResponse: object({ status: int, body }, ["status"]),
    delegate: object({ name: str, namespace: str }),
    rewrite,
    timeout: say(duration, "How long a request may take in all. Absent: without limit."),
    retries: retries(later),
    fault: say(fault, "Delays or errors made on purpose, at the client's side."),
    mirror: destination,
    mirrors: list(object({ destination, percentage: percent }, ["destination"])),
    mirrorPercent: { type: "integer", nullable: true },
    mirror_percent: { type: "integer", nullable: true },
    mirrorPercentage: percent,
    corsPolicy: corsPolicy(later),
    headers,
  });

const l4Match = {
  destinationSubnets: strings,
  port: int,
  sourceLabels: stringMap,
  gateways: strings,
  sourceNamespace: str,
};

const routeDestination = object({ destination, weight: int }, ["destination"]);

/** `later`: fields that came after 1.22. */
export const virtualServiceSpec = (later: boolean): Schema =>
  say(
    object({
      hosts: say(strings, "Names that clients use; the rules apply to requests for them."),
      gateways: say(strings, "Gateways and sidecars (mesh) that apply the rules. Absent: mesh only."),
      http: list(httpRoute(later), "Rules for HTTP traffic; the first that matches is used."),
      tls: list(
        object(
          {
            match: list(object({ sniHosts: strings, ...l4Match }, ["sniHosts"])),
            route: list(routeDestination),
          },
          ["match"],
        ),
      ),
      tcp: list(
        object({ match: list(object({ ...l4Match, sourceSubnet: str })), route: list(routeDestination) }),
      ),
      exportTo: strings,
    }),
    "How requests for some hosts are routed.",
  );
