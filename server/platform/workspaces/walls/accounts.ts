import {
  chownSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { z } from "zod";
import { FIRST_UID, MAX_UIDS } from "../limits.ts";

const book = z.object({ last: z.number().int(), of: z.record(z.string(), z.number().int()) });
type Book = z.infer<typeof book>;

/**
 * Which user of the machine a workspace's processes and files belong to. Written before it is used, and never given
 * twice: what a deleted workspace may have left somewhere shall not belong to the next one.
 */
export class Accounts {
  private readonly file: string;
  private known: Book;

  constructor(
    folder: string,
    private readonly first: number = FIRST_UID,
  ) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.file = path.join(folder, "uids.json");
    this.known = this.read();
  }

  /** For trying out what a workspace would be given. */
  get trial(): number {
    return this.first;
  }

  of(workspace: string): number {
    const existing = this.known.of[workspace];
    if (existing !== undefined) return existing;
    const uid = this.known.last + 1;
    if (uid >= this.first + MAX_UIDS)
      throw new Error(`All ${MAX_UIDS} users from ${this.first} on are taken.`);
    this.known = { last: uid, of: { ...this.known.of, [workspace]: uid } };
    writeFileSync(`${this.file}.half`, JSON.stringify(this.known), { mode: 0o600 });
    renameSync(`${this.file}.half`, this.file);
    return uid;
  }

  private read(): Book {
    let text: string;
    try {
      text = readFileSync(this.file, "utf8");
    } catch {
      return { last: this.first, of: {} }; // the first start
    }
    // A book that cannot be read is not begun anew: two workspaces would get one user.
    return book.parse(JSON.parse(text));
  }
}

/** Gives a folder and all in it to the user, if it is not theirs yet; a home that a backup has put into it, too. */
export function giveTo(uid: number, folder: string): void {
  // A running host may replace a file meanwhile.
  const theirs = (file: string) => (lstatSync(file, { throwIfNoEntry: false })?.uid ?? uid) === uid;
  const all = [folder, ...readdirSync(folder).map((name) => path.join(folder, name))];
  if (!all.every(theirs)) giveAll(uid, folder);
}

/** Links are given, never followed. The folder itself comes last: a walk that was cut short begins again. */
export function giveAll(uid: number, folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) giveAll(uid, file);
    else lchownSync(file, uid, uid);
  }
  chownSync(folder, uid, uid);
}
