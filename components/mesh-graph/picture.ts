import type { GraphNode, MeshGraph } from "../../server/contracts/index.ts";
import { edgeWords, errorWords, rateWords } from "./badge.ts";
import type { Boxes, GraphBox } from "./boxes.ts";
import { shapeRadius } from "./clearance.ts";
import { titleOf } from "./elements.ts";
import type { Palette } from "./palette.ts";
import type { Point } from "./positions.ts";

export interface PictureInput {
  readonly graph: MeshGraph;
  readonly boxes: Boxes;
  readonly palette: Palette;
  /** Where a node stands; nodes without a place are left out. */
  pointOf(id: string): Point | undefined;
  /** When it was seen. */
  readonly caption: string;
}

const margin = 60;
const boxRoom = { side: 34, top: 52, bottom: 66, nested: 14 };

/** The picture as a file that stands alone: shapes, names, badges and rates as text, in the page's colours. */
export function pictureSvg({ graph, boxes, palette, pointOf, caption }: PictureInput): string {
  const places = new Map(
    graph.nodes.flatMap((node) => {
      const point = pointOf(node.id);
      return point ? [[node.id, point] as const] : [];
    }),
  );
  const xs = [...places.values()].map(({ x }) => x);
  const ys = [...places.values()].map(({ y }) => y);
  const left = Math.min(0, ...xs) - margin - boxRoom.side;
  const top = Math.min(0, ...ys) - margin - boxRoom.top;
  const width = Math.max(300, Math.max(0, ...xs) + margin + boxRoom.side - left);
  const height = Math.max(0, ...ys) + margin + boxRoom.bottom - top;
  const at = (id: string) => places.get(id);
  const parts = [
    `<rect x="${left}" y="${top}" width="${width}" height="${height}" fill="${palette.panel}"/>`,
    ...drawBoxes(graph, boxes, { palette, at }),
    ...edges(graph, { palette, at }),
    ...graph.nodes.flatMap((node) => shape(node, titleOf(node, boxes), { palette, at })),
    text({ x: left + 12, y: top + height - 12 }, caption, {
      palette,
      size: 11,
      fill: palette.dim,
      anchor: "start",
    }),
  ];
  const frame = `viewBox="${left} ${top} ${width} ${height}" width="${Math.round(width)}" height="${Math.round(height)}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${frame} font-family="${escaped(palette.fontFamily)}">${parts.join("")}</svg>`;
}

interface Drawing {
  readonly palette: Palette;
  at(id: string): Point | undefined;
}

/** Outer boxes first; one leaves room for those inside it. */
function drawBoxes(graph: MeshGraph, boxes: Boxes, { palette, at }: Drawing): string[] {
  const rectOf = (box: GraphBox): { x: number; y: number; right: number; bottom: number } | undefined => {
    const points = graph.nodes.flatMap(({ id }) => (boxes.of.get(id)?.id === box.id ? (at(id) ?? []) : []));
    const inner = boxes.all.flatMap((other) => (other.parent === box.id ? (rectOf(other) ?? []) : []));
    if (points.length + inner.length === 0) return undefined;
    const { side, top, bottom, nested } = boxRoom;
    return {
      x: Math.min(...points.map(({ x }) => x - side), ...inner.map(({ x }) => x - nested)),
      y: Math.min(...points.map(({ y }) => y - top), ...inner.map(({ y }) => y - 2 * nested)),
      right: Math.max(...points.map(({ x }) => x + side), ...inner.map(({ right }) => right + nested)),
      bottom: Math.max(...points.map(({ y }) => y + bottom), ...inner.map((one) => one.bottom + nested)),
    };
  };
  return boxes.all.flatMap((box) => {
    const rect = rectOf(box);
    if (!rect) return [];
    const { x, y, right, bottom } = rect;
    const line = box.kind === "app" ? ' stroke-dasharray="5 4"' : "";
    return [
      `<rect x="${x}" y="${y}" width="${right - x}" height="${bottom - y}" rx="14" fill="${palette.accent}" fill-opacity="0.05" stroke="${palette.boxBorder}"${line}/>`,
      text({ x: (x + right) / 2, y: y - 6 }, box.label, { palette, size: 12, fill: palette.dim }),
    ];
  });
}

function edges(graph: MeshGraph, { palette, at }: Drawing): string[] {
  return graph.edges.flatMap((edge) => {
    const [from, to] = [at(edge.source), at(edge.target)];
    if (!from || !to) return [];
    const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
    const unit = { x: (to.x - from.x) / length, y: (to.y - from.y) / length };
    const end = (point: Point, by: number) => ({ x: point.x + unit.x * by, y: point.y + unit.y * by });
    const [start, tip] = [end(from, shapeRadius + 3), end(to, -shapeRadius - 4)];
    const back = end(tip, -9);
    const side = { x: -unit.y * 4.5, y: unit.x * 4.5 };
    const colour = palette.mtls[edge.mtls.state];
    const dash = edge.mtls.state === "no-traffic" ? ' stroke-dasharray="5 5"' : "";
    const middle = { x: (start.x + tip.x) / 2, y: (start.y + tip.y) / 2 };
    const numbers = [rateWords(edge), errorWords(edge.errorPercent)].filter(Boolean).join(", ");
    return [
      [
        `<line x1="${start.x}" y1="${start.y}" x2="${back.x}" y2="${back.y}" stroke="${colour}" stroke-width="2"${dash}/>`,
        `<path d="M${tip.x} ${tip.y}L${back.x + side.x} ${back.y + side.y}L${back.x - side.x} ${back.y - side.y}z" fill="${colour}"/>`,
        text({ x: middle.x, y: middle.y - 5 }, edgeWords(edge), {
          palette,
          size: 11,
          fill: palette.text,
          halo: true,
        }),
        numbers
          ? text({ x: middle.x, y: middle.y + 9 }, numbers, {
              palette,
              size: 10,
              fill: palette.dim,
              halo: true,
            })
          : "",
      ].join(""),
    ];
  });
}

const outlines: Readonly<Record<GraphNode["kind"], string>> = {
  workload: '<circle r="23"/>',
  app: '<rect x="-22" y="-22" width="44" height="44" rx="6"/>',
  service: '<path d="M0-22L25 20H-25z" stroke-linejoin="round"/>',
  gateway: '<path d="M-14-23H14L27 0L14 23H-14L-27 0z" stroke-linejoin="round"/>',
  unknown: '<circle r="23" stroke-dasharray="4 3"/>',
  external: '<path d="M-15-18H15L23 18H-23z" stroke-linejoin="round"/>',
};

function shape(node: GraphNode, title: string, { palette, at }: Drawing): string[] {
  const point = at(node.id);
  if (!point) return [];
  const dash = node.sidecar === "missing" ? ' stroke-dasharray="4 3"' : "";
  const colour = palette.health[node.health];
  const below = [
    node.version === title ? "" : node.version,
    node.kind === "unknown" ? "" : node.health,
    node.sidecar === "missing" ? "no sidecar" : "",
  ];
  return [
    `<g transform="translate(${point.x} ${point.y})" fill="${palette.panel}" stroke="${colour}" stroke-width="2.5"${dash}>${outlines[node.kind]}</g>`,
    text({ x: point.x, y: point.y + shapeRadius + 15 }, title, {
      palette,
      size: 12.5,
      fill: palette.text,
      halo: true,
    }),
    text({ x: point.x, y: point.y + shapeRadius + 29 }, below.filter(Boolean).join(" · "), {
      palette,
      size: 10.5,
      fill: palette.dim,
    }),
  ];
}

interface TextLook {
  readonly palette: Palette;
  readonly size: number;
  readonly fill: string;
  readonly halo?: boolean;
  readonly anchor?: "start" | "middle";
}

function text(
  { x, y }: Point,
  words: string,
  { palette, size, fill, halo, anchor = "middle" }: TextLook,
): string {
  const outline = halo ? ` stroke="${palette.panel}" stroke-width="3" paint-order="stroke"` : "";
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${fill}" text-anchor="${anchor}"${outline}>${escaped(words)}</text>`;
}

/** Names come from the cluster: nothing of them may become markup. */
const escaped = (words: string) =>
  words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
