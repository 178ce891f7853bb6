// One learner's home, or cluster, out of a backup, while everybody else goes on.
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, realpath, rename, rm } from "node:fs/promises";
import path from "node:path";
import { HEAD, readArchive } from "./archive.ts";
import { MAX_DEPTH } from "./limits.ts";
import { isKept, workspaceState, workspacesDir } from "./parts.ts";
import { place, readHead } from "./stage-restore.ts";
import { ArchiveError } from "./tar-header.ts";

export const restorable = ["home", "cluster"] as const;
export type Restorable = (typeof restorable)[number];

export interface RestoreWorkspaceOptions {
  readonly dataDir: string;
  readonly workspace: string;
  readonly parts: readonly Restorable[];
  /** Does the work while the workspace stands still and nobody can start it. */
  readonly whileStopped: (workspace: string, work: () => Promise<void>) => Promise<void>;
}

export interface WorkspaceRestored {
  readonly made: string;
  readonly entries: number;
}

/** The whole archive is read and checked first; then what there is gives way to it by renames, and comes back if one fails. */
export async function restoreWorkspace(
  archive: AsyncIterable<Buffer>,
  options: RestoreWorkspaceOptions,
): Promise<WorkspaceRestored> {
  const { dataDir, workspace, parts, whileStopped } = options;
  const folder = path.join(dataDir, `restore-${randomUUID()}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    const found = await unpackOne(archive, { folder, workspace, parts });
    const names = [...parts, ...(parts.includes("cluster") ? [workspaceState] : [])];
    const [here, fresh] = [path.join(workspacesDir(dataDir), workspace), workspacesDir(folder)];
    await mkdir(here, { recursive: true, mode: 0o700 });
    await whileStopped(workspace, () =>
      exchangeAll(names, { here, fresh: path.join(fresh, workspace), folder }),
    );
    return found;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function unpackOne(
  archive: AsyncIterable<Buffer>,
  { folder, workspace, parts }: { folder: string; workspace: string; parts: readonly Restorable[] },
): Promise<WorkspaceRestored> {
  const mine = parts.map((part) => `workspaces/${workspace}/${part}`);
  if (parts.includes("cluster")) mine.push(`workspaces/${workspace}/${workspaceState}`);
  const root = await realpath(folder);
  let made: string | undefined;
  let entries = 0;
  for await (const { entry, content } of readArchive(archive)) {
    if (made === undefined) {
      if (entry.path !== HEAD) throw new ArchiveError("This is no backup of Meshwork.");
      ({ made } = await readHead(entry, content));
      continue;
    }
    if (!mine.some((at) => entry.path === at || entry.path.startsWith(`${at}/`))) continue;
    if (!isKept(entry.path) || entry.path.split("/").length > MAX_DEPTH + 8)
      throw new ArchiveError(`The archive holds "${entry.path}", which is no place of a backup.`);
    await place(root, entry, content);
    entries++;
  }
  if (made === undefined) throw new ArchiveError("The archive is empty.");
  if (entries === 0)
    throw new ArchiveError(`The archive holds no ${parts.join(" and no ")} of this learner.`);
  return { made, entries };
}

/** What the archive does not hold stays as it is. */
async function exchangeAll(
  names: readonly string[],
  { here, fresh, folder }: { here: string; fresh: string; folder: string },
): Promise<void> {
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const name of names) {
      const [old, next, aside] = [
        path.join(here, name),
        path.join(fresh, name),
        path.join(folder, `old-${name}`),
      ];
      if (!existsSync(next)) continue;
      if (existsSync(old)) {
        await rename(old, aside);
        undo.push(() => rename(aside, old));
      }
      await rename(next, old);
      undo.push(() => rename(old, next));
    }
  } catch (error) {
    for (const back of undo.reverse()) await back();
    throw error;
  }
}
