import type { Element, ElementContent, Nodes as HastNodes } from "hast";
import type { Code, Image, InlineCode, Paragraph, RootContent } from "mdast";
import type { ContainerDirective } from "mdast-util-directive";
import rehypeSanitize, { defaultSchema, type Options as SanitizeSchema } from "rehype-sanitize";
import remarkRehype, { defaultHandlers, type Options as RehypeOptions } from "remark-rehype";
import { unified } from "unified";
import type { HastNode } from "../../contracts/index.ts";
import { asideKind, asides, blockKind, inlineAction } from "./blocks.ts";
import { diagramOf } from "./diagrams.ts";
import type { Highlight } from "./highlight.ts";
import { isMultiple, quizElements, quizKey } from "./quiz.ts";
import { classNames, svgAttributes, svgElements } from "./svg.ts";

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
    // Other images are not shown. A drawing is a block of its own, see fillDiagrams.
    image: () => undefined,
    paragraph: (state, node: Paragraph) => {
      const [first] = node.children;
      return (first?.type === "image" && diagram(first)) || defaultHandlers.paragraph(state, node);
    },
    containerDirective: (state, node: ContainerDirective) => {
      const kind = asideKind(node.name);
      if (!kind) return undefined;
      const [label, ...rest] = labelFirst(node);
      const title = label === undefined ? {} : { dataTitle: label };
      if (kind === "quiz") {
        const key = quizKey(node);
        const many = {
          ...(isMultiple(node) && { dataMultiple: "true" }),
          ...(key !== undefined && { dataKey: key }),
        };
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
      ...(block.kind === "file" || block.kind === "create" ? { dataPath: block.path } : {}),
      ...(block.kind === "create" ? { dataText: `${node.value}\n` } : {}),
      ...(language === undefined ? {} : { dataLanguage: language }),
    },
    [element("code", {}, code)],
  );
}

/** A drawing speaks by the alternative text; what else it says in words is its description. */
function diagram(node: Image): Element | undefined {
  const drawing = diagramOf(node);
  if (!drawing) return undefined;
  const ariaLabel = node.alt ?? "";
  const spoken = { ...drawing, properties: { ...drawing.properties, ariaLabel } };
  return element("figure", { dataKind: "diagram", dataTitle: ariaLabel }, [spoken]);
}

function inlineCode(node: InlineCode): Element {
  const action = inlineAction(node);
  const properties = action === undefined ? {} : { [inlineProperty[action]]: node.value };
  return element("code", properties, [text(node.value)]);
}

const inlineProperty = { exec: "dataExec", copy: "dataCopy", open: "dataOpen", set: "dataSet" } as const;

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
    ...["aside", "figure", ...svgElements],
  ],
  attributes: {
    a: ["href", "title"],
    th: ["align"],
    td: ["align"],
    ol: ["start"],
    pre: [
      ["dataKind", "run", "output", "file", "create"],
      "dataCommand",
      "dataLanguage",
      "dataPath",
      "dataText",
    ],
    code: ["dataExec", "dataCopy", "dataOpen", "dataSet"],
    figure: [["dataKind", "diagram"], "dataTitle"],
    ...Object.fromEntries(
      svgElements.map((name) => [
        name,
        [
          ["className", ...classNames] as [string, ...string[]],
          "ariaLabel",
          ...svgAttributes.filter((one) => one !== "className"),
        ],
      ]),
    ),
    aside: [["dataKind", ...asides], "dataTitle", "dataKey", ["dataMultiple", "true"]],
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
