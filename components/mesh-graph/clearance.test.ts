import { describe, expect, it } from "vitest";
import { blocksOf, isClear, type Scene, separate } from "./clearance.ts";

const node = (id: string, ...boxes: string[]) => ({ id, boxes, width: 80, below: 60 });
const scene: Scene = {
  nodes: [node("gateway", "istio-system"), node("web-api", "shop"), node("cart", "shop"), node("unknown")],
  edges: [
    { source: "gateway", target: "web-api" },
    { source: "unknown", target: "web-api" },
  ],
};
const readable = new Map([
  ["unknown", { x: 0, y: -200 }],
  ["gateway", { x: 0, y: 0 }],
  ["web-api", { x: 200, y: 0 }],
  ["cart", { x: 200, y: 120 }],
]);

describe("isClear", () => {
  it("[MG16] a picture in which nothing touches is clear", () => {
    expect(isClear(readable, scene)).toBe(true);
  });

  it("[MG17] a node on another, a node on a foreign box, a box on a box are not", () => {
    expect(isClear(new Map([...readable, ["cart", { x: 210, y: 40 }]]), scene)).toBe(false);
    expect(isClear(new Map([...readable, ["unknown", { x: 10, y: -80 }]]), scene)).toBe(false);
    expect(isClear(new Map([...readable, ["gateway", { x: 95, y: 0 }]]), scene)).toBe(false);
  });

  it("[MG18] an edge across a node between its ends is not", () => {
    const behind = new Map([...readable, ["unknown", { x: -200, y: 0 }]]);
    expect(isClear(behind, scene)).toBe(false);
  });

  it("[MG20] nor is an edge across the corner of a box that holds neither of its ends", () => {
    const beside = new Map([...readable, ["unknown", { x: -100, y: -90 }]]);
    expect(isClear(beside, scene)).toBe(false);
  });
});

describe("a box in a box", () => {
  const nested: Scene = {
    nodes: [node("v1", "app", "shop"), node("v2", "app", "shop"), node("cart", "shop")],
    edges: [],
  };
  const places = (cart: number) =>
    new Map([
      ["v1", { x: 0, y: 0 }],
      ["v2", { x: 0, y: 100 }],
      ["cart", { x: 200, y: cart }],
    ]);

  it("is clear of its neighbours in the outer one", () => {
    expect(isClear(places(0), nested)).toBe(true);
    expect(isClear(new Map([...places(0), ["cart", { x: 90, y: 0 }]]), nested)).toBe(false);
  });

  it("takes room in the outer one", () => {
    expect(blocksOf(places(50), nested)).toEqual([
      { members: ["cart", "v1", "v2"], rect: { left: -76, right: 258, top: -105, bottom: 196 } },
    ]);
  });
});

describe("separate", () => {
  it("[MG19] moves whole boxes down past each other and leaves the rest alone", () => {
    const stacked = new Map([...readable, ["unknown", { x: 0, y: -90 }]]);
    const result = separate(stacked, scene);
    expect(isClear(result, scene)).toBe(true);
    expect(result.get("unknown")).toEqual({ x: 0, y: -90 });
    expect(result.get("gateway")).toEqual({ x: 0, y: 45 });
    expect(result.get("cart")).toEqual({ x: 200, y: 120 });
  });
});
