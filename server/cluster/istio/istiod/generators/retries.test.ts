import { describe, expect, it } from "vitest";
import { gatesFor } from "../../versions.ts";
import { retryPolicy } from "./retries.ts";

const old = gatesFor("1.21.6");
const modern = gatesFor("1.29.6");
const common = "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes";

describe("retries of a route, as each release writes them (core/route/retry)", () => {
  it("by default", () => {
    expect(retryPolicy(undefined, old, false)).toMatchObject({
      retryOn: common,
      numRetries: 2,
      retriableStatusCodes: [503],
      hostSelectionRetryMaxAttempts: "5",
    });
    // The condition stands, its 503 is gone.
    expect(retryPolicy(undefined, modern, false)).toMatchObject({ retryOn: common, numRetries: 2 });
    expect(retryPolicy(undefined, modern, false)).not.toHaveProperty("retriableStatusCodes");
  });

  it("conditions of one's own replace the codes, too", () => {
    expect(retryPolicy({ attempts: 3, retryOn: "5xx, 429" }, old, false)).toMatchObject({
      retryOn: "5xx,retriable-status-codes",
      retriableStatusCodes: [429],
    });
    expect(retryPolicy({ attempts: 3, retryOn: "gateway-error" }, old, false)).not.toHaveProperty(
      "retriableStatusCodes",
    );
  });

  it("hosts tried before are avoided, but not where a hash chooses them (from 1.23) or the route says so (from 1.26)", () => {
    const avoids = (...of: Parameters<typeof retryPolicy>) =>
      retryPolicy(...of)?.retryHostPredicate !== undefined;
    expect([avoids(undefined, old, true), avoids(undefined, modern, true)]).toEqual([true, false]);
    const ignored = { attempts: 1, retryIgnorePreviousHosts: false };
    expect([avoids(ignored, old, false), avoids(ignored, modern, false)]).toEqual([true, false]);
    expect(avoids({ attempts: 1, retryIgnorePreviousHosts: true }, modern, true)).toBe(true);
  });

  it("back-off, other localities, none at all", () => {
    expect(retryPolicy({ attempts: 1, backoff: "50ms" }, modern, false)?.retryBackOff).toEqual({
      baseInterval: "0.050s",
    });
    expect(retryPolicy({ attempts: 1, backoff: "50ms" }, old, false)).not.toHaveProperty("retryBackOff");
    expect(retryPolicy({ attempts: 1, retryRemoteLocalities: true }, old, false)?.retryPriority?.name).toBe(
      "envoy.retry_priorities.previous_priorities",
    );
    expect(retryPolicy({ attempts: 0 }, old, false)).toBeUndefined();
  });
});
