import { expect, it } from "vitest";
import type { MeshGraph } from "../../server/contracts/index.ts";
import { boxesOf } from "./boxes.ts";
import type { Palette } from "./palette.ts";
import { pictureSvg } from "./picture.ts";

const palette: Palette = {
  ...{
    fontFamily: '"A", sans',
    panel: "#fff",
    text: "#000",
    dim: "#777",
    accent: "#00f",
    box: "#eee",
    boxBorder: "#ccc",
  },
  mtls: { mtls: "#0a0", mixed: "#aa0", plaintext: "#a00", "no-traffic": "#999" },
  health: { healthy: "#0a0", degraded: "#fa0", failing: "#a00", idle: "#999" },
};
const graph: MeshGraph = {
  ...{ generatedAt: 1, windowSeconds: 30, mesh: { state: "mtls" }, warnings: [] },
  nodes: [
    { id: "a", kind: "gateway", name: "<script>&", namespace: "one", sidecar: "present", health: "healthy" },
    {
      id: "b",
      kind: "workload",
      name: "b",
      namespace: "one",
      version: "v1",
      sidecar: "missing",
      health: "failing",
    },
    { id: "gone", kind: "workload", name: "gone", sidecar: "present", health: "idle" },
  ],
  edges: [
    {
      ...{
        id: "ab",
        source: "a",
        target: "b",
        protocol: "http",
        rate: 2,
        errorPercent: 50,
        origin: "traffic",
      },
      mtls: { state: "mixed", percent: 40 },
    },
  ],
};

it("draws names, badges, rates and boxes as text, and nothing of a name as markup", () => {
  const places: Record<string, { x: number; y: number }> = { a: { x: 0, y: 0 }, b: { x: 200, y: 40 } };
  const svg = pictureSvg({
    graph,
    boxes: boxesOf(graph, ["namespace"]),
    palette,
    pointOf: (id) => places[id],
    caption: "now",
  });
  const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, words]) => words);
  expect(texts).toEqual([
    "one",
    "40 % mTLS",
    "2.00 rps, 50 % errors",
    "&lt;script&gt;&amp;",
    "healthy",
    "b",
    "v1 · failing · no sidecar",
    "now",
  ]);
  expect(svg).not.toContain("<script");
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="-94 -112 388 278"/);
});
