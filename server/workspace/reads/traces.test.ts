import { expect, it } from "vitest";
import { KubeError, MemoryCluster } from "../../platform/kube/index.ts";
import { readTrace, searchTraces, traceServices } from "./traces.ts";

// The shape of Jaeger's query API (model/json of jaeger 1.46), made by hand.
const trace = {
  traceID: "abc",
  spans: [
    {
      ...{ spanID: "2", operationName: "call", startTime: 1_200, duration: 300, processID: "p2" },
      references: [{ refType: "CHILD_OF", traceID: "abc", spanID: "1" }],
      tags: [
        { key: "error", type: "bool", value: true },
        { key: "http.status_code", type: "int64", value: 503 },
      ],
      logs: [{ timestamp: 1_250, fields: [{ key: "event", value: "retry" }] }],
    },
    {
      ...{ spanID: "1", operationName: "enter", startTime: 1_000, duration: 600, processID: "p1" },
      references: [],
      tags: [],
    },
  ],
  processes: {
    p1: { serviceName: "gateway", tags: [] },
    p2: { serviceName: "web", tags: [{ key: "ip", value: "10.0.0.1" }] },
  },
};
const asked: string[] = [];
const cluster = new MemoryCluster({
  serviceProxyGet: async ({ path }) => {
    asked.push(path);
    return JSON.stringify(path.endsWith("/services") ? { data: ["web", "gateway"] } : { data: [trace] });
  },
});

it("searches by what was asked for and sums each trace up", async () => {
  expect(await traceServices(cluster)).toEqual({ services: ["gateway", "web"] });
  const request = {
    service: "web",
    tags: { error: "true" },
    minDuration: "10ms",
    lookbackSeconds: 60,
    limit: 5,
  };
  expect(await searchTraces({ cluster, now: () => 100_000 }, request)).toEqual({
    traces: [
      {
        id: "abc",
        service: "gateway",
        operation: "enter",
        start: 1_000,
        duration: 600,
        spans: 2,
        errors: 1,
        services: [
          { name: "gateway", spans: 1 },
          { name: "web", spans: 1 },
        ],
      },
    ],
  });
  expect(asked.at(-1)).toBe(
    "/jaeger/api/traces?service=web&limit=5&lookback=custom&start=40000000&end=100000000&tags=%7B%22error%22%3A%22true%22%7D&minDuration=10ms",
  );
});

it("reads one trace, its spans in the order of their beginning", async () => {
  expect(await readTrace(cluster, { id: "abc" })).toEqual({
    id: "abc",
    total: 2,
    spans: [
      {
        ...{ id: "1", service: "gateway", operation: "enter", start: 1_000, duration: 600, error: false },
        ...{ tags: [], process: [], logs: [], warnings: [] },
      },
      {
        ...{
          id: "2",
          parent: "1",
          service: "web",
          operation: "call",
          start: 1_200,
          duration: 300,
          error: true,
        },
        tags: [
          { key: "error", value: "true" },
          { key: "http.status_code", value: "503" },
        ],
        process: [{ key: "ip", value: "10.0.0.1" }],
        logs: [{ at: 1_250, fields: [{ key: "event", value: "retry" }] }],
        warnings: [],
      },
    ],
  });
});

it("no Jaeger, or no such trace: said in words that help", async () => {
  await expect(traceServices(new MemoryCluster())).rejects.toThrow(
    "kubectl apply -f samples/addons/jaeger.yaml",
  );
  const body = JSON.stringify({ data: null, errors: [{ code: 404, msg: "trace not found" }] });
  const without = new MemoryCluster({
    serviceProxyGet: () => Promise.reject(new KubeError({ reason: "NotFound", status: 404, body }, body)),
  });
  await expect(readTrace(without, { id: "abd" })).rejects.toThrow("Jaeger: trace not found");
});
