import { describe, expect, it } from "vitest";
import { conditionResult } from "../../contracts/index.ts";
import { KubeError } from "../kube/index.ts";
import { evaluateCondition } from "./evaluate.ts";
import { condition, contextOf, deployment, pod, policy, strictPolicy } from "./testing/fixtures.ts";

const now = () => 7;

describe("object conditions", () => {
  const strict = condition({
    object: {
      apiVersion: "security.istio.io/v1beta1",
      kind: "PeerAuthentication",
      ns: "istio-system",
      name: "default",
      path: "spec.mtls.mode",
      equals: "STRICT",
    },
  });
  const command = "kubectl get peerauthentication default -n istio-system -o yaml";

  it("fail before the learner acts and pass after, by the contract", async () => {
    const before = await evaluateCondition(strict, { context: contextOf(), now });
    expect(before).toEqual({
      id: "it-holds",
      status: "failed",
      message: "It does not hold.",
      expected: "PeerAuthentication default in istio-system with spec.mtls.mode = STRICT",
      actual: "there is no such object",
      evidence: { command },
      next: "Make it so.",
      checkedAt: 7,
    });
    const after = await evaluateCondition(strict, { context: contextOf({ objects: [strictPolicy] }), now });
    expect(after).toEqual({
      id: "it-holds",
      status: "passed",
      message: "It holds",
      actual: 'spec.mtls.mode is "STRICT"',
      evidence: { command },
      checkedAt: 7,
    });
    expect([conditionResult.parse(before), conditionResult.parse(after)]).toEqual([before, after]);
  });

  it("name the near miss: the right object in the wrong namespace, or the wrong value", async () => {
    const elsewhere = contextOf({ objects: [policy("default", "STRICT")] });
    expect((await evaluateCondition(strict, { context: elsewhere, now })).actual).toBe(
      "there is no such object, but there is default in default",
    );
    const permissive = contextOf({ objects: [policy("istio-system", "PERMISSIVE")] });
    expect((await evaluateCondition(strict, { context: permissive, now })).actual).toBe(
      'spec.mtls.mode is "PERMISSIVE"',
    );
  });

  it("can ask that something is not there", async () => {
    const gone = condition({
      object: { apiVersion: "apps/v1", kind: "Deployment", ns: "shop", name: "web", exists: false },
    });
    expect((await evaluateCondition(gone, { context: contextOf(), now })).status).toBe("passed");
    const there = contextOf({ objects: [deployment("web", "shop")] });
    expect(await evaluateCondition(gone, { context: there, now })).toMatchObject({
      status: "failed",
      expected: "no Deployment web in shop",
      actual: "it exists",
    });
  });

  it("that cannot be evaluated are unknown, not failed", async () => {
    const context = contextOf();
    context.cluster.get = async () => {
      throw new KubeError({ reason: "Unreachable" }, "https://127.0.0.1:1 cannot be reached: refused");
    };
    expect(await evaluateCondition(strict, { context, now })).toEqual({
      id: "it-holds",
      status: "unknown",
      message: "This cannot be checked just now: https://127.0.0.1:1 cannot be reached: refused",
      next: "Make it so.",
      checkedAt: 7,
    });
  });
});

describe("pods conditions", () => {
  const two = condition({ pods: { selector: "app=sleep", ns: "shop", containers: 2 } });

  it("count containers as kubectl's READY column does", async () => {
    const plain = contextOf({ objects: [pod("sleep", "shop")] });
    expect(await evaluateCondition(two, { context: plain, now })).toMatchObject({
      status: "failed",
      expected: "a pod with app=sleep in shop, 2/2 ready",
      actual: "sleep-1 1/1 Running",
      evidence: { command: "kubectl get pods -l app=sleep -n shop" },
    });
    for (const native of [false, true]) {
      const injected = contextOf({ objects: [pod("sleep", "shop", { sidecar: true, native })] });
      expect((await evaluateCondition(two, { context: injected, now })).status).toBe("passed");
    }
    const starting = contextOf({ objects: [pod("sleep", "shop", { sidecar: true, ready: false })] });
    expect((await evaluateCondition(two, { context: starting, now })).actual).toBe("sleep-1 0/2 Running");
  });
});

describe("run conditions", () => {
  const run = condition({ run: { command: "make test", expect: { contains: "42" } } });

  it("compare the exit code and the output", async () => {
    const answer = (exitCode: number, stdout: string) => ({
      exitCode,
      stdout,
      stderr: exitCode === 0 ? "" : "no rule",
    });
    const evaluate = (exitCode: number, stdout: string) =>
      evaluateCondition(run, { context: contextOf({ runCommand: () => answer(exitCode, stdout) }), now });
    expect((await evaluate(0, "it is 42")).status).toBe("passed");
    expect(await evaluate(0, "it is 41")).toMatchObject({ status: "failed", expected: '"42" in the output' });
    expect(await evaluate(2, "")).toMatchObject({ status: "failed", actual: "exit code 2: no rule" });
    expect(await evaluate(127, "")).toMatchObject({
      status: "unknown",
      message: "This cannot be checked just now: a program that the check needs is missing: no rule",
    });
  });
});
