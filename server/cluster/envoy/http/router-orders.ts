import type { RetryPolicy, RouteAction } from "../../xds/index.ts";
import { milliseconds } from "../duration.ts";
import type { HeaderMap } from "./headers.ts";

/** What the router goes by: the route, changed by what a trusted client's headers order. Milliseconds; 0 is none. */
export interface Orders {
  readonly timeout: number;
  readonly perTryTimeout: number;
  readonly retryPolicy: RetryPolicy | undefined;
}

const DEFAULT_TIMEOUT_MS = 15_000;
const PREFIX = "x-envoy-";
const ORDERS = new Set([
  "x-envoy-upstream-rq-timeout-ms",
  "x-envoy-upstream-rq-per-try-timeout-ms",
  "x-envoy-max-retries",
  "x-envoy-retry-on",
  "x-envoy-retry-grpc-on",
  "x-envoy-retriable-status-codes",
]);

/** Takes the orders out of a request's head (Envoy router.cc FilterUtility::finalTimeout, retry_state_impl.cc). */
export function takeOrders(headers: HeaderMap, action: RouteAction): Orders {
  const timeout = milliseconds(action.timeout) ?? DEFAULT_TIMEOUT_MS;
  const perTryTimeout = milliseconds(action.retryPolicy?.perTryTimeout) ?? 0;
  const { retryPolicy } = action;
  if (!headers.hasAny(ORDERS)) return { timeout, perTryTimeout, retryPolicy };
  const number = (name: string) => {
    const value = headers.remove(`${PREFIX}${name}`);
    return value !== undefined && /^\d{1,10}$/.test(value) ? Number(value) : undefined;
  };
  const wholeTimeout = number("upstream-rq-timeout-ms") ?? timeout;
  const tryTimeout = number("upstream-rq-per-try-timeout-ms") ?? perTryTimeout;
  return {
    timeout: wholeTimeout,
    // A try may not take longer than the whole.
    perTryTimeout: wholeTimeout > 0 && tryTimeout >= wholeTimeout ? 0 : tryTimeout,
    retryPolicy: orderedPolicy(headers, retryPolicy, number("max-retries")),
  };
}

function orderedPolicy(
  headers: HeaderMap,
  policy: RetryPolicy | undefined,
  maxRetries: number | undefined,
): RetryPolicy | undefined {
  const on = [headers.remove("x-envoy-retry-on"), headers.remove("x-envoy-retry-grpc-on")];
  const codes = headers.remove("x-envoy-retriable-status-codes");
  const retryOn = [policy?.retryOn, ...on].filter(Boolean).join(",");
  if (!retryOn) return undefined;
  if (!on.some(Boolean) && codes === undefined && maxRetries === undefined) return policy;
  const more = (codes ?? "").split(",").map(Number).filter(Boolean);
  return {
    ...policy,
    retryOn,
    ...(maxRetries === undefined ? {} : { numRetries: maxRetries }),
    retriableStatusCodes: [...(policy?.retriableStatusCodes ?? []), ...more],
  };
}
