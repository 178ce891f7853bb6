import { load } from "js-yaml";
import { MAX_VALUES } from "./limits.ts";

/** One document of a YAML text, with the lines of its values. Lines count from 1. */
export interface Document {
  readonly value: unknown;
  readonly line: number;
  /** Lines of scalars by path, e.g. `spec.hosts[0]`. */
  readonly lines: ReadonlyMap<string, number>;
}

export interface Documents {
  readonly documents: readonly Document[];
  /** What could not be read, one for each document. */
  readonly problems: readonly string[];
}

/** Splits at `---` as kubectl does, so that one broken document does not hide the others. */
export function parseDocuments(text: string): Documents {
  const documents: Document[] = [];
  const problems: string[] = [];
  for (const [index, { body, line }] of chunks(text).entries())
    try {
      const { value, lines } = parse(body, line);
      if (value !== null && value !== undefined) documents.push({ value, line, lines });
    } catch (error) {
      // Go's parser words this otherwise (approximate).
      const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
      problems.push(`[${index}]: failed converting YAML to JSON: yaml: ${reason}`);
    }
  return { documents, problems };
}

interface Chunk {
  readonly body: string;
  readonly line: number;
}

function chunks(text: string): Chunk[] {
  const found: Chunk[] = [];
  let body: string[] = [];
  // A chunk begins at its first line that is not empty.
  let start = 0;
  const end = () => {
    if (body.some((line) => line.trim() !== "")) found.push({ body: body.join("\n"), line: start + 1 });
    body = [];
  };
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^---\s*$/.test(line)) {
      end();
      continue;
    }
    if (body.length === 0) {
      if (line === "") continue;
      start = index;
    }
    body.push(line);
  }
  end();
  return found;
}

interface YamlNode {
  readonly line: number;
  readonly children: YamlNode[];
  result?: unknown;
}

function parse(body: string, first: number): { value: unknown; lines: ReadonlyMap<string, number> } {
  const root: YamlNode = { line: 0, children: [] };
  const open: YamlNode[] = [root];
  const value = load(body, {
    listener(event, state) {
      if (event === "open") open.push({ line: state.line, children: [] });
      else {
        const node = open.pop();
        if (!node) return;
        node.result = state.result;
        open.at(-1)?.children.push(node);
      }
    },
  });
  countValues(value, { left: MAX_VALUES });
  const lines = new Map<string, number>();
  for (const node of root.children) collect(node, "", { lines, first });
  return { value, lines };
}

/** Throws for a document whose aliases multiply it. */
function countValues(value: unknown, budget: { left: number }): void {
  budget.left--;
  if (budget.left < 0) throw new Error(`document contains more than ${MAX_VALUES} values`);
  if (typeof value !== "object" || value === null) return;
  for (const inner of Object.values(value)) countValues(inner, budget);
}

interface Collected {
  readonly lines: Map<string, number>;
  readonly first: number;
}

function collect({ result, children, line }: YamlNode, path: string, into: Collected): void {
  const [only] = children;
  // The parser tries a flow collection as a key first, and keeps what it read.
  if (only && children.length === 1 && typeof result === "object" && only.result === result)
    collect(only, path, into);
  else if (Array.isArray(result)) {
    for (const [index, child] of children.entries()) collect(child, `${path}[${index}]`, into);
  } else if (typeof result === "object" && result !== null) {
    // Keys and values by turns.
    for (let at = 0; at + 1 < children.length; at += 2) {
      const [key, value] = [children[at], children[at + 1]];
      if (key && value) collect(value, path ? `${path}.${key.result}` : String(key.result), into);
    }
  } else into.lines.set(path, into.first + line);
}
