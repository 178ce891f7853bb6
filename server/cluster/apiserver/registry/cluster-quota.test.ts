import { expect, it } from "vitest";
import { StatusError } from "../../apimachinery/index.ts";
import { TestClock } from "../../base/index.ts";
import { pod, startHarness } from "../testing/harness.ts";
import { ClusterQuota, QUOTA_LIMITS } from "./cluster-quota.ts";

const limits = { objects: 3, watches: 2, writesPerSecond: 10, writeBurst: 5 };

function refusal(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    const { code, reason, message, details } = error.status;
    return { code, reason, message, ...(details && { details }) };
  }
  return "let through";
}

const later = {
  ...{ code: 429, reason: "TooManyRequests", message: "Too many requests, please try again later." },
  details: { retryAfterSeconds: 1 },
};

it("takes a burst of writes, then so many a second", async () => {
  const clock = new TestClock();
  const quota = new ClusterQuota({ clock, objects: () => 0 }, limits);
  for (let n = 0; n < limits.writeBurst; n++) quota.write();
  expect(refusal(() => quota.write())).toEqual(later);
  await clock.advance(100);
  expect(refusal(() => quota.write())).toBe("let through");
  expect(refusal(() => quota.write())).toEqual(later);
});

it("takes so many watches at once", () => {
  const quota = new ClusterQuota({ clock: new TestClock(), objects: () => 0 }, limits);
  const first = quota.watch();
  quota.watch();
  expect(refusal(() => quota.watch())).toEqual(later);
  first.dispose();
  first.dispose();
  expect(refusal(() => quota.watch())).toBe("let through");
  expect(refusal(() => quota.watch())).toEqual(later);
});

it("takes so many objects, and one for each that goes", async () => {
  // Two are there from the start: a namespace and its service account.
  const api = await startHarness({ quota: { ...QUOTA_LIMITS, objects: 3 } });
  const path = "/api/v1/namespaces/default/pods";
  await api.create(path, pod("a", { terminationGracePeriodSeconds: 0 }));
  const refused = await api.refusal({ method: "POST", path, body: pod("b") });
  expect([refused.code, refused.status.message]).toEqual([
    429,
    "the practice cluster is full: it takes 3 objects; delete some first",
  ]);
  await api.request({ method: "DELETE", path: `${path}/a` });
  await api.create(path, pod("b"));
});
