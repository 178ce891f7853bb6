import type { Nodes, Root, RootContent } from "mdast";
import { LabError } from "./lab-error.ts";
import { lineOf } from "./markdown.ts";

/** The release for which a lab is read when nobody says which. */
export const DEFAULT_ISTIO_VERSION = "1.21.6";

/** Releases that a class can choose: those the practice cluster has, as its own istio/versions.ts lists them. */
export const ISTIO_VERSIONS = [DEFAULT_ISTIO_VERSION, "1.29.6"] as const;

/**
 * Leaves in only what holds for this release: the content of a `:::version >=1.24` block takes the block's place, or
 * goes. `{{ istioVersion }}` becomes the release, in text and in commands. Changes `root`.
 */
export function chooseVersion(root: Root, istioVersion: string, file: string): void {
  root.children = root.children.flatMap((child) => choose(child, istioVersion, file));
  fillIn(root, istioVersion);
}

function choose(node: RootContent, istioVersion: string, file: string): RootContent[] {
  if (node.type === "containerDirective" && node.name === "version") {
    const [label, ...content] = node.children;
    const text =
      label?.type === "paragraph" && label.data?.directiveLabel === true
        ? label.children.map((child) => ("value" in child ? child.value : "")).join("")
        : "";
    if (!matchesVersion(text, istioVersion, { file, line: lineOf(node) })) return [];
    return content.flatMap((child) => choose(child, istioVersion, file));
  }
  if (node.type === "containerDirective" || node.type === "blockquote" || node.type === "listItem")
    node.children = node.children.flatMap((child) => choose(child, istioVersion, file).filter(isBlock));
  else if (node.type === "list") for (const item of node.children) choose(item, istioVersion, file);
  return [node];
}

type Block = Extract<RootContent, { type: "containerDirective" }>["children"][number];
const isBlock = (node: RootContent): node is Block => node.type !== "yaml" || node.value !== undefined;

/** `>=1.24`, `<1.24`, or both with a blank between. */
export function matchesVersion(
  wanted: string,
  istioVersion: string,
  where: { file: string; line: number | undefined },
): boolean {
  const number = minorOf(istioVersion);
  return wanted
    .trim()
    .split(/\s+/)
    .every((part) => {
      const match = /^(>=|<)(\d+\.\d+)$/.exec(part);
      if (!match)
        throw new LabError(where, `":::version ${wanted}" is not understood; write ":::version >=1.24"`);
      const bound = minorOf(match[2] ?? "");
      return match[1] === "<" ? number < bound : number >= bound;
    });
}

/** 1.21.6 → 1021: releases differ by their minor number. */
function minorOf(version: string): number {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major * 1000 + minor;
}

function fillIn(node: Nodes, istioVersion: string): void {
  if (node.type === "text" || node.type === "code" || node.type === "inlineCode")
    node.value = node.value.replaceAll(/\{\{\s*istioVersion\s*\}\}/g, istioVersion);
  if ("children" in node) for (const child of node.children) fillIn(child, istioVersion);
}
