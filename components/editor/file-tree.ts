import type { FileEntry } from "../../server/contracts/index.ts";
import type { TreeItem } from "../ui/index.ts";

export interface FileLooks {
  readonly icon: (entry: Pick<FileEntry, "kind" | "path">) => TreeItem["icon"];
  readonly note: (path: string) => TreeItem["note"];
}

/** The flat list of the workspace as a tree; files that are only in the editor so far stand at their places. */
export function fileTree(
  entries: readonly FileEntry[],
  unsaved: readonly string[],
  looks: FileLooks,
): TreeItem[] {
  const known = new Set(entries.map(({ path }) => path));
  const added = unsaved
    .filter((path) => !known.has(path))
    .map((path): FileEntry => ({ path, kind: "file", size: 0 }));
  const all = [...entries, ...added];
  const children = new Map<string, FileEntry[]>();
  for (const entry of all) {
    const folder = entry.path.includes("/") ? entry.path.slice(0, entry.path.lastIndexOf("/")) : "";
    // A new file in a new folder stands at the top until its folder is there.
    const at = folder === "" || known.has(folder) ? folder : "";
    children.set(at, [...(children.get(at) ?? []), entry]);
  }
  const items = (folder: string): TreeItem[] =>
    (children.get(folder) ?? []).map((entry) => ({
      id: entry.path,
      label: folder === "" ? entry.path : entry.path.slice(folder.length + 1),
      icon: looks.icon(entry),
      note: looks.note(entry.path),
      ...(entry.kind === "folder" ? { children: () => items(entry.path) } : {}),
    }));
  return items("");
}
