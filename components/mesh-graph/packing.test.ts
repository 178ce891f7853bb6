import { describe, expect, it } from "vitest";
import { isClear, type Scene } from "./clearance.ts";
import { packParts } from "./packing.ts";

/** Eight namespaces of one node each, in a column as a layout without edges leaves them. */
const names = Array.from({ length: 8 }, (_, index) => `n${index}`);
const scene = (edges: Scene["edges"] = []): Scene => ({
  nodes: names.map((id) => ({ id, boxes: [`ns-${id}`], width: 60, below: 60 })),
  edges,
});
const column = new Map(names.map((id, index) => [id, { x: 0, y: index * 200 }] as const));
const spread = (points: ReadonlyMap<string, { x: number; y: number }>) => {
  const xs = [...points.values()].map(({ x }) => x);
  const ys = [...points.values()].map(({ y }) => y);
  return { width: Math.max(...xs) - Math.min(...xs), height: Math.max(...ys) - Math.min(...ys) };
};

describe("packParts", () => {
  it("makes rows of what has nothing to do with each other, and nothing touches", () => {
    const packed = packParts(column, scene(), 2);
    const { width, height } = spread(packed);
    expect(height).toBeLessThan(500);
    expect(width).toBeGreaterThan(300);
    expect(isClear(packed, scene())).toBe(true);
  });

  it("keeps what edges join as it stands", () => {
    const joined = scene(names.slice(1).map((id, index) => ({ source: `n${index}`, target: id })));
    expect(packParts(column, joined, 2)).toEqual(column);
    const half = scene([{ source: "n0", target: "n1" }]);
    const packed = packParts(column, half, 2);
    const [first, second] = [packed.get("n0"), packed.get("n1")];
    expect((second?.y ?? 0) - (first?.y ?? 0)).toBe(200);
    expect(second?.x).toBe(first?.x);
  });

  it("a tall panel gets a column, and no shape at all changes nothing", () => {
    expect(spread(packParts(column, scene(), 0.05)).width).toBe(0);
    expect(packParts(column, scene(), Number.NaN)).toEqual(column);
  });
});
