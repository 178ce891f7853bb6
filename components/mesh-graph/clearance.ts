// Whether a picture can be read: nothing stands on anything else. Pure geometry in the picture's own coordinates.
import type { Point, Positions } from "./positions.ts";

/** A node with the words under it, around the middle of its shape. */
export interface SceneNode {
  readonly id: string;
  readonly namespace: string | undefined;
  readonly width: number;
  readonly below: number;
}
export interface Scene {
  readonly nodes: readonly SceneNode[];
  readonly edges: readonly { readonly source: string; readonly target: string }[];
}
export interface Rect {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export const shapeRadius = 25;
const boxPadding = 18;
// The namespace's name stands above its box.
const boxLabel = 22;
const gap = 10;

const rectOf = ({ width, below }: SceneNode, { x, y }: Point): Rect => ({
  left: x - width / 2,
  right: x + width / 2,
  top: y - shapeRadius,
  bottom: y + below,
});

const overlap = (one: Rect, other: Rect, room: number) =>
  one.left < other.right + room &&
  other.left < one.right + room &&
  one.top < other.bottom + room &&
  other.top < one.bottom + room;

export interface Block {
  readonly namespace: string | undefined;
  readonly members: readonly string[];
  readonly rect: Rect;
}

/** A namespace's box, or a node that has none. */
export function blocksOf(points: Positions, scene: Scene): Block[] {
  const groups = new Map<
    string,
    { members: string[]; rects: Rect[]; namespace: string | undefined; boxed: boolean }
  >();
  for (const node of scene.nodes) {
    const point = points.get(node.id);
    if (!point) continue;
    const key = node.namespace === undefined ? `node|${node.id}` : `box|${node.namespace}`;
    const { namespace } = node;
    const group = groups.get(key) ?? { members: [], rects: [], namespace, boxed: namespace !== undefined };
    group.members.push(node.id);
    group.rects.push(rectOf(node, point));
    groups.set(key, group);
  }
  return [...groups.values()].map(({ members, rects, namespace, boxed }) => ({
    members,
    namespace,
    rect: {
      left: Math.min(...rects.map(({ left }) => left)) - (boxed ? boxPadding : 0),
      right: Math.max(...rects.map(({ right }) => right)) + (boxed ? boxPadding : 0),
      top: Math.min(...rects.map(({ top }) => top)) - (boxed ? boxPadding + boxLabel : 0),
      bottom: Math.max(...rects.map(({ bottom }) => bottom)) + (boxed ? boxPadding : 0),
    },
  }));
}

/** Moves whole boxes down until none touches another. What is in a box keeps its order. */
export function separate(points: Positions, scene: Scene): Map<string, Point> {
  const settled: Rect[] = [];
  const result = new Map(points);
  for (const { members, rect } of blocksOf(points, scene).sort((a, b) => a.rect.top - b.rect.top)) {
    let shift = 0;
    const moved = () => ({ ...rect, top: rect.top + shift, bottom: rect.bottom + shift });
    // Each round moves past one settled box, so there are no more rounds than boxes.
    for (let round = 0; round <= settled.length; round += 1) {
      const blocking = settled.find((other) => overlap(moved(), other, gap));
      if (!blocking) break;
      shift = blocking.bottom + gap - rect.top;
    }
    settled.push(moved());
    for (const id of members) {
      const point = points.get(id);
      if (point) result.set(id, { x: point.x, y: point.y + shift });
    }
  }
  return result;
}

const apart = (rects: readonly Rect[]) =>
  rects.every((one, index) => rects.slice(index + 1).every((other) => !overlap(one, other, 0)));

/** False when boxes or nodes touch, or an edge runs across a node or a box in which it does not end. */
export function isClear(points: Positions, scene: Scene): boolean {
  const rects = scene.nodes.flatMap((node) => {
    const point = points.get(node.id);
    return point ? [{ id: node.id, rect: rectOf(node, point) }] : [];
  });
  const blocks = blocksOf(points, scene);
  if (!apart(rects.map(({ rect }) => rect)) || !apart(blocks.map(({ rect }) => rect))) return false;
  return scene.edges.every(({ source, target }) => {
    const from = points.get(source);
    const to = points.get(target);
    if (!from || !to) return true;
    const foreign = blocks.filter(({ members }) => !members.includes(source) && !members.includes(target));
    return (
      foreign.every(({ rect }) => !crosses(from, to, rect)) &&
      rects.every(({ id, rect }) => id === source || id === target || !crosses(from, to, rect))
    );
  });
}

/** Liang and Barsky: does any part of the segment lie in the rectangle? */
function crosses(from: Point, to: Point, rect: Rect): boolean {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  let enter = 0;
  let leave = 1;
  const sides: readonly (readonly [number, number])[] = [
    [-dx, from.x - rect.left],
    [dx, rect.right - from.x],
    [-dy, from.y - rect.top],
    [dy, rect.bottom - from.y],
  ];
  for (const [step, distance] of sides) {
    if (step === 0) {
      if (distance < 0) return false;
    } else if (step < 0) enter = Math.max(enter, distance / step);
    else leave = Math.min(leave, distance / step);
  }
  return enter <= leave;
}
