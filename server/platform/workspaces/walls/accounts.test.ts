import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Accounts, giveTo } from "./accounts.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "mwu-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("[A3] gives each workspace a user, the same one after a restart, and none of them twice", () => {
  const before = new Accounts(folder);
  expect([before.of("ada"), before.of("ben"), before.of("ada")]).toEqual([100_001, 100_002, 100_001]);
  const after = new Accounts(folder);
  expect([after.of("cem"), after.of("ben"), after.trial]).toEqual([100_003, 100_002, 100_000]);
});

it("[A3] a book that cannot be read is an error, not a new book", () => {
  new Accounts(folder).of("ada");
  writeFileSync(path.join(folder, "uids.json"), "{");
  expect(() => new Accounts(folder)).toThrow(SyntaxError);
});

it("gives folders away with all in them, and follows no link", () => {
  const own = process.getuid?.() ?? 0;
  // Only root can give to others; everybody can give to themselves.
  const to = own === 0 ? 100_007 : own;
  const home = path.join(folder, "one", "home");
  mkdirSync(path.join(home, "deep"), { recursive: true });
  writeFileSync(path.join(folder, "outside"), "");
  symlinkSync(path.join(folder, "outside"), path.join(home, "link"));
  giveTo(to, path.join(folder, "one"));
  expect([statSync(path.join(home, "deep")).uid, statSync(path.join(folder, "outside")).uid]).toEqual([
    to,
    own,
  ]);
  mkdirSync(path.join(folder, "one", "restored"));
  giveTo(to, path.join(folder, "one"));
  expect(statSync(path.join(folder, "one", "restored")).uid).toBe(to);
});
