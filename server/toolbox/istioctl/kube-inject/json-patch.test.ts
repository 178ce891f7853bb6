import { describe, expect, it } from "vitest";
import { type Operation, patched } from "./json-patch.ts";

const pod = {
  metadata: { labels: { "a/b": "c" } },
  spec: { containers: [{ name: "one" }, { name: "two" }] },
};

describe("a patch of the injector", () => {
  it.each<[string, Operation, unknown]>([
    [
      "adds a field",
      { op: "add", path: "/spec/volumes", value: [] },
      { ...pod, spec: { ...pod.spec, volumes: [] } },
    ],
    [
      "replaces by an escaped name",
      { op: "replace", path: "/metadata/labels/a~1b", value: "d" },
      { ...pod, metadata: { labels: { "a/b": "d" } } },
    ],
    ["removes", { op: "remove", path: "/metadata" }, { spec: pod.spec }],
    [
      "adds into a list",
      { op: "add", path: "/spec/containers/1", value: { name: "x" } },
      { ...pod, spec: { containers: [{ name: "one" }, { name: "x" }, { name: "two" }] } },
    ],
    [
      "adds at its end",
      { op: "add", path: "/spec/containers/-", value: { name: "x" } },
      { ...pod, spec: { containers: [{ name: "one" }, { name: "two" }, { name: "x" }] } },
    ],
    [
      "removes from a list",
      { op: "remove", path: "/spec/containers/0" },
      { ...pod, spec: { containers: [{ name: "two" }] } },
    ],
    [
      "replaces within a list",
      { op: "replace", path: "/spec/containers/0/name", value: "x" },
      { ...pod, spec: { containers: [{ name: "x" }, { name: "two" }] } },
    ],
  ])("%s", (_, operation, result) => {
    expect(patched(pod, [operation])).toEqual(result);
  });

  it("does not change what it was given, and refuses paths that are not there", () => {
    const before = structuredClone(pod);
    patched(pod, [{ op: "remove", path: "/spec" }]);
    expect(pod).toEqual(before);
    for (const path of ["/nope/a", "/spec/containers/7/name", "/metadata/labels/a~1b/x"])
      expect(() => patched(pod, [{ op: "add", path, value: 1 }])).toThrow(`no such path: ${path}`);
    expect(() => patched(pod, [{ op: "remove", path: "" }])).toThrow("the patch leaves no object");
  });
});
