import { type CelInput, celEnv, parse, plan } from "@bufbuild/cel";
import type { AccessLogFilter } from "../xds/index.ts";
import type { LogContext } from "./access-log.ts";
import type { HeaderMap } from "./http/headers.ts";
import { MAX_EXPRESSIONS } from "./limits.ts";

/** Whether a request is logged. An expression that cannot be evaluated for it says no, as Envoy's does. */
export function isLogged(filter: AccessLogFilter | undefined, context: LogContext): boolean {
  if (!filter) return true;
  const { responseFlagFilter, extensionFilter, andFilter } = filter;
  if (responseFlagFilter && !responseFlagFilter.flags.some((flag) => context.info.flags.includes(flag)))
    return false;
  if (extensionFilter && !evaluate(extensionFilter.typedConfig.expression, context)) return false;
  return andFilter?.filters.every((one) => isLogged(one, context)) ?? true;
}

type Expression = (attributes: Readonly<Record<string, CelInput>>) => unknown;

const environment = celEnv();
const compiled = new Map<string, Expression | undefined>();

/** Throws nothing: a text that is no expression is refused by istiod, and here matches nothing. */
function compile(expression: string): Expression | undefined {
  try {
    return plan(environment, parse(expression));
  } catch {
    return undefined;
  }
}

function evaluate(expression: string, context: LogContext): boolean {
  if (!compiled.has(expression)) {
    if (compiled.size >= MAX_EXPRESSIONS) compiled.clear();
    compiled.set(expression, compile(expression));
  }
  return compiled.get(expression)?.(attributesOf(context)) === true;
}

/** Envoy's attributes (docs: intro/arch_overview/advanced/attributes), those that a request through a proxy has. */
export function attributesOf({ info, request, response }: LogContext): Readonly<Record<string, CelInput>> {
  const { downstream, upstreamEndpoint } = info;
  const [path = "", query = ""] = info.path.split("?");
  const headers = headersOf(request);
  return {
    request: {
      path: info.path,
      url_path: path,
      query,
      host: info.authority,
      scheme: downstream.tls ? "https" : "http",
      method: info.method,
      headers,
      ...pick(headers, { referer: "referer", useragent: "user-agent", id: "x-request-id" }),
      protocol: info.protocol,
      size: BigInt(info.bytesReceived),
    },
    response: {
      code: BigInt(info.responseCode),
      code_details: info.details,
      headers: headersOf(response),
      size: BigInt(info.bytesSent),
      grpc_status: BigInt(Number(info.grpcStatus) || 0),
    },
    source: {
      address: `${downstream.remoteAddress}:${downstream.remotePort}`,
      port: BigInt(downstream.remotePort),
    },
    destination: {
      address: `${downstream.destination.address}:${downstream.destination.port}`,
      port: BigInt(downstream.destination.port),
    },
    connection: {
      mtls: downstream.tls?.peer !== undefined,
      requested_server_name: downstream.serverName,
      ...(downstream.tls?.peer ? { uri_san_peer_certificate: downstream.tls.peer.uri } : {}),
    },
    upstream: upstreamEndpoint ? { address: upstreamEndpoint.key } : {},
    xds: { cluster_name: info.upstreamCluster ?? "", route_name: info.routeName },
  };
}

function headersOf(headers: HeaderMap | undefined): Record<string, string> {
  return Object.fromEntries(headers?.entries() ?? []);
}

function pick(
  headers: Readonly<Record<string, string>>,
  names: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(names).flatMap(([as, name]) => (headers[name] === undefined ? [] : [[as, headers[name]]])),
  );
}
