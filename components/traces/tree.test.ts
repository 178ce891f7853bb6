import { describe, expect, it } from "vitest";
import type { TraceSpan } from "../../server/contracts/index.ts";
import { compareTraces } from "./compare.ts";
import { indentOf } from "./forest.ts";
import { dependencies, duration, extentOf, spanRows } from "./tree.ts";

interface Place {
  readonly parent?: string;
  readonly at: readonly [number, number];
  readonly service?: string;
}
const span = (id: string, { parent, at: [start, lasts], service = id }: Place): TraceSpan => ({
  ...{ id, service, operation: `op ${id}`, start, duration: lasts, error: id === "c" },
  ...(parent === undefined ? {} : { parent }),
  ...{ tags: [], process: [], logs: [], warnings: [] },
});
const spans = [
  span("c", { parent: "a", at: [150, 100] }),
  span("a", { at: [100, 200] }),
  span("b", { parent: "a", at: [110, 20] }),
  span("lost", { parent: "nowhere", at: [120, 5] }),
];
const drawn = (closed: string[] = []) =>
  spanRows(spans, new Set(closed)).map(
    (row) => `${"  ".repeat(row.depth)}${row.span.id}${row.critical ? "!" : ""}`,
  );

it("puts spans under their parents and marks what the trace waited for", () => {
  expect(drawn()).toEqual(["a!", "  b", "  c!", "lost"]);
  expect(drawn(["a"])).toEqual(["a!", "lost"]);
  expect(extentOf(spans)).toEqual({ start: 100, duration: 200 });
  expect(dependencies(spans)).toEqual([
    { from: "a", to: "c", calls: 1, errors: 1 },
    { from: "a", to: "b", calls: 1, errors: 0 },
  ]);
});

it("spans that go in a circle, or bear one name, end", () => {
  const circle = [
    span("x", { parent: "y", at: [0, 1] }),
    span("y", { parent: "x", at: [0, 1] }),
    span("z", { at: [0, 1] }),
    span("z", { at: [1, 1] }),
  ];
  expect(spanRows(circle, new Set()).map((row) => row.span.id)).toEqual(["z"]);
});

describe("ten thousand spans", () => {
  const many = (parentOf: (index: number) => number) =>
    Array.from({ length: 10_000 }, (_, index) =>
      span(`s${index}`, {
        ...(index > 0 && { parent: `s${parentOf(index)}` }),
        at: [index, 1],
        service: "a",
      }),
    );

  it.each([
    ["each called by the one before", (index: number) => index - 1, 9_999],
    ["all called by the first", () => 0, 1],
  ])("%s are all there, in order", (_how, parentOf, deepest) => {
    const trace = many(parentOf);
    const rows = spanRows(trace, new Set());
    expect(rows.map((row) => row.span.id)).toEqual(trace.map(({ id }) => id));
    expect(rows.at(-1)?.depth).toBe(deepest);
    expect(indentOf(deepest)).toBeLessThan(400);
    const compared = compareTraces(trace, trace.slice(0, -1));
    expect(compared).toHaveLength(10_000);
    expect(compared.filter(({ right }) => !right).map(({ left }) => left?.id)).toEqual(["s9999"]);
  });
});

it("writes durations", () => {
  expect([12, 1_500, 2_345_678].map(duration)).toEqual(["12 µs", "1.5 ms", "2.35 s"]);
});
