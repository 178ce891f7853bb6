import type { Nodes, Parents, Root, RootContent } from "mdast";
import remarkDirective from "remark-directive";
import remarkFrontmatter from "remark-frontmatter";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { LabError } from "./lab-error.ts";
import { limits } from "./limits.ts";

export interface MarkdownSource {
  readonly file: string;
  readonly text: string;
}

const parser = unified()
  .use(remarkParse)
  .use(remarkGfm)
  .use(remarkDirective)
  .use(remarkFrontmatter, ["yaml"])
  .freeze();

/**
 * Markdown to its syntax tree. `:word` and `::word` in running text are given back as the text they are: authors write
 * host:port and a::b, and we know only block directives.
 */
export function parseMarkdown(source: MarkdownSource): Root {
  refuseDeepMarkdown(source);
  // `:::version >=1.24` reads better than the `:::version[>=1.24]` that the parser knows.
  const text = source.text.replaceAll(/^(:{3,}version)[ \t]+([^\n[\]]+)$/gm, "$1[$2]");
  const root = parser.parse(text);
  restoreTextDirectives(root, text);
  return root;
}

/** Nesting is refused before the recursive parser sees it: each level of quote, list or directive costs a character. */
function refuseDeepMarkdown(source: MarkdownSource): void {
  for (const [index, line] of source.text.split("\n").entries()) {
    const markers = /^(?:\s|>|[-*+]\s|\d+[.)]\s)*/.exec(line)?.[0].replaceAll(/[\s\d.)]/g, "").length ?? 0;
    const fence = /^\s*(:{3,})/.exec(line)?.[1]?.length ?? 0;
    if (markers > limits.markdownDepth || fence > limits.markdownDepth)
      throw new LabError(
        { file: source.file, line: index + 1 },
        `nested more than ${limits.markdownDepth} deep`,
      );
  }
}

function restoreTextDirectives(parent: Parents, text: string): void {
  const children: RootContent[] = parent.children;
  for (const [index, child] of children.entries()) {
    if (child.type === "textDirective") {
      children[index] = { type: "text", value: sourceOf(child, text) };
    } else if (child.type === "leafDirective") {
      children[index] = { type: "paragraph", children: [{ type: "text", value: sourceOf(child, text) }] };
    } else if ("children" in child) {
      restoreTextDirectives(child, text);
    }
  }
}

function sourceOf(node: Nodes, text: string): string {
  const { position } = node;
  return position ? text.slice(position.start.offset, position.end.offset) : "";
}

export function lineOf(node: Nodes): number | undefined {
  return node.position?.start.line;
}
