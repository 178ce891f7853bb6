import type { Code, InlineCode, Nodes, Parents, Root, RootContent } from "mdast";
import { LabError } from "./lab-error.ts";
import { lineOf } from "./markdown.ts";

/** What a fenced block is for, from its info string. */
export type BlockKind =
  | { readonly kind: "run" }
  | { readonly kind: "output" }
  | { readonly kind: "file"; readonly path: string }
  /** A file that the learner makes. */
  | { readonly kind: "create"; readonly path: string }
  | { readonly kind: "plain" };

export const asides = ["hint", "solution", "note", "quiz"] as const;
export type AsideKind = (typeof asides)[number];

export function asideKind(name: string): AsideKind | undefined {
  return asides.find((kind) => kind === name);
}

/**
 * ```bash run · ```output · ```yaml file=PATH · anything else is plain. Words we do not know after the language are
 * left alone: other platforms put line numbers and titles there.
 */
export function blockKind(code: Code): BlockKind {
  if (code.lang === "output") return { kind: "output" };
  const words = (code.meta ?? "").split(/\s+/);
  for (const kind of ["file", "create"] as const) {
    const path = words.find((word) => word.startsWith(`${kind}=`))?.slice(`${kind}=`.length);
    if (path !== undefined) return { kind, path };
  }
  return words.includes("run") ? { kind: "run" } : { kind: "plain" };
}

/** How an inline code span was marked: `cmd`{{exec}} runs, `text`{{copy}} copies, `path`{{open}} opens (as at
 * Killercoda), `path: spec.replicas = 3`{{set}} sets a value of a YAML file in the editor. */
export const inlineActionNames = ["exec", "copy", "open", "set"] as const;
export type InlineAction = (typeof inlineActionNames)[number];
const inlineActions = new WeakMap<InlineCode, InlineAction>();

export function inlineAction(code: InlineCode): InlineAction | undefined {
  return inlineActions.get(code);
}

/** Takes the {{…}} marks behind inline code out of the text and remembers them on the code. Changes `root`. */
export function takeInlineActions(root: Root, file: string): void {
  forEachParent(root, (parent) => {
    for (const [index, child] of parent.children.entries()) {
      const next = parent.children[index + 1];
      if (child.type !== "inlineCode" || next?.type !== "text") continue;
      const mark = /^\{\{\s*(exec|copy|open|set)\s*\}\}/.exec(next.value);
      if (!mark) continue;
      const action = inlineActionNames.find((name) => name === mark[1]) ?? "copy";
      if (action === "set" && !/^[\w./-]+\.ya?ml: [\w.[\]/-]+ = \S/.test(child.value))
        throw new LabError(
          { file, line: lineOf(child) },
          `\`${child.value}\`{{set}}: write \`FILE.yaml: PATH = VALUE\`, e.g. \`labs/08/strict.yaml: spec.mtls.mode = STRICT\``,
        );
      inlineActions.set(child, action);
      next.value = next.value.slice(mark[0].length);
    }
  });
}

/** Reads a file of the workshop's `files` folder; undefined: there is none. */
export type ReadWorkshopFile = (path: string) => Promise<string | undefined>;

/**
 * Puts a file's text into empty ```yaml file=PATH blocks; a block with text of its own must show a part of the file as
 * it is, so that the page never says something else than the learner's terminal. Changes `root`.
 */
export async function fillFileBlocks(root: Root, file: string, read: ReadWorkshopFile): Promise<void> {
  const blocks: Code[] = [];
  forEachParent(root, (parent) => {
    for (const child of parent.children) if (child.type === "code") blocks.push(child);
  });
  for (const block of blocks) {
    const kind = blockKind(block);
    if (kind.kind === "create" && !isInside(kind.path))
      throw new LabError(
        { file, line: lineOf(block) },
        `create=${kind.path}: write a path inside the workshop's folder, e.g. create=apps/mine.yaml`,
      );
    if (kind.kind !== "file") continue;
    const where = { file, line: lineOf(block) };
    const text = await read(kind.path);
    if (text === undefined)
      throw new LabError(where, `file=${kind.path}: there is no such file in the workshop's "files" folder`);
    if (block.value.trim() === "") block.value = text.trimEnd();
    else if (!text.includes(block.value))
      throw new LabError(
        where,
        `file=${kind.path}: this text is not in the file; copy it from there or leave it empty`,
      );
  }
}

const isInside = (path: string) =>
  /^[\w./-]+$/.test(path) && !path.split("/").some((part) => ["", ".", ".."].includes(part));

/** Refuses directives that we do not know: a misspelt :::hnit would otherwise show its secret to everybody. */
export function checkDirectives(root: Root, file: string): void {
  forEachParent(root, (parent) => {
    const [first] = parent.children;
    if (parent.type === "paragraph" && first?.type === "text" && first.value.startsWith(":::"))
      throw new LabError(
        { file, line: lineOf(parent) },
        'this ":::" opens and closes nothing; a box around another one needs more colons: "::::note" … "::::"',
      );
    if (parent.type !== "containerDirective" || asideKind(parent.name)) return;
    const known = asides.map((kind) => `:::${kind}`).join(", ");
    throw new LabError(
      { file, line: lineOf(parent) },
      `":::${parent.name}" is not known; write one of ${known}`,
    );
  });
}

/**
 * The commands of the run blocks below `nodes`, in order, those inside solutions included. Not what never ends, and not
 * what is there to be seen failing: neither brings anything about.
 */
export function runCommands(nodes: readonly RootContent[]): string[] {
  return runBlocks(nodes).flatMap(({ command, endless, exitCode }) =>
    endless || exitCode !== 0 ? [] : [command],
  );
}

/** A run block, what the lab says about how it ends, and the output block right behind it, if there is one. */
export interface RunBlock {
  readonly command: string;
  readonly output?: string;
  /** `exit=56`: that it fails is what it shows. */
  readonly exitCode: number;
  /** `endless`: it goes on until Ctrl-C. */
  readonly endless: boolean;
  readonly line: number | undefined;
}

/** The run blocks below `nodes`, in order, with what the lab says they print. */
export function runBlocks(nodes: readonly RootContent[]): RunBlock[] {
  return nodes.flatMap((node, index): RunBlock[] => {
    if (node.type !== "code") return "children" in node ? runBlocks(node.children) : [];
    const block = blockKind(node);
    if (block.kind === "create") return [madeFile(node, block.path)];
    if (block.kind !== "run") return [];
    const next = nodes[index + 1];
    const output = next?.type === "code" && blockKind(next).kind === "output" ? next.value : undefined;
    const words = (node.meta ?? "").split(/\s+/);
    const exit = words.map((word) => /^exit=(\d{1,3})$/.exec(word)?.[1]).find((code) => code !== undefined);
    const rest = { exitCode: Number(exit ?? 0), endless: words.includes("endless"), line: lineOf(node) };
    return [{ command: node.value, ...(output !== undefined && { output }), ...rest }];
  });
}

/** What the Editor does, in the words of a shell: solutions and proofs make the file so. */
function madeFile(node: Code, path: string): RunBlock {
  const quoted = `'${path.replaceAll("'", "'\\''")}'`;
  const command = `mkdir -p "$(dirname ${quoted})" && cat > ${quoted} <<'END-OF-THE-FILE'\n${node.value}\nEND-OF-THE-FILE`;
  return { command, output: "", exitCode: 0, endless: false, line: lineOf(node) };
}

export function forEachParent(node: Nodes, visit: (parent: Parents) => void): void {
  if (!("children" in node)) return;
  visit(node);
  for (const child of node.children) forEachParent(child, visit);
}
