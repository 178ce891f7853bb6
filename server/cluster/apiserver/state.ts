import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Small secrets that must be the same after a restart: one file each, readable by the owner only. No folder: kept nowhere. */
export class StateFiles {
  constructor(private readonly directory: string | undefined) {
    if (directory) mkdirSync(directory, { recursive: true, mode: 0o700 });
  }

  /** What the file holds, or what `make` makes, which is then kept. */
  async once(name: string, make: () => Promise<string> | string): Promise<string> {
    if (!this.directory) return make();
    const path = join(this.directory, name);
    const known = read(path);
    if (known !== undefined) return known;
    const made = await make();
    writeFileSync(`${path}.tmp`, made, { mode: 0o600 });
    renameSync(`${path}.tmp`, path);
    chmodSync(path, 0o600);
    return made;
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
