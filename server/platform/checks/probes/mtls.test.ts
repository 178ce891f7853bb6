import { describe, expect, it } from "vitest";
import type { GraphEdge, MeshGraph } from "../../../contracts/index.ts";
import { evaluateCondition } from "../evaluate.ts";
import { condition, contextOf } from "../testing/fixtures.ts";

const now = () => 7;

function edge(source: string, rate: number, percent: number | undefined): GraphEdge {
  const mtls =
    percent === undefined ? { state: "no-traffic" as const } : { state: "mixed" as const, percent };
  return {
    id: source,
    source,
    target: "web-api",
    protocol: "http",
    rate,
    errorPercent: 0,
    mtls,
    origin: "traffic",
  };
}

function graph(edges: GraphEdge[], warnings: string[] = []): MeshGraph {
  const common = { sidecar: "present", health: "healthy" } as const;
  return {
    generatedAt: 0,
    windowSeconds: 30,
    nodes: [
      { id: "web-api", kind: "workload", name: "web-api", namespace: "shop", ...common },
      { id: "gateway", kind: "gateway", name: "gateway", namespace: "istio-system", ...common },
      { id: "unknown", kind: "unknown", name: "unknown", ...common },
    ],
    edges,
    mesh: { state: "no-traffic" },
    warnings,
  };
}

const evaluate = (probe: object, seen: MeshGraph) =>
  evaluateCondition(condition({ mtls: { to: "web-api.shop", ...probe } }), {
    context: contextOf({ graph: seen }),
    now,
  });

describe("mtls conditions", () => {
  const mixed = graph([edge("gateway", 3, 100), edge("unknown", 1, 0)]);

  it("weigh the callers by their requests", async () => {
    expect(await evaluate({ min: 100 }, mixed)).toMatchObject({
      status: "failed",
      expected: "all of the requests to web-api.shop over mutual TLS",
      actual: "75 % over mutual TLS (from gateway: 100 %; from unknown: 0 %)",
    });
    expect((await evaluate({ min: 1, max: 99 }, mixed)).status).toBe("passed");
    expect((await evaluate({ min: 100 }, graph([edge("gateway", 3, 100)]))).status).toBe("passed");
  });

  it("can be about one caller", async () => {
    expect((await evaluate({ from: "gateway.istio-system", min: 100 }, mixed)).status).toBe("passed");
    expect((await evaluate({ from: "unknown", max: 0 }, mixed)).status).toBe("passed");
  });

  it("fail without traffic, and are unknown when nobody can know", async () => {
    expect(await evaluate({ min: 100 }, graph([edge("gateway", 3, undefined)]))).toMatchObject({
      status: "failed",
      actual: "no traffic seen in the last 30 s",
      next: "Send some requests, and keep them coming.",
    });
    expect(await evaluate({ min: 100 }, graph([], ["Prometheus does not answer, so …"]))).toMatchObject({
      status: "unknown",
      message: "This cannot be checked just now: Prometheus does not answer, so …",
    });
  });
});
