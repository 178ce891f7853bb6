import { expect, it } from "vitest";
import type { MeshGraph } from "../../server/contracts/index.ts";
import { boxesOf } from "./boxes.ts";
import { sceneOf, toElements } from "./elements.ts";
import { idealPositions } from "./layout.ts";

const names = ["gateway", "web", "reviews"];
const graph: MeshGraph = {
  ...{ generatedAt: 1, windowSeconds: 30, mesh: { state: "no-traffic" }, warnings: [] },
  nodes: names.map((name) => ({
    ...{ id: name, kind: "workload", name, namespace: "shop", sidecar: "present", health: "healthy" },
  })),
  edges: names.slice(1).map((target, index) => ({
    ...{ id: `to ${target}`, source: names[index] ?? "", target, protocol: "http", rate: 0, errorPercent: 0 },
    ...{ mtls: { state: "no-traffic" }, origin: "configured" },
  })),
};
const boxes = boxesOf(graph, ["namespace"]);
const laidOut = (aspect: number) => {
  const points = idealPositions(toElements(graph, boxes), sceneOf(graph, boxes), aspect);
  return names.map((name) => points.get(name) ?? { x: Number.NaN, y: Number.NaN });
};
const ascending = (values: readonly number[]) =>
  values.every((value, index) => index === 0 || value > (values[index - 1] ?? value) + 50);

it("leads from left to right, and from top to bottom where the panel stands upright", () => {
  const wide = laidOut(1.6);
  expect([ascending(wide.map(({ x }) => x)), ascending(wide.map(({ y }) => y))]).toEqual([true, false]);
  const upright = laidOut(0.5);
  expect([ascending(upright.map(({ x }) => x)), ascending(upright.map(({ y }) => y))]).toEqual([false, true]);
});
