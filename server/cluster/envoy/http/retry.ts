import type { RetryPolicy } from "../../xds/index.ts";
import { milliseconds } from "../duration.ts";

export interface AttemptOutcome {
  /** Undefined: there was no response. */
  readonly status: number | undefined;
  /** Of an answer that is nothing but trailers. */
  readonly grpcStatus?: string | undefined;
  readonly failure?: "connect-failure" | "reset" | "refused-stream" | "per-try-timeout" | undefined;
}

/** Names of gRPC statuses a policy may list (Envoy router/retry_state_impl.cc parseRetryGrpcOn). */
const GRPC_CONDITIONS: Readonly<Record<string, string>> = {
  "1": "cancelled",
  "4": "deadline-exceeded",
  "8": "resource-exhausted",
  "13": "internal",
  "14": "unavailable",
};

const parsed = new WeakMap<RetryPolicy, ReadonlySet<string>>();

function conditions(policy: RetryPolicy): ReadonlySet<string> {
  const known = parsed.get(policy);
  if (known) return known;
  const made = new Set(policy.retryOn.split(",").map((one) => one.trim()));
  parsed.set(policy, made);
  return made;
}

/** What a policy lets happen again (Envoy router/retry_state_impl.cc). gRPC conditions look at answers without a body only. */
export function shouldRetry(policy: RetryPolicy | undefined, outcome: AttemptOutcome): boolean {
  if (!policy) return false;
  const on = conditions(policy);
  if (outcome.status === undefined) {
    if (on.has("reset") || on.has("5xx") || on.has("gateway-error")) return true;
    if (outcome.failure === "connect-failure" && on.has("reset-before-request")) return true;
    return outcome.failure !== undefined && on.has(outcome.failure);
  }
  const grpc = outcome.grpcStatus === undefined ? undefined : GRPC_CONDITIONS[outcome.grpcStatus];
  if (grpc !== undefined && on.has(grpc)) return true;
  const { status } = outcome;
  if (on.has("5xx") && status >= 500) return true;
  if (on.has("gateway-error") && status >= 502 && status <= 504) return true;
  if (on.has("retriable-4xx") && status === 409) return true;
  if (on.has(String(status))) return true;
  return on.has("retriable-status-codes") && (policy.retriableStatusCodes ?? []).includes(status);
}

/** Fully jittered: up to 25 ms before the first retry, then 75, 175 … not beyond ten times the base. */
export function backOff(policy: RetryPolicy, retry: number, fraction: number): number {
  const base = milliseconds(policy.retryBackOff?.baseInterval) ?? 25;
  const cap = milliseconds(policy.retryBackOff?.maxInterval) ?? base * 10;
  return Math.min(cap, fraction * base * (2 ** retry - 1));
}
