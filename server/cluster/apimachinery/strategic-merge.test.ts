import { describe, expect, it } from "vitest";
import { SchemaNode } from "./schema-node.ts";
import { applyStrategicMerge } from "./strategic-merge.ts";

const keyed = (mergeKey: string, strategy = "merge") => ({
  type: "array",
  items: { type: "object" },
  "x-kubernetes-patch-merge-key": mergeKey,
  "x-kubernetes-patch-strategy": strategy,
});
const node = new SchemaNode({
  properties: {
    containers: keyed("name"),
    volumes: keyed("name", "merge,retainKeys"),
    finalizers: { type: "array", "x-kubernetes-patch-strategy": "merge" },
    args: { type: "array" },
  },
});

describe("applyStrategicMerge", () => {
  it("[SMP1] merges keyed lists by key and keeps what the patch does not name", () => {
    const target = { containers: [{ name: "a", image: "1", tty: true }, { name: "b" }] };
    expect(
      applyStrategicMerge(target, { containers: [{ name: "a", image: "2" }, { name: "c" }] }, node),
    ).toEqual({
      containers: [{ name: "a", image: "2", tty: true }, { name: "b" }, { name: "c" }],
    });
  });

  it("[SMP2] replaces lists without a merge key and removes what is null", () => {
    expect(applyStrategicMerge({ args: ["x", "y"], other: 1 }, { args: ["z"], other: null }, node)).toEqual({
      args: ["z"],
    });
  });

  it("[SMP3] obeys $patch delete and replace", () => {
    const target = { containers: [{ name: "a" }, { name: "b", image: "1" }] };
    expect(applyStrategicMerge(target, { containers: [{ name: "a", $patch: "delete" }] }, node)).toEqual({
      containers: [{ name: "b", image: "1" }],
    });
    expect(applyStrategicMerge(target, { containers: [{ name: "z" }, { $patch: "replace" }] }, node)).toEqual(
      {
        containers: [{ name: "z" }],
      },
    );
    expect(
      applyStrategicMerge({ meta: { a: 1, b: 2 } }, { meta: { $patch: "replace", c: 3 } }, node),
    ).toEqual({
      meta: { c: 3 },
    });
  });

  it("[SMP4] puts elements in the order of $setElementOrder, others where they stood", () => {
    const target = { containers: [{ name: "sidecar" }, { name: "a" }, { name: "b" }] };
    const patch = {
      "$setElementOrder/containers": [{ name: "b" }, { name: "a" }],
      containers: [{ name: "a", image: "2" }],
    };
    expect(applyStrategicMerge(target, patch, node)).toEqual({
      containers: [{ name: "sidecar" }, { name: "b" }, { name: "a", image: "2" }],
    });
  });

  it("[SMP5] drops from a union what $retainKeys does not name", () => {
    const target = { volumes: [{ name: "v", emptyDir: {} }] };
    const patch = { volumes: [{ name: "v", $retainKeys: ["name", "configMap"], configMap: { name: "c" } }] };
    expect(applyStrategicMerge(target, patch, node)).toEqual({
      volumes: [{ name: "v", configMap: { name: "c" } }],
    });
  });

  it("[SMP6] adds to and deletes from lists of primitives", () => {
    const target = { finalizers: ["a", "b"] };
    expect(applyStrategicMerge(target, { finalizers: ["c", "a"] }, node)).toEqual({
      finalizers: ["a", "b", "c"],
    });
    expect(applyStrategicMerge(target, { "$deleteFromPrimitiveList/finalizers": ["a"] }, node)).toEqual({
      finalizers: ["b"],
    });
  });
});
