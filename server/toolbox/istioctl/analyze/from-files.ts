import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { CommandError } from "../errors.ts";
import { parseDocuments } from "./documents.ts";
import { kindOf } from "./kinds.ts";
import { MAX_FILE_BYTES, MAX_FILES } from "./limits.ts";
import { metadata, type Resource, type Source } from "./resource.ts";

const EXTENSIONS = [".json", ".yaml", ".yml"];

export interface Gathering {
  readonly recursive: boolean;
  note(text: string): void;
}

/** Files to read: those named, and those of folders that are named. Notes the ones it passes over. */
export function gatherFiles(names: readonly string[], { recursive, note }: Gathering): string[] {
  const found: string[] = [];
  const take = (file: string) => {
    if (EXTENSIONS.includes(path.extname(file))) found.push(file);
    else note(`Skipping file ${file}, recognized file extensions are: [${EXTENSIONS.join(" ")}]\n`);
    if (found.length > MAX_FILES) throw new CommandError(`more than ${MAX_FILES} files`);
  };
  const walk = (folder: string) => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort(byName)) {
      const file = path.join(folder, entry.name);
      if (!entry.isDirectory()) take(file);
      else if (recursive) walk(file);
    }
  };
  for (const name of names) {
    if (name === "-") found.push(name);
    else if (stat(name).isDirectory()) walk(name);
    else take(name);
  }
  return found;
}

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);

function stat(name: string) {
  try {
    return statSync(name);
  } catch (error) {
    throw new CommandError(`stat ${name}: no such file or directory`, { cause: error });
  }
}

export interface FileContent {
  readonly resources: readonly Resource[];
  /** One for each file with something in it that could not be read. */
  readonly problems: readonly string[];
}

const head = z.looseObject({ apiVersion: z.string(), kind: z.string() });

/** The resources of files; what has no namespace is put into `namespace`. */
export function readFiles(files: readonly string[], namespace: string): FileContent {
  const resources: Resource[] = [];
  const problems: string[] = [];
  for (const file of files) {
    const { documents, problems: broken } = parseDocuments(readSource(file));
    const wrong = broken.map((problem) => `error processing ${file}${problem}`);
    for (const [index, { value, line, lines }] of documents.entries()) {
      const source = { file, line, lines };
      const parsed = items(value, source).map((item) => resourceOf(item.value, item.source, namespace));
      for (const one of parsed)
        if (typeof one === "string") wrong.push(`error processing ${file}[${index}]: ${one}`);
        else if (one) resources.push(one);
    }
    if (wrong.length > 0) problems.push(`errors parsing content ${JSON.stringify(file)}: ${several(wrong)}`);
  }
  return { resources, problems };
}

/** As hashicorp/go-multierror prints what went wrong. */
export function several(errors: readonly string[]): string {
  const count = errors.length === 1 ? "1 error" : `${errors.length} errors`;
  return `${count} occurred:\n${errors.map((error) => `\t* ${error.replaceAll("\n", "\n\t")}\n`).join("")}\n`;
}

/** A file's text; `-` is the standard input. */
export function readSource(file: string): string {
  if (file !== "-" && statSync(file).size > MAX_FILE_BYTES)
    throw new CommandError(`${file} is larger than ${MAX_FILE_BYTES} bytes`);
  return readFileSync(file === "-" ? 0 : file, "utf8");
}

/** A List is its items. */
function items(value: unknown, source: Source): { value: unknown; source: Source }[] {
  const list = z.object({ kind: z.literal("List"), items: z.array(z.unknown()) }).safeParse(value);
  if (!list.success) return [{ value, source }];
  return list.data.items.map((item, index) => {
    const prefix = `items[${index}].`;
    const own = [...source.lines].filter(([at]) => at.startsWith(prefix));
    const lines = new Map(own.map(([at, line]): [string, number] => [at.slice(prefix.length), line]));
    return { value: item, source: { ...source, line: Math.min(...lines.values(), source.line), lines } };
  });
}

/** Undefined for what no analyzer reads, a text for what cannot be read. */
function resourceOf(value: unknown, source: Source, namespace: string): Resource | string | undefined {
  const parsed = head.safeParse(value);
  if (!parsed.success)
    return "failed interpreting jsonChunk: couldn't get version/kind; json parse error: unable to parse resource with no group, version and kind";
  const kind = kindOf(parsed.data.apiVersion, parsed.data.kind);
  if (!kind || kind.clusterOnly) return undefined;
  const own = metadata.safeParse(parsed.data.metadata ?? {});
  if (!own.success) {
    const [issue] = own.error.issues;
    return `failed parsing JSON for built-in type: metadata.${issue?.path.join(".")}: ${issue?.message}`;
  }
  return {
    kind: kind.kind,
    metadata: { ...own.data, namespace: kind.clusterScoped ? "" : own.data.namespace || namespace },
    spec: kind.whole ? parsed.data : parsed.data.spec,
    source,
  };
}
