import { expect, it } from "vitest";
import type { TreeItem } from "../ui/index.ts";
import { fileTree } from "./file-tree.ts";

const drawn = (items: readonly TreeItem[], depth = 0): string[] =>
  items.flatMap((item) => [
    `${"  ".repeat(depth)}${item.label}`,
    ...drawn(item.children?.() ?? [], depth + 1),
  ]);

it("puts files under their folders, and new ones where they will be", () => {
  const entries = [
    { path: "apps", kind: "folder" as const, size: 0 },
    { path: "apps/deep", kind: "folder" as const, size: 0 },
    { path: "apps/deep/x.yaml", kind: "file" as const, size: 1 },
    { path: "readme", kind: "file" as const, size: 1 },
  ];
  const looks = { icon: () => undefined, note: () => undefined };
  expect(drawn(fileTree(entries, ["apps/new.yaml", "other/n.yaml", "readme"], looks))).toEqual([
    "apps",
    "  deep",
    "    x.yaml",
    "  new.yaml",
    "readme",
    "other/n.yaml",
  ]);
});
