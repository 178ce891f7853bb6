import {
  type ClientHttp2Session,
  connect,
  constants,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from "node:http2";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { seededRandom, systemClock } from "../../base/index.ts";
import { TYPE_URL } from "../../xds/index.ts";
import {
  endpoints,
  HTTP2_ONLY,
  inbound,
  inboundCluster,
  outbound,
  outboundCluster,
  PASSTHROUGH,
  routes,
} from "../testing/config.ts";
import { fetchFrom, type SidecarPod, TestMesh } from "../testing/mesh.ts";

/** A condition may take its time on a busy machine. */
const SOON = { timeout: 10_000 };

const SERVER = "outbound|80||server.demo.svc.cluster.local";

let mesh: TestMesh;
let client: SidecarPod;
let server: SidecarPod;
let app: Http2Server;
let session: ClientHttp2Session;

beforeEach(async () => {
  mesh = await TestMesh.create({ clock: systemClock, random: seededRandom() });
  server = await mesh.sidecarPod("server");
  client = await mesh.sidecarPod("client");
  app = createServer();
  server.network.listen({ port: 8081 }, (connection) => void app.emit("connection", connection));
  server.proxy.accept(TYPE_URL.cluster, "1", [
    { ...inboundCluster(8081), typedExtensionProtocolOptions: HTTP2_ONLY },
  ]);
  server.proxy.accept(TYPE_URL.listener, "1", [inbound(8081, "STRICT")]);
  client.proxy.accept(TYPE_URL.cluster, "1", [
    outboundCluster(SERVER, "auto", { typedExtensionProtocolOptions: HTTP2_ONLY }),
    PASSTHROUGH,
  ]);
  client.proxy.accept(TYPE_URL.endpoint, "1", [
    endpoints(SERVER, [{ address: server.network.ip, port: 8081, meshed: true }]),
  ]);
  client.proxy.accept(TYPE_URL.listener, "1", outbound(80));
  client.proxy.accept(TYPE_URL.route, "1", [
    routes("80", [{ name: "default", match: { prefix: "/" }, route: { cluster: SERVER, timeout: "0s" } }]),
  ]);
  const raw = await client.network.connect({ host: server.network.ip, port: 80, allowHalfOpen: false });
  session = connect("http://server", { createConnection: () => raw });
  session.on("error", () => undefined);
});

afterEach(() => {
  session.destroy();
  mesh.dispose();
});

interface Outcome {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly trailers: IncomingHttpHeaders;
  readonly rst: number;
}

function call(headers: OutgoingHttpHeaders, body?: string): Promise<Outcome> {
  const stream = session.request({ ":authority": "server", ...headers }, { endStream: body === undefined });
  const seen = { headers: {}, body: "", trailers: {} };
  stream.on("response", (one) => {
    seen.headers = one;
  });
  stream.on("trailers", (one) => {
    seen.trailers = { ...one };
  });
  stream.on("data", (chunk: Buffer) => {
    seen.body += chunk.toString();
  });
  stream.on("error", () => undefined);
  if (body !== undefined) stream.end(body);
  return new Promise((resolve) =>
    stream.once("close", () => {
      const status: unknown = Reflect.get(seen.headers, ":status");
      resolve({ ...seen, status: typeof status === "number" ? status : undefined, rst: stream.rstCode ?? 0 });
    }),
  );
}

const GRPC = {
  ":method": "POST",
  ":path": "/shop.Cart/Add",
  "content-type": "application/grpc",
  te: "trailers",
};

describe("gRPC through two sidecars", () => {
  it("body and trailers arrive, the request is counted as gRPC, HTTP/2 is spoken all the way", async () => {
    app.on("stream", (stream, headers) => {
      expect(headers).toMatchObject({ te: "trailers", ":authority": "server", ":path": "/shop.Cart/Add" });
      stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "5", "grpc-message": "no cart" }));
      stream.on("data", (chunk: Buffer) => stream.write(`got ${chunk}`)).on("end", () => stream.end());
    });
    const outcome = await call(GRPC, "apple");
    expect(outcome).toMatchObject({
      status: 200,
      body: "got apple",
      trailers: { "grpc-status": "5", "grpc-message": "no cart" },
      rst: 0,
    });
    expect(outcome.headers["content-type"]).toBe("application/grpc");
    const counted = 'request_protocol="grpc",response_code="200",grpc_response_status="5",response_flags="-"';
    await expect.poll(() => client.proxy.metrics.istio.exposition(), SOON).toContain(counted);
    await expect
      .poll(() => server.proxy.metrics.istio.exposition(), SOON)
      .toContain(`${counted},connection_security_policy="mutual_tls"} 1`);
    expect(client.log).toEqual([`POST /shop.Cart/Add HTTP/2 200 - via_upstream "-" ${SERVER} default`]);
  });

  it("an answer that is nothing but trailers arrives as such", async () => {
    app.on("stream", (stream) =>
      stream.respond(
        { ":status": 200, "content-type": "application/grpc", "grpc-status": "12" },
        { endStream: true },
      ),
    );
    const outcome = await call(GRPC, "apple");
    expect([outcome.status, outcome.headers["grpc-status"], outcome.body]).toEqual([200, "12", ""]);
  });

  it("many calls share one connection, both ways at a time", async () => {
    app.on("stream", (stream) => {
      stream.respond({ ":status": 200, "content-type": "application/grpc" });
      stream.on("data", (chunk: Buffer) => stream.write(chunk)).on("end", () => stream.end());
    });
    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, i) => call(GRPC, `call ${i}`)));
    expect(outcomes.map((one) => one.body)).toEqual(Array.from({ length: 20 }, (_, i) => `call ${i}`));
    const { envoy } = client.proxy.metrics;
    expect(envoy.value("envoy_cluster_upstream_cx_http2_total", { cluster_name: SERVER })).toBe(1);
    expect(envoy.value("envoy_cluster_upstream_rq_total", { cluster_name: SERVER })).toBe(20);
  });

  it("a large body is slowed down, not lost", async () => {
    app.on("stream", (stream) => {
      stream.respond({ ":status": 200 });
      stream.pipe(stream);
    });
    const outcome = await call({ ":method": "POST", ":path": "/" }, "x".repeat(1_000_000));
    expect([outcome.status, outcome.body.length]).toEqual([200, 1_000_000]);
  });

  it("a stream that the application resets is an error of the upstream", async () => {
    app.on("stream", (stream) => {
      stream.on("error", () => undefined).close(constants.NGHTTP2_INTERNAL_ERROR);
    });
    const outcome = await call({ ":method": "GET", ":path": "/" });
    expect(outcome).toMatchObject({
      status: 503,
      body: "upstream connect error or disconnect/reset before headers. reset reason: remote reset",
    });
  });
});

describe("an answer before the end of the request", () => {
  it("reaches a client that is still sending, which is told to stop", async () => {
    client.proxy.accept(TYPE_URL.route, "2", [
      routes("80", [
        { match: { prefix: "/" }, directResponse: { status: 418, body: { inlineString: "teapot" } } },
      ]),
    ]);
    const stream = session.request({ ":authority": "server", ":method": "POST", ":path": "/" });
    stream.on("error", () => undefined);
    const seen = new Promise((resolve) =>
      stream.on("response", (headers) => {
        stream.on("data", (chunk: Buffer) => resolve([headers[":status"], chunk.toString()]));
      }),
    );
    const stopped = new Promise((resolve) => stream.once("aborted", resolve));
    stream.write("x".repeat(200_000));
    expect(await seen).toEqual([418, "teapot"]);
    await stopped;
    stream.destroy();
    expect(await call({ ":method": "GET", ":path": "/" })).toMatchObject({ status: 418 });
  });
});

describe("protocols that meet", () => {
  it("an HTTP/1.1 client reaches an HTTP/2 application", async () => {
    app.on("stream", (stream, headers) => {
      stream.respond({ ":status": 201, "x-version": "2" });
      stream.end(String(headers[":method"]));
    });
    const answer = await fetchFrom(client.network, {
      host: server.network.ip,
      port: 80,
      authority: "server",
      method: "POST",
      body: "hello",
    });
    expect(answer).toMatchObject({ status: 201, body: "POST", headers: { "x-version": "2" } });
  });

  it("an HTTP/2 client reaches an HTTP/1.1 application", async () => {
    const old = await mesh.sidecarPod("old", { uri: "spiffe://cluster.local/ns/demo/sa/server" });
    mesh.serve(old.network, 8081, (message, response) => {
      message.resume().once("end", () => response.end(`HTTP/${message.httpVersion}`));
    });
    old.proxy.accept(TYPE_URL.cluster, "1", [inboundCluster(8081)]);
    old.proxy.accept(TYPE_URL.listener, "1", [inbound(8081, "STRICT")]);
    client.proxy.accept(TYPE_URL.endpoint, "2", [
      endpoints(SERVER, [{ address: old.network.ip, port: 8081, meshed: true }]),
    ]);
    const outcome = await call({ ":method": "PUT", ":path": "/" }, "hello");
    expect([outcome.status, outcome.body]).toEqual([200, "HTTP/1.1"]);
  });
});
