import { describe, expect, it } from "vitest";
import { parseSvg, SvgFault } from "./svg.ts";

const fault = (source: string): string => {
  try {
    parseSvg(source);
  } catch (error) {
    if (error instanceof SvgFault) return `${error.line}: ${error.problem}`;
    throw error;
  }
  return "no fault";
};
const drawing = (inside: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">\n${inside}\n</svg>`;

it("shapes, words and classes stay; what only a file needs is left out", () => {
  const source = drawing(
    "<title>A &amp; B</title><style>.box{fill:red}</style><!-- no --><g transform='scale(2)'>" +
      '<rect class="box good" x="1" y="2" width="3" height="4"/></g>',
  );
  const text = (value: string) => ({ type: "text", value });
  const element = (tagName: string, properties: object, children: object[] = []) => ({
    ...{ type: "element", tagName, properties, children },
  });
  expect(parseSvg(`<?xml version="1.0"?>\n${source}`)).toEqual(
    element("svg", { viewBox: "0 0 10 10" }, [
      element("title", {}, [text("A & B")]),
      element("g", { transform: "scale(2)" }, [
        element("rect", { className: ["box", "good"], x: "1", y: "2", width: "3", height: "4" }),
      ]),
    ]),
  );
});

describe("refused, with its line and why", () => {
  it.each([
    ["<script>alert(1)</script>", "2: <script> is not allowed in a diagram"],
    ['<image href="http://evil.example/x.png"/>', "2: <image> is not allowed in a diagram"],
    ["<foreignObject><b>x</b></foreignObject>", "2: <foreignObject> is not allowed in a diagram"],
    ['<use xlink:href="#x"/>', "2: <use> is not allowed in a diagram"],
    [
      '<rect onclick="alert(1)"/>',
      '2: onclick="…" is not allowed in a diagram; colour and weight are classes',
    ],
    ['<rect style="fill:red"/>', '2: style="…" is not allowed in a diagram; colour and weight are classes'],
    ['<rect fill="url(#a)"/>', '2: fill="…" is not allowed in a diagram; colour and weight are classes'],
    ['<g __proto__="x"/>', '2: __proto__="…" is not allowed in a diagram; colour and weight are classes'],
    ['<a href="javascript:alert(1)"><text>x</text></a>', "2: <a> is not allowed in a diagram"],
    ["<text>&lol;</text>", '2: "&lol;": write the character itself'],
    ["<g>stray words</g>", "2: text outside of <text>: stray words"],
    ["<g><rect/></text>", "2: </text> closes nothing that is open"],
    ["<g>", "3: </svg> closes nothing that is open"],
    [`${"<g>".repeat(40)}${"</g>".repeat(40)}`, "2: nested more than 20 deep"],
    ["<rect/>".repeat(2_000), "2: more than 1000 elements"],
    ["<![CDATA[x]]>", '2: this is not plain SVG: "<![CDATA[x]]>\\n</svg>"'],
  ])("%s", (inside, told) => {
    expect(fault(drawing(inside))).toBe(told);
  });

  it("what is no drawing", () => {
    expect(fault("<rect/>")).toBe("1: a diagram is one <svg> element");
    expect(fault("<svg></svg>")).toBe('1: the <svg> needs a viewBox="0 0 WIDTH HEIGHT"');
    expect(fault('<!DOCTYPE svg [<!ENTITY a "b">]><svg/>')).toMatch(
      /^1: this is not plain SVG: "<!DOCTYPE svg/,
    );
    expect(fault('<svg viewBox="0 0 1 1">')).toBe("1: <svg> is not closed");
    expect(fault('<rect class="huge"/>')).toContain(
      '1: class "huge" is not known; the classes are box, area',
    );
  });
});
