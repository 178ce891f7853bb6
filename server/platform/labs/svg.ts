// Diagrams of labs: SVG, read strictly. What is not listed here is refused with its line, so that an author learns of it and
// nothing that a browser could run, load or follow ever reaches a page. No entities, no namespaces, no style but classes.
import type { Element, ElementContent } from "hast";
import { limits } from "./limits.ts";

export class SvgFault extends Error {
  constructor(
    readonly line: number,
    readonly problem: string,
  ) {
    super(problem);
  }
}

/** SVG's attribute names, and what hast calls them. */
const attributes: Readonly<Record<string, string>> = {
  class: "className",
  viewBox: "viewBox",
  transform: "transform",
  d: "d",
  points: "points",
  "text-anchor": "textAnchor",
  ...Object.fromEntries(
    ["x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "dx", "dy", "width", "height"].map(
      (name) => [name, name],
    ),
  ),
};
export const svgAttributes = Object.values(attributes);
export const svgElements = [
  ...["svg", "g", "title", "desc", "rect", "circle", "ellipse", "line", "path", "polyline", "polygon"],
  ...["text", "tspan"],
];
/** Known, and left out: a file looks like itself on GitHub by its style sheet; a page has its own. */
const leftOut = new Set(["style"]);

const TOKEN =
  /<!--[\s\S]*?-->|<\?xml[^>]*\?>|<\/([a-zA-Z]+)\s*>|<([a-zA-Z]+)((?:\s+[\w:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/gy;
const ATTRIBUTE = /([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** The drawing as hast. Throws SvgFault. */
export function parseSvg(source: string): Element {
  const lineAt = (index: number) => source.slice(0, index).split("\n").length;
  const root: ElementContent[] = [];
  const open: { name: string; children: ElementContent[] }[] = [{ name: "", children: root }];
  const top = () => open.at(-1) ?? { name: "", children: root };
  let elements = 0;
  let at = 0;
  while (at < source.length) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(source);
    const fail = (problem: string): never => {
      throw new SvgFault(lineAt(at), problem);
    };
    if (!token) return fail(`this is not plain SVG: ${JSON.stringify(source.slice(at, at + 30))}`);
    const [all, closes, opens, given = "", empty, text] = token;
    if (closes !== undefined) {
      if (open.length === 1 || top().name !== closes) fail(`</${closes}> closes nothing that is open`);
      open.pop();
    } else if (opens !== undefined) {
      elements += 1;
      if (elements > limits.svgElements) fail(`more than ${limits.svgElements} elements`);
      if (open.length > limits.svgDepth) fail(`nested more than ${limits.svgDepth} deep`);
      if (!svgElements.includes(opens) && !leftOut.has(opens)) fail(`<${opens}> is not allowed in a diagram`);
      const properties = readAttributes(given, opens, fail);
      const element: Element = { type: "element", tagName: opens, properties, children: [] };
      if (!leftOut.has(opens)) top().children.push(element);
      if (!empty) open.push({ name: opens, children: element.children });
    } else if (text !== undefined) {
      const inText = ["title", "desc", "text", "tspan"].includes(top().name);
      if (inText) top().children.push({ type: "text", value: plain(text, fail) });
      else if (text.trim() !== "" && !leftOut.has(top().name))
        fail(`text outside of <text>: ${text.trim().slice(0, 30)}`);
    }
    at += all.length;
  }
  const [svg, ...more] = root;
  if (open.length > 1) throw new SvgFault(lineAt(at), `<${top().name}> is not closed`);
  if (svg?.type !== "element" || svg.tagName !== "svg" || more.length > 0)
    throw new SvgFault(1, "a diagram is one <svg> element");
  if (typeof svg.properties.viewBox !== "string")
    throw new SvgFault(1, 'the <svg> needs a viewBox="0 0 WIDTH HEIGHT"');
  return svg;
}

function readAttributes(
  given: string,
  element: string,
  fail: (problem: string) => never,
): Element["properties"] {
  const properties: Element["properties"] = {};
  for (const [, name = "", double, single] of given.matchAll(ATTRIBUTE)) {
    const value = plain(double ?? single ?? "", fail);
    // How a file says what it is, and to whom it speaks: the page says both itself.
    if (/^(xmlns|role|aria-[a-z]+|version|lang)$/.test(name) || leftOut.has(element)) continue;
    const property = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    if (property === undefined)
      return fail(`${name}="…" is not allowed in a diagram; colour and weight are classes`);
    if (property !== "className") properties[property] = value;
    else {
      const names = value.split(/\s+/).filter(Boolean);
      const strange = names.find((one) => !classNames.includes(one));
      if (strange !== undefined)
        fail(`class "${strange}" is not known; the classes are ${classNames.join(", ")}`);
      properties.className = names;
    }
  }
  return properties;
}

/** What a diagram may look like; the page's style sheet says how, light and dark. */
export const classNames = [
  ...[
    "box",
    "area",
    "accent",
    "good",
    "warn",
    "bad",
    "dim",
    "strong",
    "small",
    "mono",
    "line",
    "dash",
    "head",
  ],
];

const references: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function plain(text: string, fail: (problem: string) => never): string {
  return text.replaceAll(/&([^;\s]*;?)/g, (whole, name: string) => {
    const found = references[name.replace(/;$/, "")];
    return found === undefined || !name.endsWith(";")
      ? fail(`"${whole}": write the character itself`)
      : found;
  });
}
