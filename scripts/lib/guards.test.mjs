import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readGuards, rows, verdictOf, without } from "./guards.mjs";
import { inRoot } from "./paths.mjs";

const read = (file) => readFileSync(inRoot(file), "utf8");
const guards = readGuards();

describe("the list of guards", () => {
  it("covers every row of the threat model, and SECURITY.md explains each", () => {
    expect([...new Set(guards.map(({ row }) => row))].sort()).toEqual([...rows].sort());
    const explained = [...read("SECURITY.md").matchAll(/^\| ([A-Z]\d) \|/gm)].map(([, row]) => row);
    expect(explained).toEqual(rows);
  });

  it.each(guards.map((guard) => [`${guard.row}: ${guard.guard}`, guard]))("%s", (_title, guard) => {
    expect(without(read(guard.file), guard)).not.toBe(read(guard.file));
    expect(existsSync(inRoot(guard.test))).toBe(true);
    for (const name of [guard.name, guard.after ?? ""]) expect(read(guard.test)).toContain(name);
  });
});

it("a guard that moved, or stands there twice, is an error", () => {
  const guard = { file: "x.ts", take: "check();", leave: "" };
  expect(without("a; check(); b", guard)).toBe("a;  b");
  expect(() => without("a; b", guard)).toThrow('x.ts holds "check();" 0 times, not once.');
  expect(() => without("check(); check();", guard)).toThrow("2 times");
});

it("only the test itself, run and failed, has noticed", () => {
  const report = (tests) => ({
    testResults: [
      { assertionResults: Object.entries(tests).map(([fullName, status]) => ({ fullName, status })) },
    ],
  });
  const guard = { name: "is refused" };
  const built = { ...guard, after: "makes one" };
  expect(verdictOf(undefined, guard)).toBe("did not run");
  expect(verdictOf(report({ "x is refused": "skipped" }), guard)).toBe("did not run");
  expect(verdictOf(report({ "x is refused": "failed" }), guard)).toBe("noticed");
  expect(verdictOf(report({ "x is refused": "passed", "another one": "failed" }), guard)).toBe("NOT NOTICED");
  expect(verdictOf(report({ "x is refused": "failed", "makes one": "failed" }), built)).toBe("did not run");
  expect(verdictOf(report({ "x is refused": "failed", "makes one": "passed" }), built)).toBe("noticed");
});
