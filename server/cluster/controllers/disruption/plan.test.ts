import { expect, it } from "vitest";
import type { Pod, PodDisruptionBudget } from "../../apis/index.ts";
import { budgetStatus } from "./plan.ts";

const pod = (ready: boolean): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web" },
  spec: { containers: [] },
  status: { conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
});

const budget = (spec: PodDisruptionBudget["spec"]): PodDisruptionBudget => ({
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: { name: "web" },
  spec,
});

const timestamp = "2026-01-01T00:00:00Z";
const three = [pod(true), pod(true), pod(false)];

it.each([
  [{ minAvailable: 1 }, 3, { expectedPods: 3, desiredHealthy: 1, disruptionsAllowed: 1 }],
  [{ minAvailable: 2 }, 3, { expectedPods: 3, desiredHealthy: 2, disruptionsAllowed: 0 }],
  [{ minAvailable: "50%" }, 4, { expectedPods: 4, desiredHealthy: 2, disruptionsAllowed: 0 }],
  [{ maxUnavailable: 1 }, 3, { expectedPods: 3, desiredHealthy: 2, disruptionsAllowed: 0 }],
  [{ maxUnavailable: "100%" }, 3, { expectedPods: 3, desiredHealthy: 0, disruptionsAllowed: 2 }],
])("%j of a scale of %d", (spec, scale, expected) => {
  const status = budgetStatus(budget(spec), { pods: three, scale, timestamp });
  expect(status).toMatchObject({ currentHealthy: 2, ...expected });
  const reason = expected.disruptionsAllowed > 0 ? "SufficientPods" : "InsufficientPods";
  expect(status.conditions?.[0]?.reason).toBe(reason);
});
