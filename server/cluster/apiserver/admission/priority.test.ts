import { beforeEach, expect, it } from "vitest";
import { type Harness, pod, startHarness } from "../testing/harness.ts";

const PODS = "/api/v1/namespaces/default/pods";
const CLASSES = "/apis/scheduling.k8s.io/v1/priorityclasses";
const MERGE = "application/merge-patch+json";
let api: Harness;

beforeEach(async () => {
  api = await startHarness();
  await api.create(CLASSES, { metadata: { name: "high" }, value: 1000, preemptionPolicy: "Never" });
});

const refusal = async (path: string, body: object) =>
  (await api.refusal({ method: "POST", path, body })).status.message;

it("gives pods the number and the policy of their class, or of the default one", async () => {
  const spec = async (name: string, given: object) => {
    const { priority, priorityClassName, preemptionPolicy } = Object(
      (await api.create(PODS, pod(name, given))).spec,
    );
    return { priority, priorityClassName, preemptionPolicy };
  };
  expect(await spec("a", {})).toEqual({ priority: 0, preemptionPolicy: "PreemptLowerPriority" });
  expect(await spec("b", { priorityClassName: "high" })).toEqual({
    ...{ priority: 1000, priorityClassName: "high", preemptionPolicy: "Never" },
  });
  expect(await spec("c", { priorityClassName: "system-node-critical" })).toMatchObject({
    priority: 2_000_001_000,
  });
  await api.create(CLASSES, { metadata: { name: "usual" }, value: 5, globalDefault: true });
  expect(await spec("d", {})).toMatchObject({ priority: 5, priorityClassName: "usual" });
});

it("refuses in upstream's words", async () => {
  await api.create(CLASSES, { metadata: { name: "usual" }, value: 5, globalDefault: true });
  expect([
    await refusal(PODS, pod("a", { priorityClassName: "none" })),
    await refusal(PODS, pod("a", { priorityClassName: "high", priority: 7 })),
    await refusal(PODS, pod("a", { priorityClassName: "high", preemptionPolicy: "PreemptLowerPriority" })),
    await refusal(CLASSES, { metadata: { name: "other" }, value: 6, globalDefault: true }),
    await refusal(CLASSES, { metadata: { name: "system-mine" }, value: 6 }),
    await refusal(CLASSES, { metadata: { name: "huge" }, value: 1_000_000_001 }),
  ]).toEqual([
    'pods "a" is forbidden: no PriorityClass with name none was found',
    'pods "a" is forbidden: the integer value of priority (7) must not be provided in pod spec; priority admission controller computed 1000 from the given PriorityClass name',
    'pods "a" is forbidden: the string value of PreemptionPolicy (PreemptLowerPriority) must not be provided in pod spec; priority admission controller computed Never from the given PriorityClass name',
    'priorityclasses.scheduling.k8s.io "other" is forbidden: PriorityClass usual is already marked as default',
    `PriorityClass.scheduling.k8s.io "system-mine" is invalid: metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-mine is not a known system priority class`,
    'PriorityClass.scheduling.k8s.io "huge" is invalid: value: Forbidden: maximum allowed value of a user defined priority is 1000000000',
  ]);
  const change = {
    method: "PATCH",
    path: `${CLASSES}/high`,
    contentType: MERGE,
    body: { value: 1 },
  } as const;
  expect((await api.refusal(change)).status.message).toBe(
    'PriorityClass.scheduling.k8s.io "high" is invalid: value: Forbidden: may not be changed in an update.',
  );
});
