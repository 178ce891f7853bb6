import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { belowFloors, compareVersions, unpinned, withInstallScripts } from "./floors.mjs";
import { inRoot } from "./paths.mjs";

const read = (file) => JSON.parse(readFileSync(inRoot(file), "utf8"));
const lock = read("package-lock.json");
const { floors } = read("security/floors.json");

it("no package of the lockfile is below its floor", () => {
  expect(belowFloors(lock, floors)).toEqual([]);
  // A floor that nothing meets any more guards nothing: only mermaid stands there for the day that somebody adds it.
  const names = new Set(Object.keys(lock.packages).map((folder) => folder.split("node_modules/").pop()));
  expect(floors.map((floor) => floor.package).filter((name) => !names.has(name))).toEqual(["mermaid"]);
});

it("every package is pinned by its content, and none comes from beside the one registry", () => {
  expect(unpinned(lock)).toEqual([]);
});

it("every install script is decided upon, and no more than these may run", () => {
  const { allowScripts } = read("package.json");
  expect(withInstallScripts(lock).filter((name) => !(name in allowScripts))).toEqual([]);
  const allowed = Object.keys(allowScripts).filter((name) => allowScripts[name] === true);
  expect(allowed.sort()).toEqual(["esbuild", "node-pty", "sharp"]);
});

it("a copy deep in the tree that is too old, unpinned or from elsewhere is found", () => {
  const made = {
    packages: {
      "": { version: "0.1.0" },
      "node_modules/ws": { version: "8.23.0", integrity: "sha512-a" },
      "node_modules/engine.io/node_modules/ws": { version: "8.21.1-beta.1", integrity: "sha512-a" },
      "node_modules/left": { version: "1.0.0", integrity: "sha1-a", hasInstallScript: true },
      "node_modules/@a/b": {
        version: "1.0.0",
        integrity: "sha512-a",
        resolved: "https://evil.example/b.tgz",
      },
    },
  };
  expect(belowFloors(made, [{ package: "ws", minimum: "8.21.1", reason: "why" }])).toEqual([
    "node_modules/engine.io/node_modules/ws is 8.21.1-beta.1, below 8.21.1: why",
  ]);
  expect(unpinned(made)).toEqual([
    "node_modules/left has no sha512 of its content",
    "node_modules/@a/b comes from https://evil.example/b.tgz",
  ]);
  expect(withInstallScripts(made)).toEqual(["left"]);
});

it("versions are compared by number", () => {
  const order = ["1.9.0", "1.10.0-rc.1", "1.10.0", "2.0.0"];
  expect([...order].reverse().sort(compareVersions)).toEqual(order);
});
