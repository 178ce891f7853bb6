import type { FileAccessLog } from "../xds/index.ts";
import type { HeaderMap } from "./http/headers.ts";
import type { StreamInfo } from "./stream-info.ts";

/** What a line is made of. Response fields are absent when there was no response. */
export interface LogContext {
  readonly info: StreamInfo;
  readonly request?: HeaderMap | undefined;
  readonly response?: HeaderMap | undefined;
}

type Part = (context: LogContext) => string;

/** Envoy's own default, used by a file access log without a format (envoy docs, access_log default format string). */
export const ENVOY_DEFAULT_FORMAT =
  '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% ' +
  '%BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" ' +
  '"%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%"\n';

const compiled = new Map<string, readonly Part[]>();

/** The line of one log: text, or a JSON object with its keys sorted as Envoy writes it. */
export function logLine({ logFormat }: FileAccessLog, context: LogContext): string {
  const fields = logFormat?.jsonFormat;
  if (!fields) return formatLine(logFormat?.textFormatSource?.inlineString ?? ENVOY_DEFAULT_FORMAT, context);
  const keys = Object.keys(fields).sort();
  return `${JSON.stringify(Object.fromEntries(keys.map((key) => [key, jsonValue(fields[key] ?? "", context)])))}\n`;
}

/** A single operator keeps its type: numbers are numbers, what is not there is null. */
function jsonValue(format: string, context: LogContext): string | number | null {
  const text = formatLine(format, context);
  const only = /^%([A-Z_0-9]+)(?:\([^)]*\))?(?::\d+)?%$/.exec(format)?.[1];
  if (only === undefined) return text;
  if (text === "-") return null;
  return NUMERIC.has(only) ? Number(text) : text;
}

const NUMERIC = new Set(["RESPONSE_CODE", "BYTES_RECEIVED", "BYTES_SENT", "DURATION"]);

export function formatLine(format: string, context: LogContext): string {
  let parts = compiled.get(format);
  if (!parts) {
    parts = compile(format);
    compiled.set(format, parts);
  }
  return parts.map((part) => part(context)).join("");
}

function compile(format: string): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const match of format.matchAll(/%([A-Z_0-9]+)(?:\(([^)]*)\))?(?::(\d+))?%/g)) {
    const literal = format.slice(at, match.index);
    if (literal) parts.push(() => literal);
    parts.push(operator({ name: match[1] ?? "", argument: match[2] ?? "", limit: match[3] }));
    at = match.index + match[0].length;
  }
  const rest = format.slice(at);
  if (rest) parts.push(() => rest);
  return parts;
}

interface Operator {
  readonly name: string;
  readonly argument: string;
  readonly limit: string | undefined;
}

function operator({ name, argument, limit }: Operator): Part {
  const cut = (text: string) => (limit === undefined ? text : text.slice(0, Number(limit)));
  if (name === "REQ") return (context) => cut(field(argument, (one) => requestField(context, one)));
  if (name === "RESP")
    return (context) => cut(field(argument, (one) => context.response?.get(one.toLowerCase())));
  const value = VALUES[name];
  // An operator of a later Envoy, or one for what the practice proxy does not have: no value.
  return value ? ({ info }) => orDash(value(info)) : () => "-";
}

/** `X?Y`: the first that is there. */
function field(argument: string, read: (name: string) => string | undefined): string {
  const [main = "", alternative] = argument.split("?");
  return orDash(read(main) ?? (alternative === undefined ? undefined : read(alternative)));
}

function requestField({ info, request }: LogContext, name: string): string | undefined {
  if (name === ":METHOD") return info.method;
  if (name === ":PATH") return info.path;
  if (name === ":AUTHORITY") return info.authority;
  return request?.get(name.toLowerCase());
}

const orDash = (value: string | undefined) => (value === undefined || value === "" ? "-" : value);

const VALUES: Readonly<Record<string, (info: StreamInfo) => string | undefined>> = {
  START_TIME: (info) => new Date(info.started).toISOString(),
  PROTOCOL: (info) => info.protocol,
  RESPONSE_CODE: (info) => String(info.responseCode),
  RESPONSE_FLAGS: (info) => info.flagText,
  RESPONSE_CODE_DETAILS: (info) => info.details.replaceAll(" ", "_"),
  CONNECTION_TERMINATION_DETAILS: (info) => info.connectionTermination.replaceAll(" ", "_"),
  UPSTREAM_TRANSPORT_FAILURE_REASON: (info) => info.transportFailure.replaceAll(" ", "_"),
  BYTES_RECEIVED: (info) => String(info.bytesReceived),
  BYTES_SENT: (info) => String(info.bytesSent),
  DURATION: (info) => String(Math.round(info.duration)),
  UPSTREAM_HOST: (info) => info.upstreamEndpoint?.key,
  UPSTREAM_CLUSTER: (info) => info.upstreamCluster,
  UPSTREAM_CLUSTER_RAW: (info) => info.upstreamCluster,
  UPSTREAM_LOCAL_ADDRESS: (info) => info.upstreamLocal,
  DOWNSTREAM_LOCAL_ADDRESS: ({ downstream }) =>
    `${downstream.destination.address}:${downstream.destination.port}`,
  DOWNSTREAM_REMOTE_ADDRESS: ({ downstream }) => `${downstream.remoteAddress}:${downstream.remotePort}`,
  DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT: ({ downstream }) => downstream.remoteAddress,
  REQUESTED_SERVER_NAME: ({ downstream }) => downstream.serverName,
  ROUTE_NAME: (info) => info.routeName,
  DOWNSTREAM_PEER_URI_SAN: ({ downstream }) => downstream.tls?.peer?.uri,
  UPSTREAM_PEER_URI_SAN: (info) => info.upstreamPeer?.uri,
};
