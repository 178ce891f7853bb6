import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import type { ReadWorkshopFile } from "./blocks.ts";
import { parseYaml, type WorkshopFile, workshopFile } from "./front-matter.ts";
import { isLabError, LabError } from "./lab-error.ts";
import { rememberedLab } from "./lab-memory.ts";
import { bestLanguage, translationFile, translationsOf } from "./languages.ts";
import { limits } from "./limits.ts";
import { type ParsedLab, parseLab } from "./parse-lab.ts";
import { parseTranslation } from "./translation.ts";

interface WorkshopFolder {
  readonly dir: string;
  readonly workshop: WorkshopFile;
  readonly labFiles: readonly string[];
}

export interface ReadOptions {
  readonly contentDir: string;
  readonly istioVersion: string;
  /** Takes the fault of a lab that is not well written; without it, the first one is thrown. */
  readonly onFault?: (fault: LabError) => void;
  /** Only the lab of this id: parsing all of a workshop takes a workspace half a second and 40 MB. */
  readonly only?: string;
  /** What learners want to read; a lab that is not translated comes in its own language. */
  readonly language?: string | undefined;
  /** Takes the fault of a translation, and the lab comes in its own language; without it, the fault is thrown. */
  readonly onTranslationFault?: ((fault: LabError) => void) | undefined;
}

/** Every lab below `contentDir`, workshops by folder name, labs by their number. Reads the disk each time. */
export async function readLabs(options: ReadOptions): Promise<ParsedLab[]> {
  const { contentDir } = options;
  const labs: ParsedLab[] = [];
  const files = new Map<string, string>();
  for (const folder of await readWorkshops(contentDir)) {
    for (const file of folder.labFiles) {
      const lab = await readLab(options, folder, file).catch((error: unknown) => {
        if (!options.onFault || !isLabError(error)) throw error;
        options.onFault(error);
        return undefined;
      });
      if (!lab) continue;
      const { id } = lab.definition.summary;
      const other = files.get(id);
      if (other !== undefined)
        throw new LabError({ file: shown(contentDir, file), line: 2 }, `the id "${id}" is taken by ${other}`);
      files.set(id, shown(contentDir, file));
      labs.push(lab);
    }
  }
  return labs;
}

/** Every language that some lab is translated into. */
export async function translatedInto(contentDir: string): Promise<string[]> {
  const files = (await readWorkshops(contentDir)).flatMap(({ labFiles }) => labFiles);
  return [...new Set((await Promise.all(files.map(translationsOf))).flat())].sort();
}

async function readWorkshops(contentDir: string): Promise<WorkshopFolder[]> {
  const dir = join(contentDir, "workshops");
  const names = await folderNames(dir);
  if (names.length > limits.workshops)
    throw new LabError({ file: dir }, `more than ${limits.workshops} workshops`);
  return Promise.all(names.map((name) => readWorkshop(contentDir, join(dir, name))));
}

async function readWorkshop(contentDir: string, dir: string): Promise<WorkshopFolder> {
  const file = join(dir, "workshop.yaml");
  const text = await readBounded(file, limits.frontMatterBytes);
  if (text === undefined)
    throw new LabError({ file: shown(contentDir, dir) }, "a workshop needs a workshop.yaml");
  const workshop = parseYaml({ file: shown(contentDir, file), text, firstLine: 1 }, workshopFile);
  const numbered = (await folderNames(dir)).filter((name) => /^\d\d-/.test(name));
  if (numbered.length > limits.labsPerWorkshop)
    throw new LabError({ file: shown(contentDir, dir) }, `more than ${limits.labsPerWorkshop} labs`);
  return { dir, workshop, labFiles: numbered.map((name) => join(dir, name, "lab.md")) };
}

/** The id as front matter has it, without parsing the rest; undefined when it is written in a way of its own. */
const writtenId = (text: string): string | undefined =>
  /^id: *(["']?)([a-z0-9-]+)\1 *$/m.exec(text.slice(0, 4_000))?.[2];

async function readLab(
  options: ReadOptions,
  folder: WorkshopFolder,
  file: string,
): Promise<ParsedLab | undefined> {
  const { contentDir, istioVersion, only } = options;
  const text = await readBounded(file, limits.labBytes);
  if (text === undefined)
    throw new LabError(
      { file: shown(contentDir, file) },
      "there is no such file: a folder NN-name holds a lab.md",
    );
  if (only !== undefined && writtenId(text) !== only) return undefined;
  const source = { text, readFile: fileReader(join(folder.dir, "files"), dirname(file)) };
  const { id: workshop, language } = folder.workshop;
  const place = { workshop, workshopDir: folder.dir, istioVersion };
  const lab = await rememberedLab(`${istioVersion} ${workshop} ${file}`, source, (readFile) =>
    parseLab({
      file: shown(contentDir, file),
      text: text.replaceAll("\r\n", "\n"),
      ...{ ...place, readFile, language },
    }),
  );
  if (options.language === undefined || options.language === language) return lab;
  return readTranslation(options, lab, { ...place, file, language: options.language, base: source });
}

interface TranslationPlace {
  readonly file: string;
  readonly language: string;
  readonly workshop: string;
  readonly workshopDir: string;
  readonly istioVersion: string;
  readonly base: { readonly text: string; readonly readFile: ReadWorkshopFile };
}

/** The lab in the language that was asked for; in its own where there is no such text, or none that can be read. */
async function readTranslation(
  { contentDir, onTranslationFault }: ReadOptions,
  lab: ParsedLab,
  { file, language: wanted, base, ...place }: TranslationPlace,
): Promise<ParsedLab> {
  const language = bestLanguage(wanted, await translationsOf(file));
  if (language === undefined) return lab;
  const path = translationFile(file, language);
  try {
    const text = await readBounded(path, limits.labBytes);
    if (text === undefined) return lab;
    // What it is compared with belongs to what it is remembered by.
    const source = { text: `${base.text}\0${text}`, readFile: base.readFile };
    return await rememberedLab(`${place.istioVersion} ${place.workshop} ${path}`, source, (readFile) =>
      parseTranslation(
        {
          file: shown(contentDir, path),
          text: text.replaceAll("\r\n", "\n"),
          ...{ ...place, readFile, language },
        },
        lab,
      ),
    );
  } catch (error) {
    if (!onTranslationFault || !isLabError(error)) throw error;
    onTranslationFault(error);
    return lab;
  }
}

/** Reads below `filesDir` only, or, from "./" on, below the lab's own folder: neither `..` nor a symbolic link leads out. */
function fileReader(filesDir: string, labDir: string): ReadWorkshopFile {
  return async (path) => {
    const base = await realpath(path.startsWith("./") ? labDir : filesDir).catch(missing);
    const file = base === undefined ? undefined : await realpath(join(base, path)).catch(missing);
    if (base === undefined || !file?.startsWith(base + sep)) return undefined;
    return readBounded(file, limits.labBytes);
  };
}

async function folderNames(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(missing);
  return (entries ?? [])
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map((entry) => entry.name)
    .sort();
}

async function readBounded(file: string, bytes: number): Promise<string | undefined> {
  const found = await stat(file).catch(missing);
  if (!found?.isFile()) return undefined;
  if (found.size > bytes) throw new LabError({ file }, `larger than ${bytes} bytes`);
  return readFile(file, "utf8");
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
  throw error;
}

function shown(contentDir: string, file: string): string {
  return relative(join(contentDir, ".."), file);
}
