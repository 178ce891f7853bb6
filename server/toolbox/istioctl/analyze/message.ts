import { friendlyName, namespaceOf, type Resource, shownKind } from "./resource.ts";

export type Level = "Error" | "Warning" | "Info";

/** In the order of gravity. */
export const LEVELS: readonly Level[] = ["Error", "Warning", "Info"];

export const atLeastAsGrave = (level: Level, threshold: Level): boolean =>
  LEVELS.indexOf(level) <= LEVELS.indexOf(threshold);

/** What is wrong, before it is known of which resource. */
export interface Finding {
  readonly code: string;
  readonly level: Level;
  readonly text: string;
}

export interface Message extends Finding {
  readonly resource: Resource;
  /** Line of the field at fault, where the resource came from a file. */
  readonly line?: number;
}

/** A finding about a resource; `path` names the field whose line is shown, when the resource came from a file. */
export function about(resource: Resource, finding: Finding, path?: string): Message {
  const line = path === undefined ? undefined : resource.source?.lines.get(path);
  return { ...finding, resource, ...(line !== undefined && { line }) };
}

/** `labs/05/x.yaml:12`; lines of JSON files are not told (pkg/config/legacy/source/kube/origin.go). */
export function reference({ resource: { source }, line }: Message): string | undefined {
  if (!source) return undefined;
  return source.file.endsWith(".json") ? source.file : `${source.file}:${line ?? source.line}`;
}

/** `Warning [IST0103] (Pod default/x) The pod …` without colours. */
export function toLine(message: Message, paint: (level: Level) => string = (level) => level): string {
  const at = reference(message);
  const origin = `(${friendlyName(message.resource)}${at === undefined ? "" : ` ${at}`})`;
  return `${paint(message.level)} [${message.code}] ${origin} ${message.text}`;
}

/** By gravity, code, kind, name, namespace, then text; equal ones once (pkg/config/analysis/diag/messages.go). */
export function sorted(messages: readonly Message[]): Message[] {
  const keyed = messages.map((message) => {
    const { metadata } = message.resource;
    const comparator = `${shownKind(message.resource)}/${metadata.name}/${metadata.namespace}`;
    return { message, line: toLine(message), comparator };
  });
  keyed.sort(
    (a, b) =>
      LEVELS.indexOf(a.message.level) - LEVELS.indexOf(b.message.level) ||
      compare(a.message.code, b.message.code) ||
      compare(a.comparator, b.comparator) ||
      compare(a.line, b.line),
  );
  return keyed.filter(({ line }, index) => line !== keyed[index - 1]?.line).map(({ message }) => message);
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** `--suppress "IST0102=Namespace frod"`; the name may have asterisks. */
export interface Suppression {
  readonly code: string;
  readonly name: string;
}

export interface Selection {
  /** Undefined: every namespace. */
  readonly namespace: string | undefined;
  readonly suppressions: readonly Suppression[];
}

const SUPPRESS = "galley.istio.io/analyze-suppress";

/** What is left of the messages: those of the namespace or of no namespace, and not suppressed by flag or annotation. */
export function selected(messages: readonly Message[], { namespace, suppressions }: Selection): Message[] {
  return messages.filter(({ code, resource }) => {
    const own = namespaceOf(resource);
    if (namespace !== undefined && own !== "" && own !== namespace) return false;
    const annotated = (resource.metadata.annotations[SUPPRESS] ?? "").split(",");
    if (annotated.includes("*") || annotated.includes(code)) return false;
    return !suppressions.some((one) => one.code === code && glob(one.name, friendlyName(resource)));
  });
}

/** Only `*` is special. No backtracking: the pieces are found one after the other. */
export function glob(pattern: string, text: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return pattern === text;
  const last = rest.pop() ?? "";
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
