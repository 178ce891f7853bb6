import type { Clock, Random } from "../../base/index.ts";
import { HTTP_FILTER_TYPE, type LocalRateLimit, type Route, type VirtualHost } from "../../xds/index.ts";
import { milliseconds } from "../duration.ts";
import { within } from "../matchers.ts";
import type { LocalReply } from "./local-reply.ts";

const NAME = "envoy.filters.http.local_ratelimit";

interface Bucket {
  tokens: number;
  filledAt: number;
}

// A bucket belongs to one configuration of one filter: a push that changes it starts with a full one.
const buckets = new WeakMap<LocalRateLimit, Bucket>();

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Envoy's local rate limit: a token for each request, and 429 without one. A route's own settings replace the virtual
 * host's, and those the filter's.
 */
export function limitRate(
  filter: LocalRateLimit,
  at: { readonly route: Route | undefined; readonly host: VirtualHost | undefined },
  { clock, random }: Deps,
): LocalReply | undefined {
  const config = own(at.route) ?? own(at.host) ?? filter;
  const { tokenBucket, filterEnabled, filterEnforced, status } = config;
  if (!tokenBucket || !within(filterEnabled?.defaultValue ?? NEVER, random.fraction())) return undefined;
  if (take(config, tokenBucket, clock.monotonic())) return undefined;
  if (!within(filterEnforced?.defaultValue ?? NEVER, random.fraction())) return undefined;
  return {
    status: statusCode(status?.code),
    body: "local_rate_limited",
    flag: "RL",
    details: "local_rate_limited",
    headers: (config.responseHeadersToAdd ?? []).map(({ header }) => [
      header.key.toLowerCase(),
      header.value,
    ]),
  };
}

const NEVER = { numerator: 0 } as const;

function own(of: Pick<Route, "typedPerFilterConfig"> | undefined): LocalRateLimit | undefined {
  const config = of?.typedPerFilterConfig?.[NAME];
  return config && config["@type"] === HTTP_FILTER_TYPE.localRateLimit ? config : undefined;
}

function take(
  config: LocalRateLimit,
  limits: NonNullable<LocalRateLimit["tokenBucket"]>,
  now: number,
): boolean {
  const { maxTokens, tokensPerFill = 1, fillInterval } = limits;
  const bucket = buckets.get(config) ?? { tokens: maxTokens, filledAt: now };
  buckets.set(config, bucket);
  const interval = Math.max(1, milliseconds(fillInterval) ?? 1);
  const fills = Math.floor((now - bucket.filledAt) / interval);
  if (fills > 0) {
    bucket.tokens = Math.min(maxTokens, bucket.tokens + fills * tokensPerFill);
    bucket.filledAt += fills * interval;
  }
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

/** An enum's name or number; below 400 Envoy falls back to 429. */
function statusCode(code: number | string | undefined): number {
  const number = typeof code === "string" ? (STATUS_NAMES[code] ?? Number(code)) : (code ?? 429);
  return number >= 400 ? number : 429;
}

const STATUS_NAMES: Readonly<Record<string, number>> = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  TooManyRequests: 429,
  InternalServerError: 500,
  ServiceUnavailable: 503,
};
