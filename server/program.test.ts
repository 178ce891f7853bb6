import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";

let folder: string;
const inFolder = (...parts: string[]) => path.join(folder, ...parts);
const caches = () => readdirSync(inFolder("code-cache")).map((name) => inFolder("code-cache", name));

/** What the build makes, around a program of one thought. */
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "mw-program-"));
  await build({
    entryPoints: { hello: path.join(import.meta.dirname, "program.ts") },
    ...{ outdir: folder, outExtension: { ".js": ".mjs" } },
    ...{ bundle: true, platform: "node", format: "esm", target: "node20" },
    define: { BUNDLE: '"hello.cjs"', DIGEST: '"0123"' },
  });
  writeFileSync(
    inFolder("hello.cjs"),
    `__import("./friend.mjs").then(({ name }) => {
       console.log("hello " + name + " of " + require("node:path").basename(__filename) + ", " + process.argv.slice(2));
       require("node:diagnostics_channel").channel("meshwork:started").publish({});
     });`,
  );
  writeFileSync(inFolder("friend.mjs"), 'export const name = "friend";');
});
beforeEach(() => rmSync(inFolder("code-cache"), { recursive: true, force: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...flags: string[]) =>
  execFileSync(process.execPath, [...flags, inFolder("hello.mjs"), "word"], { encoding: "utf8" });
const said = "hello friend of hello.cjs, word\n";

it("runs its bundle, with or without a cache, and leaves one behind", () => {
  expect(run()).toBe(said);
  const [cache = ""] = caches();
  expect(path.basename(cache)).toMatch(/^hello\.cjs-0123-[0-9a-f]{16}$/);
  utimesSync(cache, 1, 1);
  expect(run()).toBe(said);
  // Taken as it is, not made again.
  expect(statSync(cache).mtimeMs).toBe(1000);
});

it("keeps a cache for each set of flags: V8 refuses one that others made", () => {
  run();
  run("--max-old-space-size=200");
  expect(caches()).toHaveLength(2);
});

it("replaces a cache that V8 refuses", () => {
  run();
  const [cache = ""] = caches();
  writeFileSync(cache, "not a cache");
  expect(run()).toBe(said);
  expect(readFileSync(cache).length).toBeGreaterThan(100);
});
