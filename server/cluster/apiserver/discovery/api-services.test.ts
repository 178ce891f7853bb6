import { expect, it } from "vitest";
import { startHarness } from "../testing/harness.ts";

const SERVICES = "/apis/apiregistration.k8s.io/v1/apiservices";

it("has an APIService for each group and version, custom ones too, and takes none of others", async () => {
  const api = await startHarness();
  const schema = { openAPIV3Schema: { type: "object" } };
  await api.create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
    metadata: { name: "widgets.example.com" },
    spec: {
      group: "example.com",
      scope: "Namespaced",
      names: { plural: "widgets", kind: "Widget" },
      versions: [{ name: "v1alpha1", served: true, storage: true, schema }],
    },
  });
  const status = {
    conditions: [
      {
        type: "Available",
        status: "True",
        lastTransitionTime: "2026-01-01T00:00:00Z",
        reason: "Local",
        message: "Local APIServices are always available",
      },
    ],
  };
  const head = { apiVersion: "apiregistration.k8s.io/v1", kind: "APIService" };
  const metadata = (name: string, automanaged: string) => ({
    name,
    labels: { "kube-aggregator.kubernetes.io/automanaged": automanaged },
    creationTimestamp: "2026-01-01T00:00:00Z",
  });
  expect([
    await api.get(`${SERVICES}/v1.`),
    await api.get(`${SERVICES}/v1.apps`),
    await api.get(`${SERVICES}/v1alpha1.example.com`),
  ]).toEqual([
    {
      ...head,
      metadata: metadata("v1.", "onstart"),
      spec: { version: "v1", groupPriorityMinimum: 18000, versionPriority: 1 },
      status,
    },
    {
      ...head,
      metadata: metadata("v1.apps", "onstart"),
      spec: { group: "apps", version: "v1", groupPriorityMinimum: 17800, versionPriority: 15 },
      status,
    },
    {
      ...head,
      metadata: metadata("v1alpha1.example.com", "true"),
      spec: { group: "example.com", version: "v1alpha1", groupPriorityMinimum: 1000, versionPriority: 100 },
      status,
    },
  ]);
  const service = { namespace: "kube-system", name: "custom-metrics" };
  const body = { metadata: { name: "v1.custom" }, spec: { group: "custom", version: "v1", service } };
  expect((await api.refusal({ method: "POST", path: SERVICES, body })).status.message).toBe(
    'APIService.apiregistration.k8s.io "v1.custom" is invalid: spec.service: Forbidden: aggregation of API servers is not supported by the practice cluster',
  );
});
