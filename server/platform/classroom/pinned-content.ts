import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { CONTENT_LOOK_MS, MAX_CONTENT_FILES } from "./limits.ts";

/**
 * Copies of the labs, by what is in them: a class goes on reading what it was opened with, whatever happens to the server's
 * content folder meanwhile. A copy is complete or not there.
 */
export class PinnedContent {
  private current: { readonly at: number; readonly digest: Promise<string> } | undefined;

  constructor(
    private readonly contentDir: string,
    private readonly pinsDir: string,
  ) {}

  folder(digest: string): string {
    if (!/^[0-9a-f]{64}$/.test(digest)) throw new Error("not a digest of labs");
    return path.join(this.pinsDir, digest);
  }

  /** Of the labs as they lie on the disk; read again after a while. */
  digest(): Promise<string> {
    const now = performance.now();
    if (this.current && now - this.current.at < CONTENT_LOOK_MS) return this.current.digest;
    const digest = digestOf(this.contentDir);
    this.current = { at: now, digest };
    digest.catch(() => {
      this.current = undefined;
    });
    return digest;
  }

  /** Keeps a copy of the labs as they are now, and returns its digest. */
  async pin(): Promise<string> {
    this.current = undefined;
    const digest = await this.digest();
    const target = this.folder(digest);
    if (await isThere(target)) return digest;
    const half = `${target}.${process.pid}`;
    await rm(half, { recursive: true, force: true });
    await mkdir(this.pinsDir, { recursive: true, mode: 0o755 });
    await cp(this.contentDir, half, { recursive: true, dereference: true });
    // Written to while it was copied: then the copy is of neither state.
    if ((await digestOf(half)) !== digest) {
      await rm(half, { recursive: true, force: true });
      throw new Error("the labs changed while they were copied");
    }
    await rename(half, target).catch(async (error: unknown) => {
      await rm(half, { recursive: true, force: true });
      if (!(await isThere(target))) throw error;
    });
    return digest;
  }
}

async function digestOf(folder: string): Promise<string> {
  const names = (await readdir(folder, { recursive: true })).sort();
  if (names.length > MAX_CONTENT_FILES)
    throw new Error(`${folder} holds more than ${MAX_CONTENT_FILES} files`);
  const hash = createHash("sha256");
  for (const name of names) {
    const file = path.join(folder, name);
    if (!(await stat(file)).isFile()) continue;
    const content = await readFile(file);
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

const isThere = (folder: string) =>
  stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
