import {
  ACCESS_LOG_FILTER_TYPE,
  ACCESS_LOG_TYPE,
  type AccessLog,
  type AccessLogFilter,
} from "../../../xds/index.ts";
import type { LogFormat } from "../push/mesh-config.ts";
import type { MeshProxy } from "../push/proxy.ts";
import type { PushContext } from "../push/push-context.ts";
import { accessLogging, type LoggingPlan, type Side, telemetriesOf } from "../push/telemetry.ts";

/** Istio's default line (pilot/pkg/model/telemetry_logging.go EnvoyTextLogFormat). */
const TEXT_FORMAT = [
  '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%"',
  "%RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS%",
  '"%UPSTREAM_TRANSPORT_FAILURE_REASON%" %BYTES_RECEIVED% %BYTES_SENT% %DURATION%',
  '%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%"',
  '"%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%" %UPSTREAM_CLUSTER% %UPSTREAM_LOCAL_ADDRESS%',
  "%DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% %ROUTE_NAME%\n",
].join(" ");

const JSON_FORMAT = {
  start_time: "%START_TIME%",
  method: "%REQ(:METHOD)%",
  path: "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%",
  protocol: "%PROTOCOL%",
  response_code: "%RESPONSE_CODE%",
  response_flags: "%RESPONSE_FLAGS%",
  response_code_details: "%RESPONSE_CODE_DETAILS%",
  connection_termination_details: "%CONNECTION_TERMINATION_DETAILS%",
  upstream_transport_failure_reason: "%UPSTREAM_TRANSPORT_FAILURE_REASON%",
  bytes_received: "%BYTES_RECEIVED%",
  bytes_sent: "%BYTES_SENT%",
  duration: "%DURATION%",
  upstream_service_time: "%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%",
  x_forwarded_for: "%REQ(X-FORWARDED-FOR)%",
  user_agent: "%REQ(USER-AGENT)%",
  request_id: "%REQ(X-REQUEST-ID)%",
  authority: "%REQ(:AUTHORITY)%",
  upstream_host: "%UPSTREAM_HOST%",
  upstream_cluster: "%UPSTREAM_CLUSTER%",
  upstream_local_address: "%UPSTREAM_LOCAL_ADDRESS%",
  downstream_local_address: "%DOWNSTREAM_LOCAL_ADDRESS%",
  downstream_remote_address: "%DOWNSTREAM_REMOTE_ADDRESS%",
  requested_server_name: "%REQUESTED_SERVER_NAME%",
  route_name: "%ROUTE_NAME%",
} as const;

/** Where a listener or a chain stands. */
export interface LogScope {
  readonly proxy: MeshProxy;
  readonly push: PushContext;
  readonly side: Side;
}

/**
 * Telemetry decides; where it says nothing, or names no provider that exists, the mesh configuration does. Follows
 * core/v1alpha3/accesslog.go.
 */
export function accessLog(scope: LogScope): readonly AccessLog[] {
  return planned(scope, []);
}

/** A listener logs only what found no filter chain; the chains log the rest. */
export function listenerAccessLog(scope: LogScope): readonly AccessLog[] {
  return planned(scope, [{ responseFlagFilter: { flags: ["NR"] } }]);
}

function planned({ proxy, push, side }: LogScope, filters: readonly AccessLogFilter[]): readonly AccessLog[] {
  const plans = accessLogging(telemetriesOf(proxy, push), push, side) ?? [];
  const known = plans.flatMap((plan) => {
    const provider = push.mesh.providers.find(({ name }) => name === plan.provider);
    return provider?.kind === "file-log" ? [{ plan, provider }] : [];
  });
  if (known.length === 0) return meshLog(push, filters);
  return known
    .filter(({ plan }) => !plan.disabled)
    .map(({ plan, provider }) =>
      log(provider.path, formatOf(provider.format), [...filters, ...expression(plan)]),
    );
}

function meshLog(push: PushContext, filters: readonly AccessLogFilter[]): readonly AccessLog[] {
  const { accessLogFile, accessLogFormat, accessLogEncoding } = push.mesh;
  if (!accessLogFile) return [];
  const logFormat =
    accessLogEncoding === "JSON"
      ? { jsonFormat: JSON_FORMAT }
      : { textFormatSource: { inlineString: accessLogFormat || TEXT_FORMAT } };
  return [log(accessLogFile, logFormat, filters)];
}

type Format = NonNullable<AccessLog["typedConfig"]["logFormat"]>;

function formatOf({ text, labels }: LogFormat): Format {
  if (labels) return { jsonFormat: Object.keys(labels).length > 0 ? labels : JSON_FORMAT };
  return { textFormatSource: { inlineString: withNewline(text || TEXT_FORMAT) } };
}

const withNewline = (text: string) => (text.endsWith("\n") ? text : `${text}\n`);

function expression({ filter }: LoggingPlan): readonly AccessLogFilter[] {
  if (!filter) return [];
  return [
    {
      extensionFilter: {
        name: "envoy.access_loggers.extension_filters.cel",
        typedConfig: { "@type": ACCESS_LOG_FILTER_TYPE, expression: filter },
      },
    },
  ];
}

function log(path: string, logFormat: Format, filters: readonly AccessLogFilter[]): AccessLog {
  const [only, ...others] = filters;
  const filter = others.length > 0 ? { andFilter: { filters } } : only;
  return {
    name: "envoy.access_loggers.file",
    ...(filter ? { filter } : {}),
    typedConfig: { "@type": ACCESS_LOG_TYPE, path, logFormat },
  };
}
