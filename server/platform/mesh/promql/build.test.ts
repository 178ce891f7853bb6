import { describe, expect, it } from "vitest";
import { rate, selector, sumBy } from "./build.ts";

describe("PromQL", () => {
  it("selects by equality and by alternatives", () => {
    expect(selector("up")).toBe("up");
    expect(selector("istio_requests_total", { reporter: "source", ns: ["a.b", "c"] })).toBe(
      'istio_requests_total{reporter="source",ns=~"a\\\\.b|c"}',
    );
  });

  it("escapes what would end the string", () => {
    expect(selector("m", { a: 'x"} or vector(1) #', b: "back\\slash\nline" })).toBe(
      'm{a="x\\"} or vector(1) #",b="back\\\\slash\\nline"}',
    );
  });

  it("sums rates by labels", () => {
    expect(sumBy(rate(selector("m", { a: "b" }), 30), ["x", "y"])).toBe(
      'sum by (x, y) (rate(m{a="b"}[30s]))',
    );
  });
});
