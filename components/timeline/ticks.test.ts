import { expect, it } from "vitest";
import { groupTicks, groupWords, momentOf } from "./ticks.ts";

const tick = (id: string, at: number) => ({
  ...{ id, at, verb: "created" as const, kind: "Service", name: `s${id}`, by: "kubectl" },
});

it("puts together what one command changed", () => {
  const groups = groupTicks([tick("1", 0), tick("2", 1_000), tick("3", 2_400), tick("4", 9_000)]);
  expect(groups.map(({ id, at, ticks }) => `${id} ${at} ${ticks.length}`)).toEqual(["1 0 3", "4 9000 1"]);
  expect(groups.map(groupWords)).toEqual(["Service s1 created and 2 more", "Service s4 created"]);
});

it("looks just before a change, and a whole window after it unless that is yet to come", () => {
  const [group] = groupTicks([tick("1", 10_000), tick("2", 11_000)]);
  if (!group) throw new Error("a group");
  const at = (now: number) => ({ windowSeconds: 30, now });
  expect(momentOf(group, "before", at(99_000))).toBe(9_999);
  expect(momentOf(group, "after", at(99_000))).toBe(41_000);
  expect(momentOf(group, "after", at(20_000))).toBe(20_000);
});
