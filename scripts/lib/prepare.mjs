// The stages that take a fresh clone to something that can start: packages, generated code, tools, bundles, pages.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fingerprint, unlessFresh } from "./fresh.mjs";
import { checkCompiler, checkDisk, checkNode, checkRegistry } from "./machine.mjs";
import { inRoot } from "./paths.mjs";
import { capture, tail } from "./run.mjs";
import { Refusal } from "./stages.mjs";

/** What the server bundles and the pages are made of. */
const SOURCES = [
  "app",
  "components",
  "messages",
  "server",
  "public",
  "next.config.ts",
  "package-lock.json",
  "tsconfig.json",
  "scripts/build.mjs",
];
const environment = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: "1" };

async function mustRun(command, args, refusal) {
  const { code, output } = await capture(command, args, { env: environment });
  if (code !== 0) throw new Refusal(`${refusal}\n\n${tail(output)}\n`);
}

export async function checkMachine() {
  for (const finding of [checkNode(), await checkDisk()])
    if (!finding.ok) throw new Refusal(`${finding.name}: ${finding.found}`, [finding.advice]);
}

async function install() {
  const { code, output } = await capture("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    env: environment,
  });
  if (code === 0) return;
  const network =
    /\b(ENOTFOUND|ETIMEDOUT|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ENETUNREACH|ERR_SOCKET_TIMEOUT)\b/.test(output);
  const registry = network ? await checkRegistry() : undefined;
  if (registry && !registry.ok)
    throw new Refusal(`The packages could not be fetched: ${registry.name}: ${registry.found}`, [
      registry.advice,
    ]);
  const compiler = checkCompiler();
  if (/node-pty|node-gyp/.test(output) && !compiler.ok)
    throw new Refusal(`node-pty could not be compiled (${compiler.found}).`, [compiler.advice]);
  if (/\bENOSPC\b/.test(output)) throw new Refusal("The disk is full.", [(await checkDisk(false)).advice]);
  throw new Refusal(`npm ci failed:\n\n${tail(output)}`);
}

export async function installPackages() {
  const lock = createHash("sha256")
    .update(await readFile(inRoot("package-lock.json")))
    .update(process.versions.modules)
    .digest("hex");
  return unlessFresh("packages", lock, {
    needs: ["node_modules/next/package.json", "node_modules/esbuild/package.json"],
    work: install,
  });
}

export async function generateCode() {
  const hash = fingerprint([
    "prisma/schema.prisma",
    "prisma.config.ts",
    "scripts/generate.mjs",
    "scripts/generate-openapi.mjs",
    "package-lock.json",
  ]);
  return unlessFresh("generated", hash, {
    needs: ["server/platform/db/generated", "server/cluster/apis/generated/openapi.json"],
    work: () => mustRun(process.execPath, ["scripts/generate.mjs"], "Generating code failed."),
  });
}

/** Bundles of the server processes and the learner's tools, and their code caches; some three seconds. */
export async function bundle() {
  const hash = fingerprint([
    "server",
    "content/istio-samples",
    "scripts/build.mjs",
    "scripts/lib",
    "package-lock.json",
  ]);
  return unlessFresh("bundles", hash, {
    needs: [
      "dist/server.mjs",
      "dist/workspace.mjs",
      "dist/cluster.mjs",
      "dist/cluster.cjs",
      "dist/toolbox/bin/kubectl",
    ],
    work: () => mustRun(process.execPath, ["scripts/build.mjs", "--bundles"], "Bundling the servers failed."),
  });
}

export async function buildPages() {
  const hash = fingerprint(SOURCES);
  return unlessFresh("pages", hash, {
    needs: [".next/BUILD_ID"],
    work: () => mustRun(process.execPath, ["scripts/build.mjs", "--pages"], "Building the pages failed."),
  });
}

export const prepareStages = [
  { title: "Looking at this machine", run: checkMachine },
  { title: "Installing packages", run: installPackages },
  { title: "Generating database client and API schemas", run: generateCode },
  { title: "Bundling servers and tools", run: bundle },
  { title: "Building pages", run: buildPages },
];

/** In an installed image the sources may be gone; then what was built is what runs. */
export const isPrebuilt = () =>
  process.env.MESHWORK_PREBUILT === "1" && existsSync(inRoot("dist", "server.mjs"));
