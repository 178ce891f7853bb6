import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
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
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
    logLevel: "error",
  });
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
  return {
    folder,
    file: (name) => path.join(folder, `${name}.mjs`),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The whole product, practice cluster and tools included, laid out as the build lays it out. */
export async function bundleProduct(): Promise<Bundles> {
  const bundles = await bundlePrograms({
    server: "server/main.ts",
    workspace: "server/workspace/main.ts",
    cluster: "server/cluster/main.ts",
    "toolbox/istioctl": "server/toolbox/istioctl/main.ts",
  });
  const { folder } = bundles;
  copyFileSync(
    path.join(root, "server/cluster/apis/generated/openapi.json"),
    path.join(folder, "openapi.json"),
  );
  const { unpackKubectl }: { unpackKubectl(minor?: number): Promise<string> } = await import(
    new URL("../../../scripts/lib/kubectl.mjs", import.meta.url).href
  );
  const bin = path.join(folder, "toolbox", "bin");
  mkdirSync(bin, { recursive: true });
  // A file of its own, as the build lays it: a link would lead out of what a sandbox shows.
  copyFileSync(await unpackKubectl(), path.join(bin, "kubectl"));
  const istioctl = `#!/bin/sh\nexec "\${MESHWORK_NODE:-node}" "$(dirname "$0")/../istioctl.mjs" "$@"\n`;
  writeFileSync(path.join(bin, "istioctl"), istioctl, { mode: 0o755 });
  return bundles;
}

/** Processes whose command line names `word`, e.g. a test's folder. */
export function processesNaming(word: string): number[] {
  const lines = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" }).trim().split("\n");
  return lines
    .filter((line) => line.includes(word) && !line.includes("ps -eo"))
    .map((line) => Number.parseInt(line, 10));
}
