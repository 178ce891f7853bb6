import { parser } from "@prometheus-io/lezer-promql";
import { expect, it } from "vitest";
import { dashboards, fillIn, legendOf } from "./dashboards.ts";
import { examples } from "./examples.ts";

it("every panel and example is PromQL, with any name filled in", () => {
  const subject = { name: 'a"b\\c', namespace: "shop" };
  const queries = [
    ...dashboards.flatMap(({ panels }) => panels.map(({ query }) => fillIn(query, subject))),
    ...examples.map(({ query }) => query),
  ];
  const broken = queries.filter((query) => {
    let wrong = query.includes("$");
    parser.parse(query).iterate({
      enter: (node) => {
        if (node.type.isError) wrong = true;
      },
    });
    return wrong;
  });
  expect(broken).toEqual([]);
});

it("a legend names the labels that matter; an absent one is a dash", () => {
  expect(legendOf("{source_workload} → {response_code}", { response_code: "200" })).toBe("– → 200");
});
