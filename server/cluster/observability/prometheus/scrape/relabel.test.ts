import { describe, expect, it } from "vitest";
import { relabel, relabelRules } from "./relabel.ts";

const labels = { __address__: "10.0.0.1:80", a: "foo", b: "bar", c: "foo", e: "baz" };

describe("relabelling", () => {
  it.each<[string, object, object | undefined]>([
    ["replaces by the whole value", { source_labels: ["a"], target_label: "d" }, { ...labels, d: "foo" }],
    [
      "joins sources and takes groups",
      { source_labels: ["a", "b"], regex: "f(.*);(.*)r", replacement: "ch$1-$2", target_label: "d" },
      { ...labels, d: "choo-ba" },
    ],
    [
      "leaves what does not match",
      { source_labels: ["a"], regex: "f", target_label: "d", replacement: "x" },
      labels,
    ],
    [
      "removes a label by an empty value",
      { target_label: "a", replacement: "" },
      { __address__: labels.__address__, b: "bar", c: "foo", e: "baz" },
    ],
    [
      "writes to a name made of groups",
      { source_labels: ["a"], regex: "(f)oo", target_label: "x_$1", replacement: "1" },
      { ...labels, x_f: "1" },
    ],
    ["keeps", { action: "keep", source_labels: ["a"], regex: "f.*" }, labels],
    ["keeps not", { action: "keep", source_labels: ["a"], regex: "f" }, undefined],
    ["drops", { action: "drop", source_labels: ["a"], regex: "foo|bar" }, undefined],
    ["keeps equals", { action: "keepequal", source_labels: ["a"], target_label: "c" }, labels],
    ["drops equals", { action: "dropequal", source_labels: ["a"], target_label: "c" }, undefined],
    [
      "maps names",
      { action: "labelmap", regex: "(a|b)", replacement: "my_$1" },
      { ...labels, my_a: "foo", my_b: "bar" },
    ],
    ["drops labels", { action: "labeldrop", regex: "a|b|c|e" }, { __address__: labels.__address__ }],
    ["keeps labels", { action: "labelkeep", regex: "a" }, { a: "foo" }],
    [
      "changes case",
      { action: "uppercase", source_labels: ["a"], target_label: "a" },
      { ...labels, a: "FOO" },
    ],
    // The value of relabel_test.go: md5 of "baz", its last eight bytes, modulo 1000.
    [
      "hashes",
      { action: "hashmod", source_labels: ["e"], target_label: "d", modulus: 1000 },
      { ...labels, d: "976" },
    ],
  ])("%s", (_, rule, expected) => {
    expect(relabel(labels, relabelRules([rule]))).toEqual(expected);
  });
});
