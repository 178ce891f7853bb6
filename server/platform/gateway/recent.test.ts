import { expect, it } from "vitest";
import { Recent } from "./recent.ts";

it("one question a moment; the next moment asks anew", async () => {
  let asked = 0;
  const recent = new Recent(async () => ++asked, 1_000);
  expect(await Promise.all([recent.get(0), recent.get(999), recent.get(1_000)])).toEqual([1, 1, 2]);
});

it("a failure is told to whoever asked with it, and not remembered", async () => {
  const answers = [Promise.reject(new Error("no database")), Promise.resolve("owner")];
  const recent = new Recent(() => answers.shift() ?? Promise.resolve("gone"), 1_000);
  await expect(Promise.all([recent.get(0), recent.get(1)])).rejects.toThrow("no database");
  expect(await recent.get(2)).toBe("owner");
});
