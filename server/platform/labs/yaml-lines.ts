/** A place in YAML as zod names it: keys and list positions. */
export type YamlPath = readonly PropertyKey[];

interface Line {
  readonly number: number;
  /** Column where the content starts; a list dash counts as indentation of what follows it. */
  readonly indent: number;
  readonly dash: number | undefined;
  readonly text: string;
}

/**
 * The line (from 1) where `path` stands in block-style YAML, or of the deepest part of it that can be found. A search by
 * indentation, good enough to point an author to the right place; js-yaml keeps no positions.
 */
export function lineOfPath(source: string, path: YamlPath): number {
  let lines = readLines(source);
  let found = 1;
  for (const part of path) {
    const next = typeof part === "number" ? listItem(lines, part) : keyed(lines, String(part));
    if (!next) break;
    found = next.line;
    lines = next.below;
  }
  return found;
}

function readLines(source: string): Line[] {
  return source.split("\n").flatMap((raw, index) => {
    const match = /^(\s*)((?:-\s+)*)(.*)$/.exec(raw);
    const text = match?.[3] ?? "";
    if (!match || text === "" || text.startsWith("#")) return [];
    const before = match[1]?.length ?? 0;
    const dashes = match[2] ?? "";
    return [
      { number: index + 1, indent: before + dashes.length, dash: dashes === "" ? undefined : before, text },
    ];
  });
}

interface Found {
  readonly line: number;
  readonly below: Line[];
}

function keyed(lines: readonly Line[], key: string): Found | undefined {
  const indent = lines[0]?.indent;
  const at = lines.findIndex(
    (line) =>
      line.indent === indent && (line.text.startsWith(`${key}:`) || line.text.startsWith(`"${key}":`)),
  );
  const line = lines[at];
  if (!line) return undefined;
  const below: Line[] = [];
  for (const next of lines.slice(at + 1)) {
    // A list under a key may stand at the key's own column.
    const inside = next.indent > line.indent && (next.dash === undefined || next.dash >= line.indent);
    if (!inside) break;
    below.push(next);
  }
  return { line: line.number, below };
}

function listItem(lines: readonly Line[], position: number): Found | undefined {
  const dash = lines[0]?.dash;
  if (dash === undefined) return undefined;
  const starts = lines.flatMap((line, index) => (line.dash === dash ? [index] : []));
  const start = starts[position];
  if (start === undefined) return undefined;
  const below = lines.slice(start, starts[position + 1] ?? lines.length);
  const line = below[0]?.number ?? 1;
  return { line, below };
}
