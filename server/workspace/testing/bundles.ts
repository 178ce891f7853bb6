import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";

const root = path.resolve(import.meta.dirname, "../../..");

export interface Bundles {
  readonly folder: string;
  readonly file: (name: string) => string;
  dispose(): void;
}

/** Bundles programs the way the product is built, into a folder of their own. */
export async function bundlePrograms(programs: Readonly<Record<string, string>>): Promise<Bundles> {
  const folder = mkdtempSync(path.join(tmpdir(), "mw-"));
  await build({
    entryPoints: Object.fromEntries(
      Object.entries(programs).map(([name, file]) => [name, path.join(root, file)]),
    ),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    logLevel: "error",
  });
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
  return {
    folder,
    file: (name) => path.join(folder, `${name}.mjs`),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Processes whose command line names `word`, e.g. a test's folder. */
export function processesNaming(word: string): number[] {
  const lines = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" }).trim().split("\n");
  return lines
    .filter((line) => line.includes(word) && !line.includes("ps -eo"))
    .map((line) => Number.parseInt(line, 10));
}
