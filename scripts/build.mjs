// node scripts/build.mjs [--bundles | --pages]; both when neither is named.
import { createHash } from "node:crypto";
import { copyFile, link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { warmCaches } from "./lib/code-cache.mjs";
import { unpackKubectl } from "./lib/kubectl.mjs";
import { which } from "./lib/machine.mjs";
import { inRoot, root, toolboxBin } from "./lib/paths.mjs";
import { capture } from "./lib/run.mjs";
import { exitWith, Refusal } from "./lib/stages.mjs";
import { downloads, launcher } from "./lib/toolbox.mjs";

const only = process.argv.find((argument) => argument === "--bundles" || argument === "--pages");

const common = {
  bundle: true,
  platform: "node",
  target: "node20",
  sourcemap: "linked",
  logLevel: "warning",
  absWorkingDir: root,
};

const shared = {
  ...common,
  format: "esm",
  // Bundled CommonJS packages still call require.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
};

async function bundles() {
  const { build } = await import("esbuild");
  // Packages stay outside: Next, Prisma and what they need find their files by path.
  await build({
    ...shared,
    entryPoints: { server: "server/main.ts" },
    outdir: "dist",
    outExtension: { ".js": ".mjs" },
    packages: "external",
  });
  await copyFile(inRoot("server/cluster/apis/generated/openapi.json"), inRoot("dist/openapi.json"));
  await programs(build, { workspace: "server/workspace/main.ts", cluster: "server/cluster/main.ts" });
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

/**
 * What is started for each learner must start fast and stay small: one file with its packages, in front of it a program
 * that runs it from a code cache. Outside stay packages with native code, with files they find by path, or rarely needed.
 */
async function programs(build, entryPoints) {
  await rm(inRoot("dist/code-cache"), { recursive: true, force: true });
  await build({
    ...common,
    entryPoints,
    outdir: "dist",
    outExtension: { ".js": ".cjs" },
    format: "cjs",
    external: ["node-pty", "just-bash", "@kubernetes/client-node"],
    // V8 keeps a program's text in memory. Names stay, for stack traces; so do lines, which an uncaught error quotes.
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 200,
    define: { "import.meta.url": "__url", "import.meta.dirname": "__dirname" },
    banner: { js: 'const __url = require("node:url").pathToFileURL(__filename).href;' },
  });
  for (const name of Object.keys(entryPoints)) {
    const bundle = `${name}.cjs`;
    // V8 forgets who answers import() of a script that comes from a cache; program.ts hands it in by another name. It
    // reads a byte as a character: esbuild escapes all others but those of regular expressions.
    const text = (await readFile(inRoot("dist", bundle), "utf8"))
      .replace(/\bimport\((?=")/g, "__import(")
      .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
    await writeFile(inRoot("dist", bundle), text);
    const digest = createHash("sha256").update(text).digest("hex");
    await build({
      ...common,
      entryPoints: { [name]: "server/program.ts" },
      outdir: "dist",
      outExtension: { ".js": ".mjs" },
      format: "esm",
      sourcemap: false,
      define: { BUNDLE: JSON.stringify(bundle), DIGEST: JSON.stringify(digest.slice(0, 16)) },
    });
  }
  await warmCaches();
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
