import { createHash } from "node:crypto";
import { lstatSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { MAX_SOCKET_PATH } from "./limits.ts";

/** Where a socket of a process that keeps its things in `dir` listens; its folder is there and closed to others (0700). */
export function privateSocketPath(dir: string, name: string): string {
  const inside = path.join(dir, "run");
  if (path.join(inside, name).length <= MAX_SOCKET_PATH) return path.join(privateFolder(inside), name);
  // The kernel takes no such long path.
  const hash = createHash("sha256").update(path.join(dir, name)).digest("hex").slice(0, 16);
  return path.join(privateFolder(path.join(tmpdir(), `meshwork-${process.getuid?.() ?? 0}`)), `${hash}.sock`);
}

function privateFolder(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = lstatSync(folder);
  if (uid !== process.getuid?.() || (mode & 0o077) !== 0)
    throw new Error(`${folder} must belong to you and be closed to others (mode 0700).`);
  return folder;
}
