import { describe, expect, it } from "vitest";
import type { MeshGraph } from "../../../contracts/index.ts";
import { evaluateCondition } from "../evaluate.ts";
import { condition, contextOf } from "../testing/fixtures.ts";

const now = () => 7;

function graph(rates: Readonly<Record<string, number>>, warnings: string[] = []): MeshGraph {
  const common = { sidecar: "present", health: "healthy", namespace: "shop" } as const;
  return {
    generatedAt: 0,
    windowSeconds: 30,
    nodes: ["sleep", ...Object.keys(rates)].map((name) => ({ id: name, kind: "workload", name, ...common })),
    edges: Object.entries(rates).map(([target, rate]) => ({
      ...{ id: target, source: "sleep", target, protocol: "http", rate, errorPercent: 0 },
      ...{ mtls: { state: "mtls", percent: 100 }, origin: "traffic" },
    })),
    mesh: { state: "no-traffic" },
    warnings,
  };
}

const evaluate = (seen: MeshGraph, from?: string) =>
  evaluateCondition(
    condition({
      traffic: { from, split: { "v1.shop": { min: 60, max: 95 }, "v2.shop": { min: 5, max: 40 } } },
    }),
    { context: contextOf({ graph: seen }), now },
  );

describe("traffic conditions", () => {
  it("compare each workload's share of what went to all of them", async () => {
    expect(await evaluate(graph({ v1: 8, v2: 2, other: 90 }))).toMatchObject({
      status: "passed",
      actual: "80 % to v1.shop, 20 % to v2.shop",
    });
    expect(await evaluate(graph({ v1: 5, v2: 5 }))).toMatchObject({
      status: "failed",
      expected: "60 to 95 % to v1.shop, 5 to 40 % to v2.shop",
      actual: "50 % to v1.shop, 50 % to v2.shop",
    });
    expect((await evaluate(graph({ v1: 8, v2: 2 }), "web.shop")).actual).toBe(
      "no traffic seen in the last 30 s",
    );
  });

  it("fail without traffic, and are unknown without a Prometheus to ask", async () => {
    expect(await evaluate(graph({}))).toMatchObject({
      status: "failed",
      actual: "no traffic seen in the last 30 s",
      next: "Send some requests, and keep them coming.",
    });
    expect((await evaluate(graph({}, ["Prometheus does not answer"]))).status).toBe("unknown");
  });
});

describe("log conditions", () => {
  const spec = condition({
    log: { deploy: "web", ns: "shop", container: "istio-proxy", contains: "-shadow" },
  });
  const command = "kubectl logs deploy/web -n shop -c istio-proxy --tail 500";
  const look = (answer: { exitCode: number; stdout: string; stderr: string }) => {
    const asked: string[] = [];
    const runCommand = (line: string) => {
      asked.push(line);
      return answer;
    };
    return evaluateCondition(spec, { context: contextOf({ runCommand }), now }).then((result) => ({
      result,
      asked,
    }));
  };

  it("look for a line with the words, with the command that a learner would use", async () => {
    const stdout = "GET web:80\nGET web-shadow:80\n";
    const { result, asked } = await look({ exitCode: 0, stdout, stderr: "" });
    expect(asked).toEqual([command]);
    expect(result).toMatchObject({ status: "passed", evidence: { command, output: "GET web-shadow:80" } });
    expect((await look({ exitCode: 0, stdout: "GET web:80\n", stderr: "" })).result).toMatchObject({
      status: "failed",
      expected: '"-shadow" in the log of istio-proxy',
      actual: "no line holds it",
    });
  });

  it("fail when there is nobody to ask, and are unknown when the cluster is away", async () => {
    const stderr = 'Error from server (NotFound): deployments.apps "web" not found';
    expect((await look({ exitCode: 1, stdout: "", stderr })).result.status).toBe("failed");
    const away = await look({ exitCode: 1, stdout: "", stderr: "connection refused" });
    expect(away.result.status).toBe("unknown");
  });
});
