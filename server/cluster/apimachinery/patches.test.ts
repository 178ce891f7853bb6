import { describe, expect, it } from "vitest";
import { applyJsonPatch, applyMergePatch, deepEqual, withValueAt } from "./index.ts";

describe("applyJsonPatch", () => {
  it("[JP1] adds, replaces, removes, moves, copies and tests", () => {
    const patch = [
      { op: "test", path: "/a/0", value: { x: 1 } },
      { op: "add", path: "/a/0", value: 0 },
      { op: "add", path: "/a/-", value: "last" },
      { op: "replace", path: "/b~1c", value: 2 },
      { op: "copy", from: "/a/1", path: "/d" },
      { op: "move", from: "/d/x", path: "/e" },
      { op: "remove", path: "/a/1/x" },
    ];
    expect(applyJsonPatch({ a: [{ x: 1 }], "b/c": 1 }, patch)).toEqual({
      a: [0, {}, "last"],
      "b/c": 2,
      d: {},
      e: 1,
    });
  });

  it("[JP2] refuses what is not there, and leaves the document alone", () => {
    const document = { spec: { a: [1] } };
    const apply = (operation: object) => {
      try {
        return applyJsonPatch(document, [operation]);
      } catch (error) {
        const { message, cause } = error instanceof Error ? error : new Error(String(error));
        return [message, cause instanceof Error ? cause.message : ""];
      }
    };
    const untold = "the server rejected our request due to an error in our request";
    expect(apply({ op: "remove", path: "/spec/zz" })).toEqual([
      untold,
      'remove operation does not apply: doc is missing path: "/spec/zz": missing value',
    ]);
    expect(apply({ op: "replace", path: "/spec/a/7", value: 1 })).toEqual([
      untold,
      "replace operation does not apply: doc is missing key: /spec/a/7: missing value",
    ]);
    expect(apply({ op: "test", path: "/spec/a", value: [2] })).toEqual([
      untold,
      "testing value /spec/a failed: test failed",
    ]);
    expect(() => applyJsonPatch({}, {})).toThrow(
      "json: cannot unmarshal object into Go value of type jsonpatch.Patch",
    );
    expect(document).toEqual({ spec: { a: [1] } });
  });

  it("[JP3] a key named __proto__ is data", () => {
    const patch: unknown = JSON.parse('[{"op":"add","path":"/__proto__","value":{"polluted":true}}]');
    const result = applyJsonPatch({}, patch);
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
    expect(JSON.stringify(result)).toBe('{"__proto__":{"polluted":true}}');
  });
});

describe("applyMergePatch", () => {
  it("[MP1] follows the examples of RFC 7386", () => {
    expect(applyMergePatch({ a: { b: "c" } }, { a: { b: "d", c: null } })).toEqual({ a: { b: "d" } });
    expect(applyMergePatch({ a: [{ b: "c" }] }, { a: [1] })).toEqual({ a: [1] });
    expect(applyMergePatch({}, { a: { bb: { ccc: null } } })).toEqual({ a: { bb: {} } });
    expect(applyMergePatch(["a", "b"], { a: "b", c: null })).toEqual({ a: "b" });
  });
});

describe("json helpers", () => {
  it("[JS1] sets deep values without changing the original", () => {
    const original = { a: { b: 1 } };
    expect(withValueAt(original, ["a", "c"], 2)).toEqual({ a: { b: 1, c: 2 } });
    expect(withValueAt(original, ["a", "b"], undefined)).toEqual({ a: {} });
    expect(original).toEqual({ a: { b: 1 } });
  });

  it("[JS2] compares by value, whatever the order of keys", () => {
    expect(deepEqual({ a: [1, { b: 2 }], c: undefined }, { a: [1, { b: 2 }] })).toBe(true);
    expect(deepEqual({ a: [1, 2] }, { a: [2, 1] })).toBe(false);
  });
});
