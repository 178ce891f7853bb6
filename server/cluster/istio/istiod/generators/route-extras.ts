import {
  type CorsPolicy,
  type FractionalPercent,
  type HeaderValueOption,
  HTTP_FILTER_TYPE,
  type HTTPFault,
  type PerRouteFilterConfig,
  type Route,
  type StringMatcher,
} from "../../../xds/index.ts";
import type { CorsPolicySpec, Headers, HttpFault, HttpRoute, Percent } from "../model/networking.ts";
import { duration, seconds } from "./durations.ts";

/** Envoy counts in millionths, so that 0.5 % is exact. */
export function percentage(percent: Percent | undefined, whole?: number | null): FractionalPercent {
  if (percent) return { numerator: Math.round((percent.value ?? 0) * 10_000), denominator: "MILLION" };
  return { numerator: whole ?? 0, denominator: "HUNDRED" };
}

type HeaderFields = Pick<
  Route,
  "requestHeadersToAdd" | "requestHeadersToRemove" | "responseHeadersToAdd" | "responseHeadersToRemove"
>;

/** set overwrites, add appends. */
export function headerOptions(headers: Headers | undefined): HeaderFields {
  const options = (operations: Headers["request"]): readonly HeaderValueOption[] => [
    ...toOptions(operations?.set, "OVERWRITE_IF_EXISTS_OR_ADD"),
    ...toOptions(operations?.add, "APPEND_IF_EXISTS_OR_ADD"),
  ];
  const requestAdd = options(headers?.request).filter(({ header }) => !isHost(header.key));
  const responseAdd = options(headers?.response);
  const requestRemove = headers?.request?.remove ?? [];
  const responseRemove = headers?.response?.remove ?? [];
  return {
    ...(requestAdd.length > 0 ? { requestHeadersToAdd: requestAdd } : {}),
    ...(requestRemove.length > 0 ? { requestHeadersToRemove: requestRemove } : {}),
    ...(responseAdd.length > 0 ? { responseHeadersToAdd: responseAdd } : {}),
    ...(responseRemove.length > 0 ? { responseHeadersToRemove: responseRemove } : {}),
  };
}

const isHost = (name: string) => name.toLowerCase() === "host" || name.toLowerCase() === ":authority";

/** Setting the host header is a rewrite of the authority to Envoy. */
export function hostOverride(headers: Headers | undefined): string | undefined {
  return Object.entries(headers?.request?.set ?? {}).find(([name]) => isHost(name))?.[1];
}

function toOptions(
  values: Readonly<Record<string, string>> | undefined,
  appendAction: NonNullable<HeaderValueOption["appendAction"]>,
): readonly HeaderValueOption[] {
  return Object.entries(values ?? {})
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([key, value]) => ({ header: { key, value }, appendAction }));
}

export function perRouteFilters(http: HttpRoute): Readonly<Record<string, PerRouteFilterConfig>> | undefined {
  const filters: Record<string, PerRouteFilterConfig> = {};
  if (http.fault) filters["envoy.filters.http.fault"] = fault(http.fault);
  if (http.corsPolicy) filters["envoy.filters.http.cors"] = cors(http.corsPolicy);
  return Object.keys(filters).length > 0 ? filters : undefined;
}

function fault({ delay, abort }: HttpFault): HTTPFault {
  return {
    "@type": HTTP_FILTER_TYPE.fault,
    ...(delay
      ? {
          delay: {
            fixedDelay: duration(delay.fixedDelay) ?? "0s",
            percentage: percentage(delay.percentage, delay.percent),
          },
        }
      : {}),
    ...(abort
      ? {
          abort: {
            ...(abort.httpStatus ? { httpStatus: abort.httpStatus } : {}),
            ...(abort.grpcStatus ? { grpcStatus: grpcCode(abort.grpcStatus) } : {}),
            percentage: percentage(abort.percentage),
          },
        }
      : {}),
  };
}

const GRPC_CODES: readonly string[] = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
];

function grpcCode(status: string): number {
  const index = GRPC_CODES.indexOf(status.toUpperCase());
  return index >= 0 ? index : Number(status) || 2;
}

function cors(policy: CorsPolicySpec): CorsPolicy {
  const origins: StringMatcher[] = [
    ...(policy.allowOrigins ?? []).map(
      ({ exact, prefix, regex }): StringMatcher =>
        exact !== undefined
          ? { exact }
          : prefix !== undefined
            ? { prefix }
            : { safeRegex: { regex: regex ?? "" } },
    ),
    ...(policy.allowOrigin ?? []).map((exact): StringMatcher => ({ exact })),
  ];
  const list = (values: readonly string[] | undefined) => (values?.length ? values.join(",") : undefined);
  const methods = list(policy.allowMethods);
  const headers = list(policy.allowHeaders);
  const exposed = list(policy.exposeHeaders);
  const maxAge = policy.maxAge === undefined ? undefined : seconds(policy.maxAge);
  return {
    "@type": HTTP_FILTER_TYPE.corsPolicy,
    allowOriginStringMatch: origins,
    ...(methods ? { allowMethods: methods } : {}),
    ...(headers ? { allowHeaders: headers } : {}),
    ...(exposed ? { exposeHeaders: exposed } : {}),
    ...(maxAge === undefined ? {} : { maxAge: String(Math.floor(maxAge)) }),
    ...(policy.allowCredentials === true ? { allowCredentials: true } : {}),
    ...(policy.unmatchedPreflights === "IGNORE" ? { forwardNotMatchingPreflights: false } : {}),
    filterEnabled: { defaultValue: { numerator: 100 } },
  };
}
