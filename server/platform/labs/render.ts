import type { Element, ElementContent, Nodes as HastNodes } from "hast";
import type { Code, InlineCode, RootContent } from "mdast";
import type { ContainerDirective } from "mdast-util-directive";
import rehypeSanitize, { defaultSchema, type Options as SanitizeSchema } from "rehype-sanitize";
import remarkRehype, { type Options as RehypeOptions } from "remark-rehype";
import { unified } from "unified";
import type { HastNode } from "../../contracts/index.ts";
import { asideKind, asides, blockKind, inlineAction } from "./blocks.ts";
import type { Highlight } from "./highlight.ts";
import { isMultiple, quizElements } from "./quiz.ts";

export type Render = (content: readonly RootContent[]) => Promise<HastNode>;

/** Raw HTML never gets in (remark-rehype drops it); what comes out passes the sanitiser last, whoever made it. */
export function createRender(highlight: Highlight): Render {
  const processor = unified()
    .use(remarkRehype, { handlers: handlers(highlight) })
    .use(rehypeSanitize, schema)
    .freeze();
  return async (content) => toHastNode(await processor.run({ type: "root", children: [...content] }));
}

function handlers(highlight: Highlight): RehypeOptions["handlers"] {
  return {
    code: (_state, node: Code) => codeBlock(node, highlight),
    inlineCode: (_state, node: InlineCode) => inlineCode(node),
    containerDirective: (state, node: ContainerDirective) => {
      const kind = asideKind(node.name);
      if (!kind) return undefined;
      const [label, ...rest] = labelFirst(node);
      const title = label === undefined ? {} : { dataTitle: label };
      if (kind === "quiz") {
        const many = isMultiple(node) ? { dataMultiple: "true" } : {};
        // The list is loose or tight as written; an answer is a paragraph in any case.
        const answers = quizElements(node, (nodes) =>
          state.all({ type: "blockquote", children: [...nodes] }).filter(isContent),
        );
        return element("aside", { dataKind: kind, ...title, ...many }, answers);
      }
      const children = state.wrap(state.all({ ...node, children: rest }), true);
      return element("aside", { dataKind: kind, ...title }, children);
    },
  };
}

function isContent(node: { type: string }): node is ElementContent {
  return node.type !== "doctype" && node.type !== "root";
}

/** `:::hint[Which pod?]`: the label comes first as plain text, then the content. */
function labelFirst(node: ContainerDirective): [string | undefined, ...ContainerDirective["children"]] {
  const [first, ...rest] = node.children;
  if (first?.type !== "paragraph" || first.data?.directiveLabel !== true)
    return [undefined, ...node.children];
  return [first.children.map((child) => ("value" in child ? child.value : "")).join(""), ...rest];
}

function codeBlock(node: Code, highlight: Highlight): Element {
  const block = blockKind(node);
  const language = block.kind === "output" ? undefined : (node.lang ?? undefined);
  const code = language === undefined ? [text(node.value)] : highlight(node.value, language);
  return element(
    "pre",
    {
      ...(block.kind === "plain" ? {} : { dataKind: block.kind }),
      ...(block.kind === "run" ? { dataCommand: node.value } : {}),
      ...(block.kind === "file" ? { dataPath: block.path } : {}),
      ...(language === undefined ? {} : { dataLanguage: language }),
    },
    [element("code", {}, code)],
  );
}

function inlineCode(node: InlineCode): Element {
  const action = inlineAction(node);
  const properties =
    action === undefined ? {} : { [action === "exec" ? "dataExec" : "dataCopy"]: node.value };
  return element("code", properties, [text(node.value)]);
}

function element(tagName: string, properties: Element["properties"], children: ElementContent[]): Element {
  return { type: "element", tagName, properties, children };
}

function text(value: string): ElementContent {
  return { type: "text", value };
}

/** GitHub's schema, less what a lab does not need: no images (the page loads nothing from elsewhere), no inputs. */
const schema: SanitizeSchema = {
  ...defaultSchema,
  tagNames: [
    ...(defaultSchema.tagNames ?? []).filter((tag) => !["img", "input", "picture", "source"].includes(tag)),
    "aside",
  ],
  attributes: {
    a: ["href", "title"],
    th: ["align"],
    td: ["align"],
    ol: ["start"],
    pre: [["dataKind", "run", "output", "file"], "dataCommand", "dataLanguage", "dataPath"],
    code: ["dataExec", "dataCopy"],
    aside: [["dataKind", ...asides], "dataTitle", ["dataMultiple", "true"]],
    div: [["dataKind", "feedback"]],
    li: [["dataAnswer", "right", "wrong"]],
    span: [["className", /^sh-[a-z-]{1,20}$/]],
  },
  // `tab:graph` shows a tab of the lab page; the page makes a button of it.
  protocols: { href: ["http", "https", "mailto", "tab"] },
};

/** hast is plain JSON already; this leaves out source positions and what else a page does not need. */
function toHastNode(node: HastNodes): HastNode {
  if (node.type === "text") return { type: "text", value: node.value };
  if (node.type === "element")
    return {
      type: "element",
      tagName: node.tagName,
      properties: node.properties,
      children: node.children.map(toHastNode),
    };
  if (node.type === "root") return { type: "root", children: node.children.map(toHastNode) };
  return { type: "text", value: "" };
}
