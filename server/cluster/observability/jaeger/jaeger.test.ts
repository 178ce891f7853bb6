import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PodBench } from "../testing/pod.ts";
import { MAX_SPAN_TAGS, MAX_TRACE_SPANS, MAX_TRACES } from "./limits.ts";
import { jaegerProgram } from "./program.ts";

let bench: PodBench;
let ip: string;
beforeEach(() => {
  bench = new PodBench();
  ({ ip } = bench.run(jaegerProgram, {
    image: "docker.io/jaegertracing/all-in-one:1.46",
    env: { QUERY_BASE_PATH: "/jaeger", COLLECTOR_ZIPKIN_HOST_PORT: ":9411" },
  }));
});
afterEach(() => bench.dispose());

const NOW = Date.now() * 1000;
const TRACE = "0af7651916cd43dd8448eb211c80319c";
const QUERY = 16686;

/** As Envoy's tracer writes them (source/extensions/tracers/zipkin, HTTP_JSON). */
const zipkin = (more: Record<string, unknown> = {}) => ({
  traceId: TRACE,
  id: "00f067aa0ba902b7",
  name: "web-api.demo.svc.cluster.local:8080/*",
  kind: "CLIENT",
  timestamp: NOW - 1_000_000,
  duration: 5_000,
  localEndpoint: { serviceName: "istio-ingressgateway.istio-system", ipv4: "10.42.0.5", port: 0 },
  tags: { component: "proxy", "http.status_code": "200" },
  ...more,
});
const server = zipkin({
  id: "b7ad6b7169203331",
  parentId: "00f067aa0ba902b7",
  kind: "SERVER",
  timestamp: NOW - 999_000,
  duration: 3_000,
  localEndpoint: { serviceName: "web-api.demo", ipv4: "10.42.0.6", port: 8081 },
  tags: { error: "true" },
  annotations: [{ timestamp: NOW - 998_000, value: "retry" }],
});
const post = (spans: unknown) =>
  bench.ask(`${ip}:9411`, "/api/v2/spans", {
    body: JSON.stringify(spans),
    headers: { "content-type": "application/json" },
  });
const query = (path: string) => bench.ask(`${ip}:${QUERY}`, `/jaeger${path}`);
const data = (value: unknown, total = 0) => ({ data: value, total, limit: 0, offset: 0, errors: null });
const text = (key: string, value: string) => ({ key, type: "string", value });

describe("Jaeger", () => {
  it("turns Zipkin spans into a trace as Jaeger's collector does", async () => {
    expect(await post([server, zipkin()])).toMatchObject({ status: 202, text: "" });
    expect(await query(`/api/traces/${TRACE}`)).toMatchObject({
      status: 200,
      json: data([
        {
          traceID: TRACE,
          spans: [
            {
              traceID: TRACE,
              spanID: "00f067aa0ba902b7",
              operationName: "web-api.demo.svc.cluster.local:8080/*",
              references: [],
              startTime: NOW - 1_000_000,
              duration: 5_000,
              tags: [
                text("component", "proxy"),
                text("http.status_code", "200"),
                text("net.host.ip", "10.42.0.5"),
                text("span.kind", "client"),
              ],
              logs: [],
              processID: "p1",
              warnings: null,
            },
            {
              traceID: TRACE,
              spanID: "b7ad6b7169203331",
              operationName: "web-api.demo.svc.cluster.local:8080/*",
              references: [{ refType: "CHILD_OF", traceID: TRACE, spanID: "00f067aa0ba902b7" }],
              startTime: NOW - 999_000,
              duration: 3_000,
              tags: [
                text("net.host.ip", "10.42.0.6"),
                { key: "net.host.port", type: "int64", value: 8081 },
                text("span.kind", "server"),
                text("otel.status_code", "ERROR"),
                { key: "error", type: "bool", value: true },
              ],
              logs: [{ timestamp: NOW - 998_000, fields: [text("message", "retry")] }],
              processID: "p2",
              warnings: null,
            },
          ],
          processes: {
            p1: { serviceName: "istio-ingressgateway.istio-system", tags: [] },
            p2: { serviceName: "web-api.demo", tags: [] },
          },
          warnings: null,
        },
      ]),
    });
  });

  it("lists services, operations and dependencies", async () => {
    expect(await query("/api/services")).toMatchObject({ json: data([]) });
    await post([server, zipkin()]);
    expect(await query("/api/services")).toMatchObject({
      json: data(["istio-ingressgateway.istio-system", "web-api.demo"], 2),
    });
    const name = "web-api.demo.svc.cluster.local:8080/*";
    expect(await query("/api/services/web-api.demo/operations")).toMatchObject({ json: data([name], 1) });
    expect(await query("/api/operations?service=web-api.demo")).toMatchObject({
      json: data([{ name, spanKind: "server" }], 1),
    });
    expect(await query("/api/operations?service=web-api.demo&spanKind=client")).toMatchObject({
      json: data([]),
    });
    const link = { parent: "istio-ingressgateway.istio-system", child: "web-api.demo", callCount: 1 };
    expect(await query(`/api/dependencies?endTs=${NOW / 1000}&lookback=60000`)).toMatchObject({
      json: data([link]),
    });
    expect(await query(`/api/dependencies?endTs=${NOW / 1000}&service=other`)).toMatchObject({
      json: data([]),
    });
  });

  it.each<[string, number]>([
    ["service=web-api.demo", 1],
    ["service=unknown", 0],
    ["service=web-api.demo&operation=other", 0],
    ["service=web-api.demo&minDuration=2ms&maxDuration=1s", 1],
    ["service=web-api.demo&minDuration=4ms", 0],
    [`service=web-api.demo&tags=${encodeURIComponent('{"error":"true"}')}`, 1],
    ["service=web-api.demo&tag=error:false", 0],
    ["service=istio-ingressgateway.istio-system&tag=http.status_code:200", 1],
    [`service=web-api.demo&start=${NOW - 100}&end=${NOW}`, 0],
    [`service=web-api.demo&start=${NOW - 2_000_000}&end=${NOW}&lookback=1h&limit=20`, 1],
    ["service=web-api.demo&limit=0", 0],
    [`traceID=${TRACE}`, 1],
  ])("finds traces by %s", async (parameters, count) => {
    await post([server, zipkin()]);
    const { status, json } = await query(`/api/traces?${parameters}`);
    expect(status).toBe(200);
    expect(json).toMatchObject({ data: Array.from({ length: count }, () => ({ traceID: TRACE })) });
  });

  it("returns the newest traces first, as many as asked for", async () => {
    const ids = ["1", "2", "3"].map((one) => one.repeat(32));
    await post(ids.map((traceId, i) => zipkin({ traceId, timestamp: NOW - 3_000 + i * 1_000 })));
    const { json } = await query("/api/traces?service=istio-ingressgateway.istio-system&limit=2");
    expect(json).toMatchObject({ data: [{ traceID: ids[2] }, { traceID: ids[1] }] });
  });

  it.each<[string, number, string]>([
    ["/api/traces", 400, "parameter 'service' is required"],
    ["/api/operations", 400, "parameter 'service' is required"],
    [
      "/api/traces?service=a&start=x",
      400,
      `unable to parse param 'start': strconv.ParseInt: parsing "x": invalid syntax`,
    ],
    [
      "/api/traces?service=a&minDuration=5",
      400,
      `unable to parse param 'minDuration': time: missing unit in duration "5"`,
    ],
    [
      "/api/traces?service=a&minDuration=2s&maxDuration=1s",
      400,
      "'maxDuration' should be greater than 'minDuration'",
    ],
    ["/api/traces?service=a&tag=b", 400, "malformed 'tag' parameter, expecting key:value, received: b"],
    ["/api/traces/xyz", 400, `strconv.ParseUint: parsing "xyz": invalid syntax`],
    ["/api/traces/1234", 404, "trace not found"],
  ])("refuses %s", async (path, code, msg) => {
    expect(await query(path)).toMatchObject({
      status: code,
      json: { data: null, total: 0, limit: 0, offset: 0, errors: [{ code, msg }] },
    });
  });

  it.each<[string, unknown]>([
    ["valid traceId required", [zipkin({ traceId: "xyz" })]],
    ["valid span id required", [zipkin({ id: "" })]],
    ["valid duration required", [zipkin({ duration: -1 })]],
    ["json: cannot unmarshal object into Go value of type []*model.SpanModel", {}],
  ])("refuses malformed spans whole: %s", async (message, spans) => {
    expect(await post(Array.isArray(spans) ? [zipkin(), ...spans] : spans)).toMatchObject({
      status: 400,
      text: `${message}\n`,
    });
    expect(await query("/api/services")).toMatchObject({ json: data([]) });
  });

  it("reads OTLP over HTTP as JSON", async () => {
    const otlp = {
      resourceSpans: [
        {
          resource: { attributes: [{ key: "service.name", value: { stringValue: "shop" } }] },
          scopeSpans: [
            {
              scope: { name: "lib" },
              spans: [
                {
                  traceId: TRACE,
                  spanId: "00f067aa0ba902b7",
                  name: "pay",
                  kind: 2,
                  startTimeUnixNano: `${NOW}123`,
                  endTimeUnixNano: `${NOW + 7}123`,
                  attributes: [{ key: "retries", value: { intValue: "3" } }],
                  status: { code: 2, message: "no money" },
                },
              ],
            },
          ],
        },
      ],
    };
    const headers = { "content-type": "application/json", "content-encoding": "gzip" };
    const sent = await bench.ask(`${ip}:4318`, "/v1/traces", {
      body: gzipSync(JSON.stringify(otlp)),
      headers,
    });
    expect(sent).toMatchObject({ status: 200, json: { partialSuccess: {} } });
    const span = {
      operationName: "pay",
      startTime: NOW,
      duration: 7,
      tags: [
        text("otel.library.name", "lib"),
        { key: "retries", type: "int64", value: 3 },
        text("span.kind", "server"),
        text("otel.status_code", "ERROR"),
        { key: "error", type: "bool", value: true },
        text("otel.status_description", "no money"),
      ],
    };
    expect(await query(`/api/traces/${TRACE}`)).toMatchObject({
      json: { data: [{ spans: [span], processes: { p1: { serviceName: "shop", tags: [] } } }] },
    });
    expect(
      await bench.ask(`${ip}:4318`, "/v1/traces", { body: "x", headers: { "content-type": "text/plain" } }),
    ).toMatchObject({
      status: 415,
      text: "415 unsupported media type, supported: [application/json, application/x-protobuf]",
    });
  });

  it("stays within its limits", async () => {
    const many = (count: number, of: (i: number) => Record<string, unknown>) =>
      post(Array.from({ length: count }, (_, i) => zipkin(of(i))));
    const hex = (i: number) => (i + 1).toString(16).padStart(16, "0");
    await many(MAX_TRACE_SPANS + 5, (i) => ({ traceId: "f".repeat(32), id: hex(i) }));
    for (let round = 0; round < 2; round++)
      await many(MAX_TRACES / 2 + 1, (i) => ({ traceId: hex(round * MAX_TRACES + i), id: hex(i) }));
    expect((await query(`/api/traces/${"f".repeat(32)}`)).status).toBe(404);
    expect((await query(`/api/traces/${hex(MAX_TRACES)}`)).status).toBe(200);
    const metrics = await bench.ask(`${ip}:14269`, "/metrics");
    expect(metrics.text).toContain("jaeger_collector_spans_dropped_total 5\n");
    expect(metrics.text).toContain(`jaeger_practice_store_traces ${MAX_TRACES}\n`);
    const tags = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`tag-${i}`, "x"]));
    await post([zipkin({ traceId: "abc", tags })]);
    const { json } = await query("/api/traces/abc");
    expect(JSON.stringify(json).match(/tag-/g)).toHaveLength(MAX_SPAN_TAGS);
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const bombed = await bench.ask(`${ip}:9411`, "/api/v2/spans", {
      body: bomb,
      headers: { "content-encoding": "gzip" },
    });
    expect(bombed).toMatchObject({ status: 413 });
  });

  it("shows plain pages under its base path", async () => {
    expect(await bench.ask(`${ip}:${QUERY}`, "/")).toMatchObject({
      status: 302,
      headers: { location: "/jaeger/search" },
    });
    await post([server, zipkin({ name: "<b>" })]);
    const list = await query("/search?service=istio-ingressgateway.istio-system");
    expect(list.text).toContain(
      `<a href="/jaeger/trace/${TRACE}">istio-ingressgateway.istio-system: &lt;b&gt;</a>`,
    );
    expect((await query(`/trace/${TRACE}`)).text).toContain(
      "web-api.demo: web-api.demo.svc.cluster.local:8080/*",
    );
    expect((await query("/trace/none")).status).toBe(404);
  });

  it("answers its probes and ends on SIGTERM", async () => {
    expect(await bench.ask(`${ip}:14269`, "/")).toMatchObject({
      status: 200,
      json: { status: "Server available" },
    });
    const two = bench.run(jaegerProgram, {
      image: "docker.io/jaegertracing/jaeger:2.14.0",
      name: "two",
      command: ["/cmd/jaeger", "--config", "/jaeger-configuration/config.yaml"],
      files: {
        "/jaeger-configuration/config.yaml": "extensions:\n  jaeger_query:\n    base_path: /jaeger\n",
      },
    });
    expect(await bench.ask(`${two.ip}:13133`, "/status")).toMatchObject({
      status: 200,
      json: { status: "StatusOK" },
    });
    expect(await bench.ask(`${two.ip}:${QUERY}`, "/jaeger/api/services")).toMatchObject({ status: 200 });
    two.terminate();
    expect(await two.running.exited).toBe(0);
    await expect(bench.ask(`${two.ip}:${QUERY}`, "/jaeger/api/services")).rejects.toMatchObject({
      code: "ECONNREFUSED",
    });
  });
});
