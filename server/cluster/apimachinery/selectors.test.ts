import { describe, expect, it } from "vitest";
import {
  formatLabelSelector,
  matchesFields,
  matchesLabels,
  parseFieldSelector,
  parseLabelSelector,
  selectorOf,
} from "./index.ts";

describe("label selectors", () => {
  const selects = (text: string, labels: Record<string, string>) =>
    matchesLabels(parseLabelSelector(text), labels);

  it.each([
    ["", {}, true],
    ["app=web", { app: "web" }, true],
    ["app==web,tier!=db", { app: "web" }, true],
    ["app!=web", { app: "web" }, false],
    ["app in (web, api)", { app: "api" }, true],
    ["app notin (web,api)", {}, true],
    ["app", { app: "" }, true],
    ["!app", { app: "" }, false],
    ["n>3", { n: "4" }, true],
    ["n<3", { n: "4" }, false],
    ["app=", { app: "" }, true],
  ])("[LS1] %s on %o is %s", (text, labels, expected) => {
    expect(selects(text, labels)).toBe(expected);
  });

  it("[LS2] refuses what it cannot read, in upstream's words", () => {
    expect(() => parseLabelSelector("a b")).toThrow("unable to parse requirement: found 'a b', expected:");
    expect(() => parseLabelSelector("a=-")).toThrow(
      'unable to parse requirement: values[0][a]: Invalid value: "-": a valid label must be an empty string or consist of',
    );
  });

  it("[LS3] reads a LabelSelector object and prints its query form", () => {
    const selector = selectorOf({
      matchLabels: { app: "web" },
      matchExpressions: [
        { key: "tier", operator: "In", values: ["b", "a"] },
        { key: "x", operator: "DoesNotExist" },
      ],
    });
    expect(formatLabelSelector(selector ?? [])).toBe("app=web,tier in (a,b),!x");
    expect(selectorOf(undefined)).toBeUndefined();
  });
});

describe("field selectors", () => {
  it("[FS1] matches, unescapes, and refuses fields that the kind does not have", () => {
    const selector = parseFieldSelector("metadata.name=a\\,b,status.phase!=Running");
    expect(matchesFields(selector, { "metadata.name": "a,b", "status.phase": "Pending" })).toBe(true);
    expect(() => matchesFields(selector, { "metadata.name": "a,b" })).toThrow(
      "field label not supported: status.phase",
    );
  });
});
