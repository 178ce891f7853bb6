// node deploy/assemble.mjs TARGET: what a container image runs, out of a built checkout. The Dockerfile's one real step;
// scripts/image.test.mjs runs it without Docker. Files are hard-linked where the disk allows, else copied.
import { copyFile, link, mkdir, readdir, readlink, symlink } from "node:fs/promises";
import path from "node:path";
import { inRoot } from "../scripts/lib/paths.mjs";

const parts = [
  "package.json",
  "bin",
  "scripts",
  "deploy/healthcheck.mjs",
  "dist",
  ".next",
  "content",
  "prisma/migrations",
  "public",
  "node_modules",
];
/** Packages that build or test, never run: compilers, linters, browsers' drivers, Prisma's command line, zips already unpacked. */
const buildOnly = [
  ...[
    "@aws-cdk",
    "@biomejs",
    "@esbuild",
    "@playwright",
    "@rolldown",
    "@swc",
    "@types",
    "@typescript",
    "@vitest",
    "@visx",
  ],
  ...[
    "@prisma/dev",
    "@prisma/engines",
    "@prisma/fetch-engine",
    "@prisma/get-platform",
    "@prisma/schema-engine-wasm",
  ],
  ...[
    "@prisma/streams-local",
    "@prisma/studio-core",
    "@tabler",
    "dependency-cruiser",
    "effect",
    "elkjs",
    "esbuild",
  ],
  ...["playwright", "playwright-core", "prisma", "remeda", "tsx", "typescript", "vite", "vitest"],
];
const leaveOut = [
  /^\.next\/(cache|dev|types|diagnostics)(\/|$)/,
  new RegExp(`^node_modules/(\\.cache|\\.bin|lightningcss[^/]*|${buildOnly.join("|")})(/|$)`),
  /\.test\.(ts|mjs)$/,
];

async function put(relative, target) {
  if (leaveOut.some((pattern) => pattern.test(relative))) return;
  const from = inRoot(relative);
  const entries = await readdir(from, { withFileTypes: true }).catch((error) => error.code);
  if (entries === "ENOENT") return;
  const to = path.join(target, relative);
  await mkdir(path.dirname(to), { recursive: true });
  if (entries === "ENOTDIR") {
    await link(from, to).catch(() => copyFile(from, to));
    return;
  }
  await mkdir(to, { recursive: true });
  await Promise.all(
    entries.map(async (entry) => {
      const child = path.posix.join(relative, entry.name);
      if (entry.isSymbolicLink()) await symlink(await readlink(inRoot(child)), path.join(target, child));
      else await put(child, target);
    }),
  );
}

const target = process.argv[2];
if (!target) {
  console.error("usage: node deploy/assemble.mjs TARGET");
  process.exit(64);
}
for (const part of parts) await put(part, path.resolve(target));
