// Whether a picture can be read: nothing stands on anything else. Pure geometry in the picture's own coordinates.
import type { Point, Positions } from "./positions.ts";

/** A node with the words under it, around the middle of its shape. */
export interface SceneNode {
  readonly id: string;
  /** The boxes around it, from the inside out. */
  readonly boxes: readonly string[];
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
// Its name stands above its box.
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
  readonly members: readonly string[];
  readonly rect: Rect;
}

/** A box with what it holds, or a node that stands in none. `level` 0: the outermost boxes; 1: what those hold. */
export function blocksOf(points: Positions, scene: Scene, level: 0 | 1 = 0): Block[] {
  const groups = new Map<string, { members: string[]; rects: Rect[]; boxed: boolean }>();
  const add = (key: string, boxed: boolean, part: Block) => {
    const group = groups.get(key) ?? { members: [], rects: [], boxed };
    group.members.push(...part.members);
    group.rects.push(part.rect);
    groups.set(key, group);
  };
  const innermost = new Map<string, { members: string[]; rects: Rect[]; around: string | undefined }>();
  for (const node of scene.nodes) {
    const point = points.get(node.id);
    if (!point) continue;
    const rect = rectOf(node, point);
    const [inner, outer] = node.boxes;
    if (inner === undefined) add(`node|${node.id}`, false, { members: [node.id], rect });
    else if (outer === undefined && level === 0) add(inner, true, { members: [node.id], rect });
    else if (outer === undefined) add(`node|${node.id}`, false, { members: [node.id], rect });
    else {
      const nested = innermost.get(inner) ?? { members: [], rects: [], around: outer };
      nested.members.push(node.id);
      nested.rects.push(rect);
      innermost.set(inner, nested);
    }
  }
  for (const [key, { members, rects, around }] of innermost) {
    const rect = enclosing(rects, true);
    if (level === 0 && around !== undefined) add(around, true, { members, rect });
    else add(key, false, { members, rect });
  }
  return [...groups.values()].map(({ members, rects, boxed }) => ({
    members,
    rect: enclosing(rects, boxed),
  }));
}

const enclosing = (rects: readonly Rect[], boxed: boolean): Rect => ({
  left: Math.min(...rects.map(({ left }) => left)) - (boxed ? boxPadding : 0),
  right: Math.max(...rects.map(({ right }) => right)) + (boxed ? boxPadding : 0),
  top: Math.min(...rects.map(({ top }) => top)) - (boxed ? boxPadding + boxLabel : 0),
  bottom: Math.max(...rects.map(({ bottom }) => bottom)) + (boxed ? boxPadding : 0),
});

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
  const inside = blocksOf(points, scene, 1);
  if (![rects, blocks, inside].every((level) => apart(level.map(({ rect }) => rect)))) return false;
  return scene.edges.every(({ source, target }) => {
    const from = points.get(source);
    const to = points.get(target);
    if (!from || !to) return true;
    const foreign = [...blocks, ...inside].filter(
      ({ members }) => !members.includes(source) && !members.includes(target),
    );
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
