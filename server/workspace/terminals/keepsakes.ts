import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

const keepsake = z.object({ screen: z.string().max(4_000_000), cwd: z.string().optional() });
export type Keepsake = z.infer<typeof keepsake>;

export interface KeepsakeFolder {
  save(terminal: string, keepsake: { screen: string; cwd: string | undefined }): void;
  load(terminal: string): Keepsake | undefined;
  forget(terminal: string): void;
}

/** Screens on disk, one file per terminal, replaced whole. A file that does not parse is as if it were not there. */
export function openKeepsakes(folder: string): KeepsakeFolder {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = (terminal: string) => path.join(folder, `${terminal}.json`);
  return {
    save(terminal, value) {
      const half = `${file(terminal)}.half`;
      writeFileSync(half, JSON.stringify(value), { mode: 0o600 });
      renameSync(half, file(terminal));
    },
    load(terminal) {
      try {
        return keepsake.parse(JSON.parse(readFileSync(file(terminal), "utf8")));
      } catch {
        return undefined; // none, or cut by a full disk: the learner gets a plain new shell
      }
    },
    forget: (terminal) => rmSync(file(terminal), { force: true }),
  };
}
