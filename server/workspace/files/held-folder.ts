// Folders of a learner, who may be changing them meanwhile, and may be changing them in order to have us read or write
// something else: a link in place of a folder leads the host to what the learner's own programs cannot reach.
import { constants, lstatSync, mkdirSync, realpathSync, renameSync, unlinkSync } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import path from "node:path";

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** A name in a folder that is held open. Where there is no /proc, there are no sandboxed learners either. */
const within = (folder: FileHandle, name: string, fallback: string) =>
  process.platform === "linux" ? `/proc/self/fd/${folder.fd}/${name}` : path.join(fallback, name);

export interface HeldFolder {
  /** A path of something in the folder, wherever the folder is by now. Its last name may still be a link. */
  of(name: string): string;
}

/**
 * Opens `names` below `home`, one after the other and no link among them, and holds the last while it is used. With `make`,
 * what is missing is made; without, it is an ENOENT.
 */
export async function holdFolder<T>(
  home: string,
  { names, make = false }: { readonly names: readonly string[]; readonly make?: boolean },
  use: (folder: HeldFolder) => Promise<T>,
): Promise<T> {
  let at = home;
  let held = await open(home, FOLDER);
  try {
    for (const name of names) {
      const next = within(held, name, at);
      if (make)
        await mkdir(next).catch((error: unknown) => {
          if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
        });
      const opened = await open(next, FOLDER);
      await held.close();
      held = opened;
      at = path.join(at, name);
    }
    const folder = held;
    return await use({ of: (name) => within(folder, name, at) });
  } finally {
    await held.close();
  }
}

/**
 * Makes `folder` below `home` of real folders: a link on the way is removed (it holds nothing), what is no folder is moved
 * aside under another name. For a moment in which no program of the learner's runs.
 */
export function makePlainFolder(home: string, folder: string): void {
  mkdirSync(home, { recursive: true });
  let at = realpathSync(home);
  for (const name of path.relative(home, folder).split(path.sep)) {
    at = path.join(at, name);
    const known = lstatSync(at, { throwIfNoEntry: false });
    if (known?.isDirectory()) continue;
    if (known?.isSymbolicLink()) unlinkSync(at);
    else if (known) renameSync(at, `${at}.moved-aside-${Date.now()}`);
    mkdirSync(at);
  }
}
