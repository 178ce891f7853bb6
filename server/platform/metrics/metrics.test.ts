import { readFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import path from "node:path";
import { parser } from "@prometheus-io/lezer-promql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type GuardOptions, type Metrics, metricsEndpoint, signals, startMetrics } from "./index.ts";

let up = true;
const sources = {
  learners: () => 3,
  sockets: () => 4,
  phases: () => ["ready", "ready", "recovering"],
  isolation: () => "strong",
  ping: async () => {
    if (!up) throw new Error("refused");
  },
};
let metrics: Metrics;
beforeAll(async () => {
  metrics = await startMetrics(sources);
});
afterAll(() => metrics.stop());

const lines = async () => (await metrics.text()).split("\n").filter((line) => line.startsWith("meshwork_"));

describe("the metrics", () => {
  it("say what is, and count what was told", async () => {
    for (const seconds of [0.0005, 0.02, 7]) signals.echo.tell(seconds);
    signals.output.tell(100);
    signals.output.tell(28);
    for (const change of [1, 1, -1] as const) signals.terminals.tell(change);
    signals.hostRestart.tell("ada");
    signals.clusterRestart.tell("ada");
    for (const status of ["passed", "passed", "failed"]) signals.condition.tell(status);
    signals.joinRefused.tell("expired");
    signals.answer.tell(200);
    signals.query.tell({ operation: "record", seconds: 0.003 });
    const said = await lines();
    expect(said).toEqual(
      expect.arrayContaining([
        "meshwork_learners_connected 3",
        "meshwork_sockets 4",
        "meshwork_terminals_attached 1",
        'meshwork_workspaces{phase="ready"} 2',
        'meshwork_workspaces{phase="recovering"} 1',
        'meshwork_workspaces{phase="failed"} 0',
        'meshwork_isolation{level="strong"} 1',
        'meshwork_terminal_input_seconds_bucket{le="0.001"} 1',
        'meshwork_terminal_input_seconds_bucket{le="0.025"} 2',
        "meshwork_terminal_input_seconds_count 3",
        "meshwork_terminal_output_bytes_total 128",
        "meshwork_host_restarts_total 1",
        "meshwork_cluster_restarts_total 1",
        'meshwork_conditions_total{status="passed"} 2',
        'meshwork_conditions_total{status="unknown"} 0',
        'meshwork_joins_refused_total{reason="expired"} 1',
        'meshwork_http_answers_total{code="200"} 1',
        'meshwork_database_seconds_count{operation="record"} 1',
        "meshwork_database_up 1",
      ]),
    );
    expect(await metrics.text()).toContain("nodejs_eventloop_lag_seconds ");
  });

  it("are read while the database does not answer", async () => {
    up = false;
    expect(await lines()).toContain("meshwork_database_up 0");
    up = true;
  });
});

describe("who may read them", () => {
  let server: Server;
  let guard: GuardOptions;
  beforeAll(async () => {
    server = createServer((incoming, response) => {
      metricsEndpoint(async () => metrics, guard)(incoming, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const status = (options: GuardOptions, headers: Record<string, string> = {}): Promise<number> => {
    guard = options;
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    return new Promise((resolve, reject) => {
      request({ host: "127.0.0.1", port, path: "/metrics", headers, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
        .on("error", reject)
        .end();
    });
  };

  it("this machine, asked by its own name and with nobody in between", async () => {
    const open = { token: undefined, loopbackTrusted: true };
    expect(await status(open)).toBe(200);
    expect(await status(open, { Host: "evil.example" })).toBe(403);
    expect(await status(open, { "X-Forwarded-For": "203.0.113.9" })).toBe(403);
    expect(await status(open, { Via: "2.0 Caddy" })).toBe(403);
    expect(await status({ ...open, loopbackTrusted: false })).toBe(403);
  });

  it("whoever has the token, from anywhere; a wrong one is no better than none", async () => {
    const closed = { token: "a-long-secret", loopbackTrusted: false };
    expect(await status(closed, { Authorization: "Bearer a-long-secret", Host: "web:3000" })).toBe(200);
    expect(await status(closed, { Authorization: "Bearer a-long-secre" })).toBe(403);
    expect(await status({ ...closed, loopbackTrusted: true }, { Authorization: "Bearer x" })).toBe(403);
    expect(await status(closed)).toBe(403);
  });
});

it("every figure of the example dashboard is one that exists", async () => {
  const file = path.resolve(import.meta.dirname, "../../../deploy/grafana-dashboard.json");
  const dashboard = z
    .object({ panels: z.array(z.object({ targets: z.array(z.object({ expr: z.string() })).default([]) })) })
    .parse(JSON.parse(readFileSync(file, "utf8")));
  const queries = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  expect(queries.length).toBeGreaterThan(10);
  const exposed = new Set(
    (await metrics.text()).split("\n").flatMap((line) => /^([a-z_0-9]+)[{ ]/.exec(line)?.[1] ?? []),
  );
  for (const query of queries) {
    const names: string[] = [];
    parser
      .configure({ strict: true })
      .parse(query)
      .iterate({
        enter(node) {
          if (node.name === "Identifier" && node.matchContext(["VectorSelector"]))
            names.push(query.slice(node.from, node.to));
        },
      });
    expect(names.length, query).toBeGreaterThan(0);
    expect(
      names.filter((name) => !exposed.has(name)),
      query,
    ).toEqual([]);
  }
});
