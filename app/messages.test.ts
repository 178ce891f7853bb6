import { readdirSync, readFileSync } from "node:fs";
import { build } from "esbuild";
import compile from "icu-minify/compile";
import { describe, expect, it } from "vitest";
import de from "../messages/de.json";
import en from "../messages/en.json";

interface Tree {
  readonly [name: string]: string | Tree;
}

const flat = (tree: Tree, path = ""): [key: string, text: string][] =>
  Object.entries(tree).flatMap(([name, value]): [string, string][] =>
    typeof value === "string" ? [[path + name, value]] : flat(value, `${path}${name}.`),
  );
const english = new Map(flat(en));
const german = new Map(flat(de));

/** What a parsed message takes: "name" for a value, "name?" for a choice, "name#" for a number, "<name>" for a tag. */
function takes(message: unknown): string[] {
  if (!Array.isArray(message)) return [];
  const found = message.flatMap((node: unknown): string[] => {
    if (!Array.isArray(node)) return [];
    const [name, kind, ...rest]: unknown[] = node;
    if (kind === undefined) return [String(name)];
    if (typeof kind !== "number" || kind === 0) return [`<${String(name)}>`, ...takes([kind, ...rest])];
    const branches = typeof rest[0] === "object" && rest[0] !== null ? Object.values(rest[0]) : [];
    return [`${String(name)}${kind === 1 ? "?" : "#"}`, ...branches.flatMap((branch) => takes(branch))];
  });
  return [...new Set(found)].sort();
}

const sources = ["app", "components", "server/platform/auth", "server/platform/accounts"]
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => `${folder}/${file}`),
  )
  .filter((file) => /\.tsx?$/.test(file) && !/\.test\.|\/testing\//.test(file))
  .map((file) => ({ file, text: readFileSync(file, "utf8") }));
const namespacesOf = (text: string) => [
  ...[...text.matchAll(/(?:useTranslations\(|pageTexts\(|Texts<)"([a-zA-Z]+)"/g)].map(
    (match) => match[1] ?? "",
  ),
  ...(/\bDoor(Texts)?\b/.test(text) ? ["door"] : []),
];

describe("messages", () => {
  it("[MS1] say in German all that they say in English, and nothing else", () => {
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it("[MS2] take the same values and tags in both languages", () => {
    const different = [...english].filter(
      ([key, text]) => takes(compile(text)).join() !== takes(compile(german.get(key) ?? "")).join(),
    );
    expect(different.map(([key]) => key)).toEqual([]);
  });

  it("[MS3] are all said somewhere", () => {
    const said = (key: string) => {
      const [namespace = "", ...path] = key.split(".");
      const within = path.join(".");
      return sources.some(({ text }) => {
        if (!namespacesOf(text).includes(namespace)) return false;
        if (text.includes(`"${within}"`)) return true;
        // `status.${phase}`: any word may stand where the value does.
        return [...text.matchAll(/`((?:[\w.]|\$\{[^`{}]*\})+)`/g)].some(([, template = ""]) =>
          new RegExp(`^${template.replaceAll(".", "\\.").replaceAll(/\$\{[^}]*\}/g, "[^.]+")}$`).test(within),
        );
      });
    };
    expect([...english.keys()].filter((key) => !said(key))).toEqual([]);
  });

  it("[MS4] reach each page that needs them, and no page gets others", async () => {
    const pages = sources.filter(({ file }) => /\/(page|layout)\.tsx$|^app\/page\.tsx$/.test(file));
    const wrong: unknown[] = [];
    for (const { file, text } of pages) {
      const { metafile } = await build({
        ...{ entryPoints: [file], bundle: true, write: false, metafile: true, packages: "external" },
        ...{ format: "esm", outdir: "none", logLevel: "silent", loader: { ".css": "empty" } },
      });
      const drawn = new Set(
        Object.values(metafile.outputs)
          .flatMap(({ inputs }) => Object.entries(inputs))
          .flatMap(([input, { bytesInOutput }]) => (bytesInOutput > 0 ? [input] : [])),
      );
      const needed = sources
        .filter((source) => drawn.has(source.file) && source.file.startsWith("components/"))
        .flatMap((source) => namespacesOf(source.text));
      const given = [...text.matchAll(/(?:<PageTexts of=\{|const texts = )\[([^\]]*)\]/g)].flatMap(
        ([, list = ""]) => [...list.matchAll(/"(\w+)"/g)].map((match) => match[1] ?? ""),
      );
      const expected = [...new Set(needed)].filter((name) => name !== "shell" && name !== "faults").sort();
      if (expected.join() !== given.sort().join()) wrong.push({ file, given, expected });
    }
    expect(wrong).toEqual([]);
  });
});
