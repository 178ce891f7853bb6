import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  importInstruqt,
  importKillercoda,
  LabError,
  labFiles,
  listLabs,
  type SourceFolder,
} from "../../platform/labs/index.ts";
import { limits } from "./limits.ts";

export const importFormats = { killercoda: importKillercoda, instruqt: importInstruqt } as const;
export type ImportFormat = keyof typeof importFormats;

export interface ImportLab {
  readonly format: ImportFormat;
  /** Of one scenario or track. */
  readonly from: string;
  readonly contentDir: string;
  readonly workshop: string;
}

/** Writes another platform's lab behind the others of a workshop. Resolves with its file and what to look at. Throws LabError. */
export async function importLab(wanted: ImportLab): Promise<{ file: string; report: readonly string[] }> {
  const { format, from, contentDir, workshop } = wanted;
  const dir = path.join(contentDir, "workshops", workshop);
  if (!existsSync(path.join(dir, "workshop.yaml")))
    throw new LabError({ file: dir }, "there is no workshop.yaml; name another workshop with --workshop");
  const lab = importFormats[format](openFolder(from), path.basename(path.resolve(from)));
  if ((await listLabs({ contentDir })).some(({ id }) => id === lab.id))
    throw new LabError({ file: dir }, `there is a lab "${lab.id}" already`);
  const { text, files, report } = labFiles(lab);
  const numbers = (await readdir(dir)).map((name) => Number(/^(\d\d)-/.exec(name)?.[1] ?? 0));
  const folder = path.join(dir, `${String(Math.max(0, ...numbers) + 1).padStart(2, "0")}-${lab.id}`);
  for (const [name, content] of files) {
    const file = path.join(dir, "files", name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  await mkdir(folder);
  const file = path.join(folder, "lab.md");
  await writeFile(file, text);
  return { file, report };
}

/** The text files of a folder, read now; links are not followed. Throws LabError beyond the limits. */
function openFolder(root: string): SourceFolder {
  if (!existsSync(root) || !statSync(root).isDirectory())
    throw new LabError({ file: root }, "there is no such folder");
  const texts = new Map<string, string>();
  let bytes = 0;
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(root, file).split(path.sep).join("/");
    if (!entry.isFile() || name.split("/").includes(".git")) continue;
    bytes += statSync(file).size;
    if (texts.size >= limits.importFiles || bytes > limits.importBytes)
      throw new LabError(
        { file: root },
        `more than ${limits.importFiles} files, or ${limits.importBytes} bytes`,
      );
    texts.set(name, readFileSync(file, "utf8"));
  }
  return { paths: [...texts.keys()].sort(), read: (name) => texts.get(name) };
}
