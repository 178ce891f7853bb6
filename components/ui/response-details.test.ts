import { expect, it } from "vitest";
import { decisionOf } from "./response-details.ts";

const of = (details: string, status = 403, flags: string[] = []) => decisionOf({ details, status, flags });

it("names the policy that denies, and says when none allows", () => {
  expect(of("rbac_access_denied_matched_policy[ns[shop]-policy[no-posts]-rule[1]]")).toEqual({
    sentence: "AuthorizationPolicy shop/no-posts denies it, by its rule 2.",
    object: { kind: "AuthorizationPolicy", namespace: "shop", name: "no-posts" },
  });
  expect(of("rbac_access_denied_matched_policy[none]")?.sentence).toBe(
    "AuthorizationPolicies with action ALLOW stand here, and no rule of theirs fits this caller, method or path.",
  );
});

it("tells a circuit breaker from a broken connection, and falls back to flags", () => {
  expect(of("upstream_reset_before_response_started{overflow}", 503, ["UO"])?.sentence).toContain(
    "circuit breaker",
  );
  expect(of("upstream_reset_before_response_started{connection_failure}", 503)?.sentence).toContain(
    "(connection failure)",
  );
  expect(of("something_new", 504, ["UT"])?.sentence).toContain("did not answer in time");
});

it("leaves the application its own answers", () => {
  expect(of("via_upstream", 500)).toBeUndefined();
  expect(of("something_new", 418)).toBeUndefined();
});
