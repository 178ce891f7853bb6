import { describe, expect, it } from "vitest";
import { type FieldWriter, serverSideApply, trackUpdate } from "./managed-fields.ts";
import { SchemaNode } from "./schema-node.ts";
import type { KubeObject } from "./types.ts";

const text = { type: "string" };
const node = new SchemaNode({
  properties: {
    metadata: { properties: { name: text, labels: { type: "object", additionalProperties: text } } },
    spec: {
      properties: {
        replicas: { type: "integer" },
        args: { type: "array", items: text },
        containers: {
          type: "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["name"],
          items: { properties: { name: text, image: text } },
        },
      },
    },
    status: { properties: { ready: { type: "integer" } } },
  },
});
const writer = (manager: string): FieldWriter => ({
  manager,
  subresource: "",
  apiVersion: "apps/v1",
  now: "2026-01-01T00:00:00Z",
  node,
  ignores: (field) => field === "status",
});
const object = (spec: object, rest: object = {}): KubeObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", ...rest },
  spec,
});
const container = (name: string, image: string) => ({ name, image });
const entry = (manager: string, operation: "Apply" | "Update", fieldsV1: object) => ({
  manager,
  operation,
  apiVersion: "apps/v1",
  time: "2026-01-01T00:00:00Z",
  fieldsType: "FieldsV1",
  fieldsV1,
});

describe("managed fields", () => {
  it("[MF1] an update owns what it sets and takes changed fields from others", () => {
    const first = trackUpdate(object({ replicas: 1, args: ["a"] }), undefined, writer("one"));
    expect(first.metadata.managedFields).toEqual([
      entry("one", "Update", { "f:spec": { "f:args": {}, "f:replicas": {} } }),
    ]);
    const second = trackUpdate({ ...first, spec: { replicas: 2, args: ["a"] } }, first, writer("two"));
    expect(second.metadata.managedFields).toEqual([
      entry("one", "Update", { "f:spec": { "f:args": {} } }),
      entry("two", "Update", { "f:spec": { "f:replicas": {} } }),
    ]);
  });

  it("[MF2] an apply conflicts with another owner's value, in upstream's words, and takes it by force", () => {
    const live = trackUpdate(object({ replicas: 1 }), undefined, writer("kubectl-client-side-apply"));
    const wanted = object({ replicas: 2 });
    expect(() => serverSideApply(live, wanted, { ...writer("kubectl"), force: false })).toThrow(
      'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using apps/v1: .spec.replicas',
    );
    const forced = serverSideApply(live, wanted, { ...writer("kubectl"), force: true });
    expect(forced.spec).toEqual({ replicas: 2 });
    expect(forced.metadata.managedFields).toEqual([
      entry("kubectl", "Apply", { "f:spec": { "f:replicas": {} } }),
    ]);
  });

  it("[MF3] what an applier no longer applies goes, unless someone else owns it", () => {
    const apply = (live: KubeObject | undefined, manager: string, spec: object) =>
      serverSideApply(live, object(spec), { ...writer(manager), force: false });
    const both = [container("a", "1"), container("b", "1")];
    const one = apply(undefined, "x", { containers: both, replicas: 1 });
    const shared = apply(one, "y", { containers: [container("b", "1")] });
    const after = apply(shared, "x", { containers: [container("a", "1")] });
    expect(after.spec).toEqual({ containers: both });
    expect(apply(after, "y", { replicas: 3 }).spec).toEqual({
      containers: [container("a", "1")],
      replicas: 3,
    });
  });

  it("[MF4] a container of owned entries is not dropped with its own mark", () => {
    const live = trackUpdate(
      object({ containers: [container("a", "1")] }, { labels: { k: "v" } }),
      undefined,
      writer("m"),
    );
    const migrated = {
      ...live,
      metadata: {
        ...live.metadata,
        managedFields: live.metadata.managedFields?.map((one) => ({ ...one, operation: "Apply" as const })),
      },
    };
    const wanted = object({ containers: [container("a", "1")] }, { labels: { k: "v" } });
    const applied = serverSideApply(migrated, wanted, { ...writer("m"), force: false });
    expect(applied.spec).toEqual({ containers: [container("a", "1")] });
    expect(applied.metadata.labels).toEqual({ k: "v" });
  });
});
