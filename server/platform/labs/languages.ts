import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { languageTag } from "../../contracts/index.ts";

/** The languages a lab is translated into, by the files beside it: lab.de.md. */
export async function translationsOf(labFile: string): Promise<string[]> {
  const names = await readdir(dirname(labFile)).catch(() => []);
  return names
    .flatMap((name) => /^lab\.([^.]+)\.md$/.exec(name)?.[1] ?? [])
    .filter((tag) => languageTag.safeParse(tag).success)
    .sort();
}

export const translationFile = (labFile: string, language: string): string =>
  join(dirname(labFile), `${basename(labFile, ".md")}.${language}.md`);

/** Of what there is, what somebody understands who asked for this: de-AT is served with de. */
export const bestLanguage = (wanted: string, there: readonly string[]): string | undefined =>
  [wanted, wanted.split("-")[0]].find((tag) => tag !== undefined && there.includes(tag));
