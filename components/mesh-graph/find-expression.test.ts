import { describe, expect, it } from "vitest";
import type { GraphEdge, GraphNode } from "../../server/contracts/index.ts";
import { parseFind } from "./find-expression.ts";

const node: GraphNode = {
  ...{ id: "w", kind: "workload", name: "web-api", namespace: "shop", app: "web-api", version: "v1" },
  ...{ sidecar: "present", health: "degraded", badges: ["virtual-service"], service: "web-api.shop" },
};
const edge: GraphEdge = {
  ...{ id: "e", source: "a", target: "b", protocol: "http", rate: 12, errorPercent: 7, origin: "traffic" },
  ...{ mtls: { state: "mixed", percent: 40 }, responseMs: { p95: 250 } },
};

function finds(text: string): string {
  const parsed = parseFind(text);
  if (!parsed.ok) return parsed.problem;
  return [parsed.test.node(node) ? "node" : "", parsed.test.edge(edge) ? "edge" : ""].join(" ").trim();
}

describe("find", () => {
  it.each([
    ["name = web-api", "node"],
    ["NAME = WEB-API", "node"],
    ["name != web-api", ""],
    ["name *= eb-a", "node"],
    ["name ^= api", ""],
    ["name $= api", "node"],
    ["name !*= eb-a", ""],
    ["svc=web-api", "node"],
    ["!healthy", "node"],
    ["unhealthy AND ns = shop", "node"],
    ["unhealthy AND ns = other", ""],
    ["ns = other OR vs", "node"],
    ["cb", ""],
    ["version = v1 and sc", "node"],
    ["http > 10", "edge"],
    ["%error >= 8", ""],
    ["rt > 200", "edge"],
    ["mtls", "edge"],
    ["%mtls < 50 OR name = web-api", "node edge"],
    ["grpc", ""],
    ["!traffic", ""],
  ])("%s finds: %s", (text, found) => {
    expect(finds(text)).toBe(found);
  });

  it("says what is wrong", () => {
    expect(finds("colour = red")).toMatch(/^There is no "colour"\. Known: name, node, ns/);
    expect(finds("rt > slow")).toBe('"slow" is no number, and rt > wants one.');
    expect(finds("= 3")).toBe('"= 3" is no comparison.');
  });
});
