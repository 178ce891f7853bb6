import { expect, it } from "vitest";
import type { WallEdge, WallNode } from "../../../server/contracts/index.ts";
import { gridOf, PICTURE, wallLayout } from "./wall-layout.ts";

const node = (name: string): WallNode => ({ name, kind: "workload", health: "healthy", meshed: true });
const edge = (from: number, to: number): WallEdge => ({ from, to, mtls: "mtls", failing: false });

it("[MW5] draws callers left of whom they call, each at a place of its own, circles included", () => {
  const nodes = ["gateway", "web", "reviews", "ratings"].map(node);
  const spots = wallLayout({ nodes, edges: [edge(0, 1), edge(1, 2), edge(1, 3), edge(3, 1)] });
  expect(spots[0]?.x).toBeLessThan(spots[1]?.x ?? 0);
  expect(spots[0]?.x).toBeLessThan(spots[2]?.x ?? 0);
  expect(new Set(spots.map(({ x, y }) => `${x} ${y}`)).size).toBe(4);
  for (const { x, y } of spots) {
    expect(x).toBeGreaterThan(0);
    expect(x).toBeLessThan(PICTURE.width);
    expect(y).toBeGreaterThan(0);
    expect(y).toBeLessThan(PICTURE.height);
  }
});

it("[MW6] of two hundred tiles draws those in sight", () => {
  const tile = { width: 250, height: 200 };
  expect(gridOf(200, { width: 1_010, height: 800, scrollTop: 0, tile })).toEqual({
    ...{ columns: 4, rows: 50, first: 0, last: 5 },
  });
  expect(gridOf(200, { width: 1_010, height: 800, scrollTop: 4_000, tile })).toMatchObject({
    first: 19,
    last: 25,
  });
  expect(gridOf(200, { width: 1_010, height: 800, scrollTop: 99_999, tile })).toMatchObject({
    first: 49,
    last: 50,
  });
  expect(gridOf(0, { width: 100, height: 800, scrollTop: 0, tile })).toMatchObject({
    columns: 1,
    rows: 0,
    last: 0,
  });
});
