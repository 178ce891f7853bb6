import compile from "icu-minify/compile";
import type { Messages } from "use-intl/core";
import de from "../messages/de.json";
import en from "../messages/en.json";
import type { Language } from "../server/contracts/plain/index.ts";

export type Namespace = keyof Messages;
export type ParsedMessages = Partial<Messages>;

interface Tree {
  readonly [name: string]: string | Tree;
}

const texts: Readonly<Record<Language, Tree>> = { en, de };
const kept = new Map<string, unknown>();

/** Some namespaces of a language, their messages parsed: what goes to a browser needs no parser there. */
export function parsedMessages(language: Language, namespaces: readonly Namespace[]): ParsedMessages {
  const parsed = Object.fromEntries(namespaces.map((name) => [name, parsedOnce(language, name)]));
  // The library's types know messages before they are parsed only.
  return parsed as ParsedMessages;
}

function parsedOnce(language: Language, name: Namespace): unknown {
  const key = `${language} ${name}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const parsed = parse(texts[language][name] ?? {});
  kept.set(key, parsed);
  return parsed;
}

function parse(tree: string | Tree): unknown {
  // A choice comes as an object without a prototype, which React does not hand to browsers; its JSON does.
  if (typeof tree === "string") return JSON.parse(JSON.stringify(compile(tree)));
  return Object.fromEntries(Object.entries(tree).map(([name, branch]) => [name, parse(branch)]));
}
