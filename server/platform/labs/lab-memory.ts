import type { ReadWorkshopFile } from "./blocks.ts";
import { limits } from "./limits.ts";
import type { ParsedLab } from "./parse-lab.ts";

interface Entry {
  readonly text: string;
  /** What was read of the workshop's files, by path; undefined: there was no such file. */
  readonly files: ReadonlyMap<string, string | undefined>;
  readonly lab: ParsedLab;
}

const memory = new Map<string, Entry>();

/**
 * Parsing a lab costs some 30 ms, and every page asks for all of them. A lab is parsed again only when its text, or a
 * file that it shows, is not what it was: both are read each time. `key` names the lab file and the release.
 */
export async function rememberedLab(
  key: string,
  { text, readFile }: { readonly text: string; readonly readFile: ReadWorkshopFile },
  parse: (readFile: ReadWorkshopFile) => Promise<ParsedLab>,
): Promise<ParsedLab> {
  const known = memory.get(key);
  if (known?.text === text && (await unchanged(known.files, readFile))) return known.lab;
  const files = new Map<string, string | undefined>();
  const lab = await parse(async (path) => {
    const content = await readFile(path);
    files.set(path, content);
    return content;
  });
  if (memory.size >= limits.rememberedLabs) memory.clear();
  memory.set(key, { text, files, lab });
  return lab;
}

async function unchanged(
  files: ReadonlyMap<string, string | undefined>,
  readFile: ReadWorkshopFile,
): Promise<boolean> {
  const now = await Promise.all([...files.keys()].map(readFile));
  return [...files.values()].every((content, index) => content === now[index]);
}
