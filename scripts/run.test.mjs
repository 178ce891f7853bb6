import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { inRoot } from "./lib/paths.mjs";
import { capture } from "./lib/run.mjs";

it("says on an old Node.js what to install, instead of a syntax error", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "meshwork-old-node-"));
  try {
    const pretend = path.join(folder, "pretend.cjs");
    await writeFile(pretend, 'Object.defineProperty(process, "versions", { value: { node: "18.20.4" } });');
    const { code, output } = await capture(process.execPath, [
      "-r",
      pretend,
      inRoot("scripts", "run.cjs"),
      "start",
    ]);
    expect(code).toBe(1);
    expect(output).toContain("is too old for Meshwork");
    expect(output).toContain("Install Node.js 20.19 or newer");
  } finally {
    await rm(folder, { recursive: true });
  }
});
