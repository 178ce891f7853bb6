import { expect, it } from "vitest";
import { tabTarget } from "./tab-target.ts";

it("finds the pane that a lab means", () => {
  expect(tabTarget("tab:graph?focus=web-api")).toEqual({ pane: "mesh", what: { name: "web-api" } });
  expect(tabTarget("tab:editor?file=apps/a.yaml&line=3")).toEqual({
    pane: "editor",
    what: { file: "apps/a.yaml" },
  });
  expect(tabTarget("tab:prometheus?query=sum(up)")).toEqual({ pane: "metrics", what: { query: "sum(up)" } });
  expect(tabTarget("tab:terminal")).toEqual({ pane: "terminal" });
  expect(tabTarget("tab:constructor")).toBeUndefined();
});
