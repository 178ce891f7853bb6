// What CodeMirror asks while somebody writes a manifest; answered from the cluster's own schemas.
import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  startCompletion,
} from "@codemirror/autocomplete";
import { type Diagnostic, linter } from "@codemirror/lint";
import type { Extension } from "@codemirror/state";
import { type EditorView, hoverTooltip } from "@codemirror/view";
import { load } from "js-yaml";
import { mistakesIn } from "./mistakes.ts";
import { type Option, optionsFor } from "./options.ts";
import { resolve, schemaAt, typeWords } from "./schema.ts";
import type { SchemaSource } from "./source.ts";
import { cursorAt, headOf, readYamlLines, type YamlLine, type YamlPath } from "./yaml-lines.ts";

export function manifestLanguage(source: SchemaSource): Extension {
  return [
    autocompletion({ override: [(context) => complete(source, context)] }),
    linter((view) => judge(source, view), { delay: 700 }),
    hoverTooltip((view, position) => explain(source, view, position)),
  ];
}

async function complete(source: SchemaSource, context: CompletionContext): Promise<CompletionResult | null> {
  const text = context.state.doc.toString();
  const cursor = cursorAt(text, context.pos);
  if (!cursor || (!context.explicit && cursor.typed === "" && cursor.at === "key")) return null;
  const [schema, kinds] = await Promise.all([
    cursor.head ? source.schema(cursor.head) : undefined,
    source.kinds(),
  ]);
  const column = cursor.from - context.state.doc.lineAt(context.pos).from;
  const options = optionsFor(cursor, { schema, kinds, column });
  return options.length === 0
    ? null
    : { from: cursor.from, options: options.map(completion), validFor: /^[\w./-]*$/ };
}

function completion({ label, detail, info, apply, required }: Option): Completion {
  return {
    ...{ label, detail: required ? `${detail}, required` : detail, type: "property" },
    ...(info === undefined ? {} : { info }),
    ...(required ? { boost: 1 } : {}),
    apply: (...applied) => {
      const [view, , from, to] = applied;
      view.dispatch({
        changes: { from, to, insert: apply },
        selection: { anchor: from + apply.length },
        userEvent: "input.complete",
      });
      // What can stand there now is what one wants to know next.
      if (/[:\s]\s*$/.test(apply)) startCompletion(view);
    },
  };
}

/** Each document by itself: one that is no YAML does not hide the mistakes of another. */
async function judge(source: SchemaSource, view: EditorView): Promise<Diagnostic[]> {
  const text = view.state.doc.toString();
  const lines = readYamlLines(text);
  const documents = [...new Set(lines.map(({ document }) => document))];
  const found = await Promise.all(
    documents.map(async (document): Promise<Diagnostic[]> => {
      const head = headOf(lines, document);
      const schema = head && (await source.schema(head));
      const own = lines.filter((line) => line.document === document && !/^---(\s|$)/.test(line.text));
      const value = schema && parsed(own.map((line) => line.text).join("\n"));
      if (!schema || value === undefined) return [];
      return mistakesIn(value, schema).map(({ path, message }) => ({
        ...placeOf(own, path),
        severity: "warning" as const,
        message,
      }));
    }),
  );
  // The text may have become shorter while the cluster answered.
  const end = view.state.doc.length;
  return found.flat().filter(({ to }) => to <= end);
}

function parsed(text: string): unknown {
  try {
    return load(text);
  } catch {
    return undefined; // yamlMistakes says where
  }
}

/** The line of the deepest part of the path that has one. */
function placeOf(lines: readonly YamlLine[], path: YamlPath): { from: number; to: number } {
  for (let length = path.length; length > 0; length--) {
    const line = lines.find(
      ({ path: here }) => here?.length === length && here.every((step, index) => step === path[index]),
    );
    if (line) return { from: line.from + line.indent, to: line.from + line.text.trimEnd().length };
  }
  const first = lines.find(({ path: here }) => here !== undefined);
  return first ? { from: first.from, to: first.from + first.text.length } : { from: 0, to: 0 };
}

async function explain(source: SchemaSource, view: EditorView, position: number) {
  const lines = readYamlLines(view.state.doc.toString());
  const line = lines.findLast(({ from }) => from <= position);
  if (!line?.path || line.key === undefined) return null;
  const from = line.from + line.indent;
  const to = from + line.key.length;
  const head = headOf(lines, line.document);
  if (!head || position < from || position > to) return null;
  const schema = await source.schema(head);
  const found = schema && schemaAt(schema, line.path);
  if (!schema || found?.kind !== "schema") return null;
  const { description } = resolve(schema, found.schema);
  return {
    ...{ pos: from, end: to, above: true },
    create: () => {
      const dom = document.createElement("div");
      dom.className = "cm-field-hover";
      const title = dom.appendChild(document.createElement("strong"));
      title.textContent = `${line.key} · ${typeWords(schema, found.schema)}`;
      if (description !== undefined) dom.appendChild(document.createElement("p")).textContent = description;
      return { dom };
    },
  };
}
