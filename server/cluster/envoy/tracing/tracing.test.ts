import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { seededRandom, systemClock } from "../../base/index.ts";
import {
  CLUSTER_TYPE,
  type Cluster,
  type Listener,
  NETWORK_FILTER_TYPE,
  type Route,
  TRACER_TYPE,
  type Tracing,
  TYPE_URL,
} from "../../xds/index.ts";
import { HeaderMap } from "../http/headers.ts";
import { requestIdNumber, traceReason, withTraceReason } from "../http/request-id.ts";
import {
  endpoints,
  inbound,
  inboundCluster,
  outbound,
  outboundCluster,
  PASSTHROUGH,
  routes,
} from "../testing/config.ts";
import { fetchFrom, type SidecarPod, TestMesh } from "../testing/mesh.ts";
import { b3, traceparent } from "./trace-context.ts";

/** A condition may take its time on a busy machine. */
const SOON = { timeout: 10_000 };

const SERVER = "outbound|80||server.demo.svc.cluster.local";
const ROUTE: Route = {
  name: "default",
  match: { prefix: "/" },
  route: { cluster: SERVER, timeout: "0s" },
  decorator: { operation: "server.demo.svc.cluster.local:80/*" },
};

const tracing = (percent: number): Tracing => ({
  provider: {
    name: "envoy.tracers.zipkin",
    typedConfig: {
      "@type": TRACER_TYPE.zipkin,
      collectorCluster: "zipkin",
      collectorEndpoint: "/api/v2/spans",
      collectorEndpointVersion: "HTTP_JSON",
      traceId128bit: true,
      sharedSpanContext: false,
    },
  },
  clientSampling: { value: 100 },
  randomSampling: { value: percent },
  overallSampling: { value: 100 },
  customTags: [{ tag: "istio.mesh_id", literal: { value: "cluster.local" } }],
});

/** The listener with every connection manager tracing. */
function traced(listener: Listener, percent: number): Listener {
  return {
    ...listener,
    filterChains: (listener.filterChains ?? []).map((chain) => ({
      ...chain,
      filters: chain.filters.map((filter) =>
        filter.typedConfig["@type"] === NETWORK_FILTER_TYPE.httpConnectionManager
          ? { ...filter, typedConfig: { ...filter.typedConfig, tracing: tracing(percent) } }
          : filter,
      ),
    })),
  };
}

interface Span {
  readonly traceId: string;
  readonly id: string;
  readonly parentId?: string;
  readonly name: string;
  readonly kind: string;
  readonly localEndpoint: { readonly serviceName: string };
  readonly tags: Readonly<Record<string, string>>;
}

let mesh: TestMesh;
let client: SidecarPod;
let server: SidecarPod;
let spans: Span[];
let zipkin: Cluster;
let asked: Record<string, unknown>[];

function program(percent: number, collector: readonly Cluster[] = [zipkin]): void {
  server.proxy.accept(TYPE_URL.cluster, "1", [inboundCluster(8081), ...collector]);
  server.proxy.accept(TYPE_URL.listener, "1", [traced(inbound(8081, "PERMISSIVE"), percent)]);
  client.proxy.accept(TYPE_URL.cluster, "1", [
    outboundCluster(SERVER, "auto", { altStatName: "server;80" }),
    PASSTHROUGH,
    ...collector,
  ]);
  client.proxy.accept(TYPE_URL.endpoint, "1", [
    endpoints(SERVER, [{ address: server.network.ip, port: 8081, meshed: true }]),
  ]);
  client.proxy.accept(
    TYPE_URL.listener,
    "1",
    outbound(80).map((one) => traced(one, percent)),
  );
  client.proxy.accept(TYPE_URL.route, "1", [routes("80", [ROUTE])]);
}

beforeEach(async () => {
  mesh = await TestMesh.create({ clock: systemClock, random: seededRandom(3) });
  server = await mesh.sidecarPod("server");
  client = await mesh.sidecarPod("client");
  spans = [];
  asked = [];
  mesh.serve(server.network, 8081, (message, response) => {
    asked.push({ ...message.headers });
    response.writeHead(Number(message.url?.slice(1)) || 200).end("hello");
  });
  const collector = mesh.plainPod("collector");
  mesh.serve(collector, 9411, (message, response) => {
    const chunks: Buffer[] = [];
    message.on("data", (chunk: Buffer) => chunks.push(chunk));
    message.on("end", () => {
      expect([message.method, message.url, message.headers["content-type"]]).toEqual([
        "POST",
        "/api/v2/spans",
        "application/json",
      ]);
      spans.push(...JSON.parse(Buffer.concat(chunks).toString()));
      response.writeHead(202).end();
    });
  });
  zipkin = {
    "@type": CLUSTER_TYPE,
    name: "zipkin",
    type: "STATIC",
    loadAssignment: {
      clusterName: "zipkin",
      endpoints: [
        {
          lbEndpoints: [
            { endpoint: { address: { socketAddress: { address: collector.ip, portValue: 9411 } } } },
          ],
        },
      ],
    },
  };
});

afterEach(() => mesh.dispose());

const call = (path = "/", headers: Record<string, string> = {}) =>
  fetchFrom(client.network, { host: server.network.ip, port: 80, authority: "server", path, headers });

async function callFive(path = "/", headers: Record<string, string> = {}): Promise<void> {
  for (let i = 0; i < 5; i++) await call(path, headers);
}

describe("spans", () => {
  it("a request makes a client span and a server span below it, and the application sees the headers", async () => {
    program(100);
    await callFive("/503", { "user-agent": "curl/8" });
    await expect.poll(() => spans.length, { timeout: 5_000 }).toBe(10);
    const first = spans.find(
      (one) => one.kind === "CLIENT" && one.tags["guid:x-request-id"] === asked[0]?.["x-request-id"],
    );
    const second = spans.find((one) => one.parentId === first?.id);
    expect(first?.parentId).toBeUndefined();
    expect(first).toMatchObject({
      name: "server.demo.svc.cluster.local:80/*",
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      localEndpoint: { serviceName: "client.demo", ipv4: client.network.ip, port: 0 },
    });
    expect(first?.traceId.slice(16)).toBe(first?.id);
    expect(first?.tags).toEqual({
      node_id: `sidecar~${client.network.ip}~client.demo~demo.svc.cluster.local`,
      zone: "",
      "guid:x-request-id": asked[0]?.["x-request-id"],
      "http.url": "http://server/503",
      "http.method": "GET",
      downstream_cluster: "-",
      user_agent: "curl/8",
      "http.protocol": "HTTP/1.1",
      "peer.address": client.network.ip,
      request_size: "0",
      response_size: "5",
      component: "proxy",
      upstream_cluster: SERVER,
      "upstream_cluster.name": "server;80",
      "http.status_code": "503",
      response_flags: "-",
      error: "true",
      "istio.mesh_id": "cluster.local",
    });
    expect(second).toMatchObject({
      kind: "SERVER",
      traceId: first?.traceId,
      name: "server.demo.svc.cluster.local:80/*",
      localEndpoint: { serviceName: "server.demo" },
    });
    expect(asked[0]).toMatchObject({
      "x-b3-traceid": first?.traceId,
      "x-b3-spanid": second?.id,
      "x-b3-parentspanid": first?.id,
      "x-b3-sampled": "1",
      "x-request-id": expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-9/),
    });
    expect(asked[0]).not.toHaveProperty("x-envoy-decorator-operation");
  });

  it("a trace that the client began goes on, whatever the sampling", async () => {
    program(0);
    await callFive("/", {
      "x-b3-traceid": "463ac35c9f6413ad48485a3953bb6124",
      "x-b3-spanid": "a2fb4a1d1a96d312",
      "x-b3-sampled": "1",
    });
    await expect.poll(() => spans.length, { timeout: 5_000 }).toBe(10);
    expect(new Set(spans.map((one) => one.traceId))).toEqual(new Set(["463ac35c9f6413ad48485a3953bb6124"]));
    expect(spans.filter((one) => one.parentId === "a2fb4a1d1a96d312").length).toBe(5);
  });

  it("what is not sampled is told so to the application, and not reported", async () => {
    program(0);
    await callFive();
    expect(asked[0]).toMatchObject({
      "x-b3-sampled": "0",
      "x-request-id": expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4/),
    });
    expect(client.proxy.metrics.envoy.exposition()).not.toContain("envoy_tracing");
  });

  it("no collector: the spans are gone, the requests are not", async () => {
    program(100, []);
    await callFive();
    expect(await call()).toMatchObject({ status: 200 });
    await expect
      .poll(
        () => client.proxy.metrics.envoy.value("envoy_tracing_zipkin_reports_skipped_no_cluster", {}),
        SOON,
      )
      .toBeGreaterThan(0);
  });

  it("a client without a sidecar hears the operation's name, a meshed one does not", async () => {
    program(100);
    const outsider = await fetchFrom(mesh.plainPod("outsider"), { host: server.network.ip, port: 8081 });
    const inside = await call();
    const heard = (answer: typeof inside) =>
      "headers" in answer && "x-envoy-decorator-operation" in answer.headers;
    expect([heard(outsider), heard(inside)]).toEqual([true, false]);
  });
});

describe("trace contexts", () => {
  const TRACE = "463ac35c9f6413ad48485a3953bb6124";
  const SPAN = "a2fb4a1d1a96d312";
  it.each([
    [b3, {}, {}],
    [b3, { "x-b3-sampled": "0" }, { sampled: false }],
    [b3, { "x-b3-flags": "1" }, { sampled: true }],
    [b3, { "x-b3-traceid": TRACE, "x-b3-spanid": SPAN }, { parent: { traceId: TRACE, spanId: SPAN } }],
    [b3, { "x-b3-traceid": TRACE, "x-b3-sampled": "1" }, { sampled: true }],
    [b3, { "x-b3-traceid": "xyz", "x-b3-spanid": SPAN }, "malformed"],
    [b3, { b3: "0" }, { sampled: false }],
    [b3, { b3: `${TRACE}-${SPAN}-1` }, { parent: { traceId: TRACE, spanId: SPAN }, sampled: true }],
    [
      b3,
      { b3: `${TRACE}-${SPAN}-0-05e3ac9a4f6e3b90` },
      { parent: { traceId: TRACE, spanId: SPAN, parentId: "05e3ac9a4f6e3b90" }, sampled: false },
    ],
    [b3, { b3: `${TRACE}-${SPAN}-x` }, "malformed"],
    [
      traceparent,
      { traceparent: `00-${TRACE}-${SPAN}-01` },
      { parent: { traceId: TRACE, spanId: SPAN }, sampled: true },
    ],
    [
      traceparent,
      { traceparent: `00-${TRACE}-${SPAN}-00` },
      { parent: { traceId: TRACE, spanId: SPAN }, sampled: false },
    ],
    [traceparent, { traceparent: `00-${"0".repeat(32)}-${SPAN}-01` }, "malformed"],
  ])("%# %j reads %j", (propagation, headers, expected) => {
    expect(propagation.extract(new HeaderMap(Object.entries(headers)))).toEqual(expected);
  });

  it("x-request-id carries the reason in its 15th character", () => {
    const id = "12345678-9abc-4def-8123-456789abcdef";
    expect(withTraceReason(id, "sampled")).toBe("12345678-9abc-9def-8123-456789abcdef");
    expect(traceReason(withTraceReason(id, "client-forced"))).toBe("client-forced");
    expect([requestIdNumber(id), requestIdNumber("mine")]).toEqual([0x12345678, undefined]);
  });
});
