import type { ElementContent } from "hast";
import type { HighlighterCore } from "shiki/core";
import { limits } from "./limits.ts";

/**
 * Source text to spans with classes (`sh-keyword`, `sh-string`, …). Classes, because the page's content security policy
 * forbids style attributes. The theme names roles as CSS variables; we turn each role into a class.
 */
export type Highlight = (code: string, language: string) => ElementContent[];

const theme = "roles";
const prefix = "--sh-";
const languages = new Set(["bash", "sh", "shell", "shellscript", "yaml", "yml", "json"]);
let loading: Promise<HighlighterCore> | undefined;

/** Grammars cost some 100 ms: loaded on first use, once per process. They are the same for every caller. */
export async function openHighlight(): Promise<Highlight> {
  loading ??= loadHighlighter();
  const highlighter = await loading;
  return (code, language) => {
    if (!languages.has(language) || code.length > limits.highlightChars)
      return [{ type: "text", value: code }];
    return remembered(`${language}\n${code}`, () => spans(highlighter, code, language));
  };
}

/** The same blocks are asked for with every page, and colouring them is most of rendering one. */
const memory = new Map<string, ElementContent[]>();

function remembered(key: string, make: () => ElementContent[]): ElementContent[] {
  const known = memory.get(key);
  if (known) return known;
  const made = make();
  if (memory.size >= limits.highlightBlocks) memory.clear();
  memory.set(key, made);
  return made;
}

async function loadHighlighter(): Promise<HighlighterCore> {
  const [{ createCssVariablesTheme, createHighlighterCore }, { createJavaScriptRegexEngine }] =
    await Promise.all([import("shiki/core"), import("shiki/engine/javascript")]);
  return createHighlighterCore({
    engine: createJavaScriptRegexEngine(),
    themes: [createCssVariablesTheme({ name: theme, variablePrefix: prefix, fontStyle: false })],
    langs: [import("shiki/langs/bash.mjs"), import("shiki/langs/yaml.mjs"), import("shiki/langs/json.mjs")],
  });
}

function spans(highlighter: HighlighterCore, code: string, language: string): ElementContent[] {
  const { tokens } = highlighter.codeToTokens(code, {
    lang: language,
    theme,
    tokenizeTimeLimit: 0, // none: on a busy machine a limit in time would leave some blocks uncoloured
  });
  const content: ElementContent[] = [];
  for (const [index, line] of tokens.entries()) {
    if (index > 0) content.push({ type: "text", value: "\n" });
    for (const token of line) content.push(span(token.content, roleOf(token.color)));
  }
  return content;
}

function span(value: string, role: string | undefined): ElementContent {
  const text = { type: "text" as const, value };
  if (role === undefined) return text;
  return { type: "element", tagName: "span", properties: { className: [`sh-${role}`] }, children: [text] };
}

function roleOf(color: string | undefined): string | undefined {
  const role = /^var\(--sh-token-([a-z-]+)\)$/.exec(color ?? "")?.[1];
  return role === "string-expression" ? "string" : role;
}
