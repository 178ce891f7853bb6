import { describe, expect, it } from "vitest";
import { completionPlace } from "./completion-place.ts";

/** The place is where the bar stands. */
const at = (marked: string) => completionPlace(marked.replace("|", ""), marked.indexOf("|"));

describe("where a completion is asked for", () => {
  it("an expression anywhere outside of brackets", () => {
    expect(at("sum(rate(isti|")).toEqual({ kind: "expression", from: 9 });
    expect(at("|")).toEqual({ kind: "expression", from: 0 });
    expect(at('up{job="a"} + no|')).toEqual({ kind: "expression", from: 14 });
  });

  it("a label in braces, with the metric before them", () => {
    expect(at("up{jo|")).toEqual({ kind: "label", from: 3, metric: "up" });
    expect(at('up{job="a",in|}')).toEqual({ kind: "label", from: 11, metric: "up" });
    expect(at("{jo|}")).toEqual({ kind: "label", from: 1, metric: undefined });
  });

  it("a value in quotes, with its label", () => {
    expect(at('up{job=~"pro|"}')).toEqual({ kind: "value", from: 9, label: "job", metric: "up" });
    expect(at('up{job="a{b}", x!="|')).toEqual({ kind: "value", from: 19, label: "x", metric: "up" });
    expect(at('up{job="a\\"|')).toEqual({ kind: "value", from: 8, label: "job", metric: "up" });
  });

  it("a label to group by", () => {
    expect(at("sum by (de|) (up)")).toEqual({ kind: "label", from: 8, metric: undefined });
    expect(at("a / on(x, y|")).toEqual({ kind: "label", from: 10, metric: undefined });
  });

  it("a duration in a range, nothing in another string", () => {
    expect(at("rate(up[5|")).toEqual({ kind: "duration", from: 8 });
    expect(at('label_replace(up, "a|')).toEqual({ kind: "none" });
  });
});
