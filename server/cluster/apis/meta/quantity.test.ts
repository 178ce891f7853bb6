import { describe, expect, it } from "vitest";
import { canonicalQuantity, quantityMilli } from "./quantity.ts";

describe("canonicalQuantity", () => {
  it.each([
    ["1000m", "1"],
    ["0.5", "500m"],
    ["100m", "100m"],
    ["2048Mi", "2Gi"],
    ["128Mi", "128Mi"],
    ["1e3", "1k"],
    ["0", "0"],
    ["1.5Gi", "1536Mi"],
    ["nonsense", "nonsense"],
  ])("writes %s as %s", (given, canonical) => {
    expect(canonicalQuantity(given)).toBe(canonical);
  });
});

it("compares quantities of different units", () => {
  expect(quantityMilli("1Gi")).toBe(1073741824000n);
  expect(quantityMilli("250m")).toBe(250n);
  expect(quantityMilli("")).toBeUndefined();
});
