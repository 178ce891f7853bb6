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
/** Needed to build or test, never to run. */
const leaveOut = [
  /^\.next\/(cache|dev|types|diagnostics)(\/|$)/,
  /^node_modules\/(\.cache|wetty|@playwright|playwright|playwright-core|vitest|vite|@biomejs|dependency-cruiser|@swc|@aws-cdk|typescript|@typescript|@rolldown|lightningcss.*)(\/|$)/,
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
  for (const entry of entries) {
    const child = path.posix.join(relative, entry.name);
    if (entry.isSymbolicLink()) await symlink(await readlink(inRoot(child)), path.join(target, child));
    else await put(child, target);
  }
}

const target = process.argv[2];
if (!target) {
  console.error("usage: node deploy/assemble.mjs TARGET");
  process.exit(64);
}
for (const part of parts) await put(part, path.resolve(target));
