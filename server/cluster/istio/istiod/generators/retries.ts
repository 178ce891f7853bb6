import type { RetryPolicy } from "../../../xds/index.ts";
import type { VersionGates } from "../../versions.ts";
import type { HttpRetry } from "../model/networking.ts";
import { duration } from "./durations.ts";

const PREVIOUS_HOSTS: NonNullable<RetryPolicy["retryHostPredicate"]> = [
  {
    name: "envoy.retry_host_predicates.previous_hosts",
    typedConfig: {
      "@type": "type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate",
    },
  },
];

const PREVIOUS_PRIORITIES: NonNullable<RetryPolicy["retryPriority"]> = {
  name: "envoy.retry_priorities.previous_priorities",
  typedConfig: {
    "@type":
      "type.googleapis.com/envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig",
    updateFrequency: 2,
  },
};

/** `hashed`: the destination is chosen by a hash. */
export function defaultRetryPolicy(gates: VersionGates, hashed: boolean): RetryPolicy {
  const stays = hashed && gates.hashedRetriesStay;
  return {
    retryOn: gates.defaultRetryOn,
    numRetries: 2,
    ...(stays ? {} : { retryHostPredicate: PREVIOUS_HOSTS }),
    hostSelectionRetryMaxAttempts: "5",
    ...(gates.defaultRetriableStatusCodes.length > 0
      ? { retriableStatusCodes: gates.defaultRetriableStatusCodes }
      : {}),
  };
}

/** Undefined: no retries. Follows core/route/retry ConvertPolicy. */
export function retryPolicy(
  retries: HttpRetry | undefined,
  gates: VersionGates,
  hashed: boolean,
): RetryPolicy | undefined {
  const { retryHostPredicate, retriableStatusCodes, ...base } = defaultRetryPolicy(gates, hashed);
  const standing = retryHostPredicate ? { retryHostPredicate } : {};
  if (!retries) return { ...base, ...standing, ...(retriableStatusCodes ? { retriableStatusCodes } : {}) };
  if ((retries.attempts ?? 0) <= 0) return undefined;
  const perTryTimeout = duration(retries.perTryTimeout);
  const later = gates.laterTrafficFields ? retries : {};
  const baseInterval = duration(later.backoff);
  const ignored = later.retryIgnorePreviousHosts;
  return {
    ...base,
    ...(typeof ignored === "boolean" ? (ignored ? { retryHostPredicate: PREVIOUS_HOSTS } : {}) : standing),
    ...(retries.retryOn
      ? retryConditions(retries.retryOn)
      : retriableStatusCodes
        ? { retriableStatusCodes }
        : {}),
    numRetries: retries.attempts ?? 0,
    ...(perTryTimeout ? { perTryTimeout } : {}),
    ...(retries.retryRemoteLocalities ? { retryPriority: PREVIOUS_PRIORITIES } : {}),
    ...(baseInterval ? { retryBackOff: { baseInterval } } : {}),
  };
}

/** Numbers among the conditions are status codes. */
function retryConditions(text: string): Pick<RetryPolicy, "retryOn" | "retriableStatusCodes"> {
  const parts = text.split(",").map((part) => part.trim());
  const codes = parts.filter((part) => /^\d+$/.test(part)).map(Number);
  const names = parts.filter((part) => part !== "" && !/^\d+$/.test(part));
  if (codes.length > 0 && !names.includes("retriable-status-codes")) names.push("retriable-status-codes");
  return { retryOn: names.join(","), ...(codes.length > 0 ? { retriableStatusCodes: codes } : {}) };
}
