import { expect, it } from "vitest";
import type { TraceSpan } from "../../server/contracts/index.ts";
import { compareTraces } from "./compare.ts";

const span = (id: string, service: string, more: Partial<TraceSpan> = {}): TraceSpan => ({
  ...{ id, service, operation: "call", start: Number(id) || 0, duration: 10, error: false },
  ...{ tags: [], process: [], logs: [], warnings: [] },
  ...more,
});
const rows = (left: TraceSpan[], right: TraceSpan[]) =>
  compareTraces(left, right).map(
    ({ service, depth, left: one, right: other }) =>
      `${depth} ${service} ${one?.id ?? "-"} ${other?.id ?? "-"}`,
  );

it("puts the same call at the same place into one row, whatever its id", () => {
  const left = [span("1", "gate"), span("2", "web", { parent: "1" }), span("3", "stock", { parent: "2" })];
  const right = [span("7", "gate"), span("8", "web", { parent: "7" }), span("9", "stock", { parent: "8" })];
  expect(rows(left, right)).toEqual(["0 gate 1 7", "1 web 2 8", "2 stock 3 9"]);
});

it("shows what only one of them has, and repeated calls one by one", () => {
  const left = [span("1", "gate"), span("2", "web", { parent: "1" }), span("3", "web", { parent: "1" })];
  const right = [span("7", "gate"), span("8", "web", { parent: "7" }), span("9", "cart", { parent: "8" })];
  expect(rows(left, right)).toEqual(["0 gate 1 7", "1 web 2 8", "2 cart - 9", "1 web 3 -"]);
});

it("a circle and a missing parent end", () => {
  const circle = [
    span("1", "a", { parent: "2" }),
    span("2", "b", { parent: "1" }),
    span("3", "c", { parent: "9" }),
  ];
  expect(rows(circle, [])).toEqual(["0 c 3 -"]);
});
