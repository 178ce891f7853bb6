import type { Element } from "hast";
import type { Image, Root } from "mdast";
import { forEachParent, type ReadWorkshopFile } from "./blocks.ts";
import { LabError } from "./lab-error.ts";
import { lineOf } from "./markdown.ts";
import { parseSvg, SvgFault } from "./svg.ts";

const diagrams = new WeakMap<Image, Element>();

/** The drawing of an image that fillDiagrams has read. */
export const diagramOf = (image: Image): Element | undefined => diagrams.get(image);

/** `![What it shows](name.svg)`: a diagram beside the lab's text. Other images are not shown. */
export const isDiagram = ({ url }: Image): boolean => /^[a-z0-9-]+\.svg$/.test(url);

/** Reads the lab's diagrams; a fault is told with the line of the drawing. */
export async function fillDiagrams(root: Root, file: string, read: ReadWorkshopFile): Promise<void> {
  const images: Image[] = [];
  forEachParent(root, (parent) => {
    for (const child of parent.children) {
      if (child.type !== "image" || !isDiagram(child)) continue;
      images.push(child);
      if (parent.type === "paragraph" && parent.children.length > 1)
        throw new LabError({ file, line: lineOf(child) }, "a diagram stands in a paragraph of its own");
    }
  });
  for (const image of images) {
    const where = { file, line: lineOf(image) };
    if (!image.alt?.trim())
      throw new LabError(where, `this image has no alternative text: write ![what it shows](${image.url})`);
    const source = await read(`./${image.url}`);
    if (source === undefined) throw new LabError(where, `there is no ${image.url} beside this file`);
    try {
      diagrams.set(image, parseSvg(source));
    } catch (error) {
      if (!(error instanceof SvgFault)) throw error;
      const drawing = file.replace(/[^/]*$/, image.url);
      throw new LabError({ file: drawing, line: error.line }, error.problem, { cause: error });
    }
  }
}
