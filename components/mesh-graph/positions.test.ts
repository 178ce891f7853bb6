import { describe, expect, it } from "vitest";
import { placeNodes, stretchToAspect } from "./positions.ts";

const ideal = new Map([
  ["gateway", { x: 0, y: 0 }],
  ["web-api", { x: 150, y: 0 }],
  ["recommendation", { x: 300, y: 0 }],
]);
const neighbours = new Map([
  ["web-api", ["gateway", "recommendation"]],
  ["recommendation", ["web-api"]],
]);

describe("stretchToAspect", () => {
  it("[MG14] widens a tall layout to a wide panel, within reason, and leaves heights alone", () => {
    const tall = new Map([
      ["a", { x: 0, y: 0 }],
      ["b", { x: 500, y: 250 }],
    ]);
    expect(stretchToAspect(tall, 2).get("b")).toEqual({ x: 670, y: 250 });
    expect(stretchToAspect(tall, 9).get("b")).toEqual({ x: 900, y: 250 });
    expect(stretchToAspect(tall, 0.5)).toEqual(tall);
  });
});

describe("placeNodes", () => {
  it("[MG5] the first layout is taken as it is", () => {
    expect(placeNodes({ kept: new Map(), ideal, neighbours })).toEqual(ideal);
  });

  it("[MG6] what stood somewhere stays there, dragged or not, and what is gone is forgotten", () => {
    const kept = new Map([
      ["gateway", { x: 40, y: 90 }],
      ["web-api", { x: 200, y: -30 }],
      ["gone", { x: 1, y: 1 }],
      ["recommendation", { x: 350, y: 10 }],
    ]);
    expect([...placeNodes({ kept, ideal, neighbours })]).toEqual([
      ["gateway", { x: 40, y: 90 }],
      ["web-api", { x: 200, y: -30 }],
      ["recommendation", { x: 350, y: 10 }],
    ]);
  });

  it("[MG7] a new node stands to its neighbours as it would in a fresh layout", () => {
    const kept = new Map([
      ["gateway", { x: 0, y: 0 }],
      ["web-api", { x: 150, y: 200 }],
    ]);
    expect(placeNodes({ kept, ideal, neighbours }).get("recommendation")).toEqual({ x: 300, y: 200 });
  });

  it("[MG8] a new node never stands on another", () => {
    const kept = new Map([
      ["web-api", { x: 150, y: 0 }],
      ["moved-here", { x: 300, y: 10 }],
    ]);
    const wider = new Map([...ideal, ["moved-here", { x: 300, y: 400 }]]);
    const placed = placeNodes({ kept, ideal: wider, neighbours });
    expect(placed.get("recommendation")).toEqual({ x: 300, y: 94 });
  });
});
