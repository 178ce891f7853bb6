import { strToU8, zipSync } from "fflate";
import type { ObjectRow } from "../../server/contracts/index.ts";
import type { Wire } from "../socket/index.ts";

/** Files and objects beyond these are named in the archive, not contained. */
const mostFiles = 300;
const mostObjects = 120;

export interface TakeHome {
  readonly wire: Wire;
  readonly lab: { readonly id: string; readonly title: string };
  readonly terminal: string;
  /** Told while it goes on. */
  readonly progress: (what: "readingFile" | "readingObject", count: number, total: number) => void;
}

const isOwn = ({ kind, namespace, name }: ObjectRow): boolean =>
  !/^(kube-|istio-system$|local-path)/.test(namespace ?? name) ||
  /Authentication|Policy|Gateway|Service$|Rule|Telemetry/.test(kind)
    ? !["Node", "Pod", "ServiceAccount", "Namespace"].includes(kind) && name !== "kube-root-ca.crt"
    : false;

/** The learner's work as one archive: files of the workspace, objects in the cluster, what the terminal shows. */
export async function packWork({
  wire,
  lab,
  terminal,
  progress,
}: TakeHome): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Record<string, Uint8Array> = {};
  const left: string[] = [];
  const files = await wire.read("files:list", {});
  if (files.ok) {
    const wanted = files.value.entries.filter(({ kind }) => kind === "file");
    for (const [index, { path }] of wanted.entries()) {
      if (index >= mostFiles) {
        left.push(`file ${path}: there are more than ${mostFiles}`);
        continue;
      }
      progress("readingFile", index + 1, Math.min(wanted.length, mostFiles));
      const read = await patiently(() => wire.read("files:read", { path }));
      if (read.ok && read.value.kind === "text") parts[`files/${path}`] = strToU8(read.value.text);
      else left.push(`file ${path}: ${read.ok ? read.value.kind : read.error.message}`);
    }
  } else left.push(`files: ${files.error.message}`);
  const objects = await wire.read("objects:list", {});
  if (objects.ok && objects.value.changed) {
    const wanted = objects.value.rows.filter(isOwn);
    for (const [index, { apiVersion, kind, namespace, name }] of wanted.entries()) {
      const where = `${namespace ?? "_cluster"}/${kind}-${name}`;
      if (index >= mostObjects) {
        left.push(`object ${where}: there are more than ${mostObjects}`);
        continue;
      }
      progress("readingObject", index + 1, Math.min(wanted.length, mostObjects));
      const request = { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
      const read = await patiently(() => wire.read("objects:read", request));
      if (read.ok) parts[`cluster/${where}.yaml`] = strToU8(read.value.yaml);
      else left.push(`object ${where}: ${read.error.message}`);
    }
  } else if (!objects.ok) left.push(`objects: ${objects.error.message}`);
  const notes = await wire.ask("notes:list", { lab: lab.id });
  if (notes.ok && notes.value.length > 0)
    parts["notes.md"] = strToU8(
      notes.value
        .map(({ step, text, bookmarked }) => `## ${step}${bookmarked ? " (bookmarked)" : ""}\n\n${text}\n`)
        .join("\n"),
    );
  else if (!notes.ok) left.push(`notes: ${notes.error.message}`);
  parts["terminal.txt"] = strToU8(`${terminal}\n`);
  parts["README.txt"] = strToU8(
    [
      `Your work in the lab "${lab.title}", taken ${new Date().toISOString()}.`,
      "files/     the files of your workspace",
      "cluster/   objects as the cluster had them, by namespace",
      "notes.md   your notes and bookmarks, by step",
      "terminal.txt  what the terminal showed",
      ...(left.length > 0 ? ["", "Not contained:", ...left] : []),
      "",
    ].join("\n"),
  );
  return new Uint8Array(zipSync(parts, { level: 6 }));
}

/** Reading everything one after the other may be too fast for the server's own bounds. */
async function patiently<T extends { ok: boolean; error?: { code: string } }>(
  ask: () => Promise<T>,
): Promise<T> {
  for (let again = 0; ; again += 1) {
    const answer = await ask();
    if (answer.ok || answer.error?.code !== "too-many" || again >= 20) return answer;
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
}

export function download(bytes: Uint8Array<ArrayBuffer>, name: string): void {
  const url = URL.createObjectURL(new Blob([bytes], { type: "application/zip" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
