import {
  constants,
  copyFileSync,
  existsSync,
  lstatSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import path from "node:path";
import { makePlainFolder } from "./held-folder.ts";

export interface LayOptions {
  readonly home: string;
  /** Below the home. */
  readonly folder: string;
}

/** Copies the workshop's files into the learner's folder. What is there already is the learner's and stays as it is. */
export function seedFiles(from: string, options: LayOptions): void {
  makePlainFolder(options.home, options.folder);
  lay(from, options, false);
}

/** Copies files over what the learner has under the same names. All else stays. */
export function overlayFiles(from: string, options: LayOptions): void {
  lay(from, options, true);
}

/** No link of the learner's leads us elsewhere: on the way there they are removed, at the end they are not written through. */
function lay(from: string, { home, folder }: LayOptions, over: boolean): void {
  if (!existsSync(from)) return;
  makePlainFolder(home, folder);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [ours, theirs] = [path.join(from, entry.name), path.join(folder, entry.name)];
    const known = lstatSync(theirs, { throwIfNoEntry: false });
    if (entry.isDirectory()) {
      if (over || known === undefined || known.isDirectory()) lay(ours, { home, folder: theirs }, over);
      continue;
    }
    if (known && !over) continue;
    if (known) rmSync(theirs, { recursive: true, force: true });
    if (entry.isSymbolicLink()) symlinkSync(readlinkSync(ours), theirs);
    else if (entry.isFile()) copyFileSync(ours, theirs, constants.COPYFILE_EXCL);
  }
}
