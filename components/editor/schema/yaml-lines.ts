/** Keys from the top; a number is a place in a list. */
export type YamlPath = readonly (string | number)[];

export interface YamlLine {
  /** Of the line's first character in the whole text. */
  readonly from: number;
  readonly text: string;
  /** Columns before the key, dashes of a list included. */
  readonly indent: number;
  /** To the key on this line, or to the list item that begins here. Undefined: a comment, nothing, or text of a block. */
  readonly path: YamlPath | undefined;
  readonly key: string | undefined;
  /** What stands after "key:" or after the dash. */
  readonly value: string;
  /** Of the document in the stream. */
  readonly document: number;
}

interface Level {
  readonly indent: number;
  /** A mapping's key, or a list's place. */
  readonly step: string | number;
}

const keyPattern = /^("[^"]*"|'[^']*'|[^\s#"'[{&*!|>-][^#]*?|-[^\s#:]+?)\s*:(?=\s|$)\s*(.*)$/;

/**
 * Block YAML read line by line, as manifests are written. Works on text that is half typed, where a parser gives up; what
 * stands in flow style ({a: 1}) is a value and is not looked into.
 */
export function readYamlLines(text: string): YamlLine[] {
  const lines: YamlLine[] = [];
  let from = 0;
  let document = 0;
  let levels: Level[] = [];
  /** Text of "key: |" goes on while lines are indented deeper than this. */
  let block: number | undefined;
  for (const raw of text.split("\n")) {
    const blank = raw.trim() === "" || /^\s*#/.test(raw);
    const column = raw.length - raw.trimStart().length;
    const inBlock = block !== undefined && (raw.trim() === "" || column > block);
    if (!inBlock) block = undefined;
    if (/^---(\s|$)/.test(raw)) {
      document++;
      levels = [];
      lines.push({ from, text: raw, indent: 0, path: undefined, key: undefined, value: "", document });
    } else if (blank || inBlock)
      lines.push({ from, text: raw, indent: column, path: undefined, key: undefined, value: "", document });
    else {
      const read = readLine(raw, levels);
      levels = read.levels;
      const path = levels.map(({ step }) => step);
      if (/^[|>][-+\d]*\s*(#.*)?$/.test(read.value)) block = read.keyIndent;
      lines.push({
        ...{ from, text: raw, document, path },
        indent: read.indent,
        key: read.key,
        value: read.value,
      });
    }
    from += raw.length + 1;
  }
  return lines;
}

function readLine(raw: string, before: readonly Level[]) {
  let levels = [...before];
  let indent = raw.length - raw.trimStart().length;
  let rest = raw.slice(indent);
  let keyIndent = indent;
  while (/^-(\s|$)/.test(rest)) {
    // A list may stand at its key's own column.
    levels = levels.filter(
      (level) => level.indent < indent || (level.indent === indent && typeof level.step === "string"),
    );
    const place = nextPlace(before, indent, levels.length);
    levels.push({ indent, step: place });
    const inner = rest.slice(1);
    const gap = inner.length - inner.trimStart().length;
    keyIndent = indent;
    indent += 1 + Math.max(1, gap);
    rest = inner.trimStart();
  }
  const dashed = levels.length > 0 && levels.at(-1)?.indent === keyIndent && /^\s*-/.test(raw);
  if (!dashed) levels = levels.filter((level) => level.indent < indent);
  const match = keyPattern.exec(rest);
  if (!match) return { levels, indent, key: undefined, value: rest, keyIndent };
  const key = (match[1] ?? "").replace(/^(["'])(.*)\1$/, "$2");
  levels.push({ indent, step: key });
  return { levels, indent, key, value: match[2] ?? "", keyIndent: indent };
}

/** The list's item after the last one, if the list goes on. */
function nextPlace(before: readonly Level[], indent: number, depth: number): number {
  const last = before[depth];
  return last?.indent === indent && typeof last.step === "number" ? last.step + 1 : 0;
}

export interface Head {
  readonly apiVersion: string;
  readonly kind: string;
}

/** What the document says it is. */
export function headOf(lines: readonly YamlLine[], document: number): Head | undefined {
  const at = (key: string) =>
    lines
      .find((line) => line.document === document && line.path?.length === 1 && line.key === key)
      ?.value.replace(/\s+#.*$/, "")
      .replace(/^(["'])(.*)\1$/, "$2")
      .trim();
  const [apiVersion, kind] = [at("apiVersion"), at("kind")];
  return apiVersion && kind ? { apiVersion, kind } : undefined;
}

export interface Cursor {
  readonly document: number;
  readonly head: Head | undefined;
  /** Of the mapping in which a key is typed, or of the key whose value is. */
  readonly path: YamlPath;
  readonly at: "key" | "value";
  readonly typed: string;
  readonly from: number;
  /** Keys that stand there already. */
  readonly present: readonly string[];
}

/** Where somebody types, and into what. */
export function cursorAt(text: string, position: number): Cursor | undefined {
  const start = text.lastIndexOf("\n", position - 1) + 1;
  const typedLine = text.slice(start, position);
  const lines = readYamlLines(text.slice(0, start));
  const all = readYamlLines(text);
  const line = all.find((one) => one.from === start);
  if (!line || /(^|\s)#/.test(typedLine)) return undefined;
  const { document } = line;
  // In the text of a block nothing is a key.
  if (line.path === undefined && typedLine.trim() !== "" && !/^\s*-?\s*$/.test(typedLine)) return undefined;
  const head = headOf(all, document);
  const value = /^(\s*(?:-\s+)*)("[^"]*"|[^\s:#]+):\s+(\S*)$/.exec(typedLine);
  if (value) {
    const typed = value[3] ?? "";
    return {
      ...{ document, head, at: "value" as const, typed, from: position - typed.length, present: [] },
      path: line.path ?? [],
    };
  }
  const key = /^(\s*(?:-\s+)*)([^\s:]*)$/.exec(typedLine);
  if (!key) return undefined;
  const typed = key[2] ?? "";
  const lead = key[1] ?? "";
  const levels = pathBefore(
    lines.filter((one) => one.document === document),
    lead,
  );
  const path = levels.map(({ step }) => step);
  const present = all
    .filter(
      (one) =>
        one.document === document &&
        one.from !== start &&
        one.path?.length === path.length + 1 &&
        one.key !== undefined &&
        path.every((step, index) => one.path?.[index] === step),
    )
    .flatMap(({ key: known }) => known ?? []);
  return { document, head, path, at: "key", typed, from: position - typed.length, present };
}

/** The mapping into which a line with this lead belongs. */
function pathBefore(lines: readonly YamlLine[], lead: string): Level[] {
  const levels = levelsAfter(lines);
  const read = readLine(`${lead}x:`, levels);
  const inner = read.levels.slice(0, -1);
  // Indented deeper than anything known: it belongs to the last key that has no value yet.
  return inner;
}

function levelsAfter(lines: readonly YamlLine[]): Level[] {
  let levels: Level[] = [];
  for (const line of lines) if (line.path !== undefined) levels = readLine(line.text, levels).levels;
  return levels;
}
