// node scripts/build.mjs [--bundles | --pages]; both when neither is named.
import { copyFile, link, mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { unpackKubectl } from "./lib/kubectl.mjs";
import { which } from "./lib/machine.mjs";
import { inRoot, root, toolboxBin } from "./lib/paths.mjs";
import { capture } from "./lib/run.mjs";
import { exitWith, Refusal } from "./lib/stages.mjs";
import { downloads, launcher } from "./lib/toolbox.mjs";

const only = process.argv.find((argument) => argument === "--bundles" || argument === "--pages");

const shared = {
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  sourcemap: "linked",
  logLevel: "warning",
  absWorkingDir: root,
  // Bundled CommonJS packages still call require.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
};

async function bundles() {
  const { build } = await import("esbuild");
  const servers = {
    server: "server/main.ts",
    workspace: "server/workspace/main.ts",
    cluster: "server/cluster/main.ts",
  };
  // Packages stay outside: they hold native code, WebAssembly and workers that find their files by path.
  await build({
    ...shared,
    entryPoints: servers,
    outdir: "dist",
    outExtension: { ".js": ".mjs" },
    packages: "external",
  });
  await copyFile(inRoot("server/cluster/apis/generated/openapi.json"), inRoot("dist/openapi.json"));
  // A learner's command must start fast: one file, nothing to resolve.
  await build({
    ...shared,
    entryPoints: {
      istioctl: "server/toolbox/istioctl/main.ts",
      jq: "server/toolbox/jq/main.ts",
      "download-istio": "server/toolbox/download-istio/main.ts",
    },
    outdir: "dist/toolbox",
    outExtension: { ".js": ".mjs" },
    external: ["just-bash"],
    minifySyntax: true,
  });
  await toolbox();
}

async function toolbox() {
  await rm(toolboxBin, { recursive: true, force: true });
  await mkdir(toolboxBin, { recursive: true });
  const kubectl = await unpackKubectl(35);
  const target = path.join(toolboxBin, "kubectl");
  await link(kubectl, target).catch(() => copyFile(kubectl, target));
  await launcher(toolboxBin, "istioctl");
  // The host's own jq is the better one; ours stands in where there is none.
  if (!which("jq")) await launcher(toolboxBin, "jq");
  await downloads(path.dirname(toolboxBin));
}

async function pages() {
  const env = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" };
  const { code, output } = await capture(
    process.execPath,
    [inRoot("node_modules/next/dist/bin/next"), "build"],
    { env },
  );
  if (code !== 0) throw new Refusal(`next build failed:\n${output}`);
  if (process.env.MESHWORK_BUILD_VERBOSE) console.log(output);
}

try {
  if (only !== "--pages") await bundles();
  if (only !== "--bundles") await pages();
} catch (error) {
  exitWith(error);
}
