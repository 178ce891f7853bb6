// What holds for every patch and every selector, whatever is in them.
import fc from "fast-check";
import { expect, it } from "vitest";
import {
  applyJsonPatch,
  applyMergePatch,
  deepEqual,
  formatLabelSelector,
  isObject,
  type KubeObject,
  type LabelRequirement,
  matchesLabels,
  parseLabelSelector,
  serverSideApply,
} from "./index.ts";

// The same cases each time: what fails once fails again.
fc.configureGlobal({ seed: 7 });

const key = fc.constantFrom("a", "b", "c", "__proto__", "x/y", "d~e");
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, fc.integer(), fc.string(), fc.boolean(), tie("list"), tie("map")),
  list: fc.array(tie("value"), { maxLength: 3 }),
  map: fc.dictionary(key, tie("value"), { maxKeys: 4 }),
}));
const map = fc.dictionary(key, value, { maxKeys: 4 });
const patch = fc.dictionary(key, fc.oneof(value, fc.constant(null)), { maxKeys: 4 });

/** Through JSON, as patches and objects come: keys named __proto__ are data. */
const plain = (from: unknown): unknown => JSON.parse(JSON.stringify(from));

it("a merge patch applied twice is applied once", () => {
  fc.assert(
    fc.property(map, patch, (target, change) => {
      const once = applyMergePatch(plain(target), plain(change));
      expect(applyMergePatch(once, plain(change))).toEqual(once);
    }),
  );
});

it("merge patches leave what they do not name, and take away what they null", () => {
  fc.assert(
    fc.property(map, patch, (target, change) => {
      const result = applyMergePatch(plain(target), plain(change));
      if (!isObject(result)) throw new Error("not an object");
      for (const [name, wanted] of Object.entries(change)) {
        expect(Object.hasOwn(result, name)).toBe(wanted !== null);
      }
      for (const [name, kept] of Object.entries(target)) {
        if (!Object.hasOwn(change, name)) expect(deepEqual(result[name], kept)).toBe(true);
      }
    }),
  );
});

it("adding by a JSON patch and removing again changes nothing", () => {
  fc.assert(
    fc.property(map, value, (target, added) => {
      const path = "/new~1key";
      const longer = applyJsonPatch(plain(target), [{ op: "add", path, value: added }]);
      expect(applyJsonPatch(longer, [{ op: "test", path, value: added }])).toEqual(longer);
      expect(applyJsonPatch(longer, [{ op: "remove", path }])).toEqual(plain(target));
    }),
  );
});

it("what is applied twice by the same manager is applied once, and nobody else's fields go", () => {
  const writer = (manager: string, now: string) => ({
    ...{ manager, now, subresource: "", apiVersion: "v1", node: undefined, force: true },
    ignores: () => false,
  });
  const object = (data: unknown): KubeObject => ({
    ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "m" } },
    data: plain(data),
  });
  const names = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.integer(), { minKeys: 1 });
  const others = fc.dictionary(fc.constantFrom("x", "y"), fc.integer(), { minKeys: 1 });
  fc.assert(
    fc.property(names, names, others, (first, second, theirs) => {
      const start = serverSideApply(undefined, object(theirs), writer("them", "2026-01-01T00:00:00Z"));
      const applied = serverSideApply(start, object(first), writer("us", "2026-01-01T00:00:01Z"));
      const changed = serverSideApply(applied, object(second), writer("us", "2026-01-01T00:00:02Z"));
      expect(changed.data).toEqual({ ...theirs, ...second });
      const again = serverSideApply(changed, object(second), writer("us", "2026-01-01T00:00:03Z"));
      expect(again).toEqual(changed);
    }),
  );
});

it("a selector means the same after it was written and read", () => {
  const name = fc.constantFrom("app", "tier", "example.com/x");
  const word = fc.constantFrom("web", "api", "v1");
  const requirement: fc.Arbitrary<LabelRequirement> = fc.oneof(
    fc.record({
      key: name,
      operator: fc.constantFrom("In", "NotIn"),
      values: fc.uniqueArray(word, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ key: name, operator: fc.constantFrom("Exists", "DoesNotExist"), values: fc.constant([]) }),
  );
  const labels = fc.dictionary(name, word);
  fc.assert(
    fc.property(fc.array(requirement, { maxLength: 3 }), labels, (selector, given) => {
      const read = parseLabelSelector(formatLabelSelector(selector));
      expect(matchesLabels(read, given)).toBe(matchesLabels(selector, given));
    }),
  );
});
