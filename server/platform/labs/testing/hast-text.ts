import type { HastNode } from "../../../contracts/index.ts";

/** A tree as readable text: tags with their properties, then what is in them. */
export function hastText(node: HastNode): string {
  if (node.type === "text") return node.value ?? "";
  const inner = (node.children ?? []).map(hastText).join("");
  if (node.type !== "element") return inner;
  const properties = Object.entries(node.properties ?? {}).map(
    ([key, value]) => ` ${key}=${JSON.stringify(value)}`,
  );
  return `<${node.tagName}${properties.join("")}>${inner}</${node.tagName}>`;
}
