import { StatusError } from "../../apimachinery/index.ts";
import type { Clock, Disposable } from "../../base/index.ts";
import { CLIENT_WATCHES, CLUSTER_OBJECTS, WRITE_BURST, WRITES_PER_SECOND } from "../limits.ts";

export interface QuotaLimits {
  readonly objects: number;
  readonly watches: number;
  readonly writesPerSecond: number;
  readonly writeBurst: number;
}

export const QUOTA_LIMITS: QuotaLimits = {
  objects: CLUSTER_OBJECTS,
  watches: CLIENT_WATCHES,
  writesPerSecond: WRITES_PER_SECOND,
  writeBurst: WRITE_BURST,
};

/** What one cluster takes from all its clients together, so that a loop that runs away does not take the machine. */
export class ClusterQuota {
  private watching = 0;
  private tokens: number;
  private last: number;

  constructor(
    private readonly deps: { readonly clock: Clock; objects(): number },
    private readonly limits: QuotaLimits = QUOTA_LIMITS,
  ) {
    this.tokens = limits.writeBurst;
    this.last = deps.clock.monotonic();
  }

  /** Throws 429 when clients write faster than the cluster takes. */
  write(): void {
    const now = this.deps.clock.monotonic();
    const { writesPerSecond, writeBurst } = this.limits;
    this.tokens = Math.min(writeBurst, this.tokens + ((now - this.last) / 1000) * writesPerSecond);
    this.last = now;
    if (this.tokens < 1) throw tooMany("Too many requests, please try again later.", 1);
    this.tokens -= 1;
  }

  /** Throws 429 when there is no room for one more object. Waiting would not help. */
  create(): void {
    const { objects } = this.limits;
    if (this.deps.objects() < objects) return;
    throw tooMany(`the practice cluster is full: it takes ${objects} objects; delete some first`);
  }

  /** Throws 429 when clients watch too much already; disposed when the watch ends. */
  watch(): Disposable {
    if (this.watching >= this.limits.watches) throw tooMany("Too many requests, please try again later.", 1);
    this.watching += 1;
    let open = true;
    return {
      dispose: () => {
        if (open) this.watching -= 1;
        open = false;
      },
    };
  }
}

function tooMany(message: string, retryAfterSeconds?: number): StatusError {
  return new StatusError({
    ...{ kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message },
    ...{ reason: "TooManyRequests", code: 429 },
    ...(retryAfterSeconds !== undefined && { details: { retryAfterSeconds } }),
  });
}
