import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { seededRandom, systemClock } from "../base/index.ts";
import { type Route, TYPE_URL } from "../xds/index.ts";
import { createTestCa } from "./testing/certificates.ts";
import {
  endpoints,
  inbound,
  inboundCluster,
  outbound,
  outboundCluster,
  PASSTHROUGH,
  routes,
} from "./testing/config.ts";
import { fetchFrom, type SidecarPod, TestMesh } from "./testing/mesh.ts";

/** A condition may take its time on a busy machine. */
const SOON = { timeout: 10_000 };

const SERVER = "outbound|80||server.demo.svc.cluster.local";
const DEFAULT: Route = { name: "default", match: { prefix: "/" }, route: { cluster: SERVER, timeout: "0s" } };

let mesh: TestMesh;
let client: SidecarPod;
let server: SidecarPod;

function programClient(tls: "auto" | "mutual" | "disabled", list: readonly Route[] = [DEFAULT]): void {
  client.proxy.accept(TYPE_URL.cluster, "1", [outboundCluster(SERVER, tls), PASSTHROUGH]);
  client.proxy.accept(TYPE_URL.endpoint, "1", [
    endpoints(SERVER, [{ address: server.network.ip, port: 8081, meshed: true }]),
  ]);
  client.proxy.accept(TYPE_URL.listener, "1", outbound(80));
  client.proxy.accept(TYPE_URL.route, "1", [routes("80", list)]);
}

function programServer(mode: "STRICT" | "PERMISSIVE"): void {
  server.proxy.accept(TYPE_URL.cluster, "1", [inboundCluster(8081)]);
  server.proxy.accept(TYPE_URL.listener, mode, [inbound(8081, mode)]);
}

beforeEach(async () => {
  mesh = await TestMesh.create({ clock: systemClock, random: seededRandom() });
  server = await mesh.sidecarPod("server");
  client = await mesh.sidecarPod("client");
  mesh.serve(server.network, 8081, (message, response) => {
    if (message.url === "/slow") return;
    let body = "";
    message.on("data", (chunk) => {
      body += chunk;
    });
    message.on("end", () => {
      const status = Number(message.url?.slice(1)) || 200;
      response.writeHead(status, { "content-type": "application/json" });
      response.end(
        JSON.stringify({
          headers: message.headers,
          url: message.url,
          body,
          peer: message.socket.remoteAddress,
        }),
      );
    });
  });
  programServer("PERMISSIVE");
});

afterEach(() => mesh.dispose());

const call = (path = "/", over: object = {}) =>
  fetchFrom(client.network, { host: server.network.ip, port: 80, authority: "server", path, ...over });

describe("a request between two sidecars", () => {
  it("travels by mutual TLS and arrives with the headers Envoy adds", async () => {
    programClient("auto");
    const answer = await call("/");
    expect(answer).toMatchObject({
      status: 200,
      headers: { server: "envoy", "content-type": "application/json" },
    });
    if ("failure" in answer) return;
    const seen = JSON.parse(answer.body);
    expect(seen.peer).toBe("127.0.0.6");
    expect(Object.keys(seen.headers).sort()).toEqual([
      "host",
      "x-envoy-attempt-count",
      "x-forwarded-client-cert",
      "x-forwarded-proto",
      "x-request-id",
    ]);
    expect(seen.headers["x-forwarded-client-cert"]).toMatch(
      /^By=spiffe:\/\/cluster\.local\/ns\/demo\/sa\/server;Hash=[0-9a-f]{64};Subject="";URI=spiffe:\/\/cluster\.local\/ns\/demo\/sa\/client$/,
    );
    expect(client.log).toEqual([`GET / HTTP/1.1 200 - via_upstream "-" ${SERVER} default`]);
    await expect
      .poll(() => server.log, SOON)
      .toEqual(['GET / HTTP/1.1 200 - via_upstream "-" inbound|8081|| default']);
    expect(server.proxy.metrics.istio.exposition()).toContain(
      'istio_requests_total{reporter="destination",source_workload="client",source_canonical_service="client",' +
        'source_canonical_revision="v1",source_workload_namespace="demo",source_principal="spiffe://cluster.local/ns/demo/sa/client",' +
        'source_app="client",source_version="v1",source_cluster="Kubernetes",destination_workload="server",' +
        'destination_workload_namespace="demo",destination_principal="spiffe://cluster.local/ns/demo/sa/server",' +
        'destination_app="server",destination_version="v1",destination_service="server.demo.svc.cluster.local",' +
        'destination_canonical_service="server",destination_canonical_revision="v1",destination_service_name="server",' +
        'destination_service_namespace="demo",destination_cluster="Kubernetes",request_protocol="http",response_code="200",' +
        'grpc_response_status="",response_flags="-",connection_security_policy="mutual_tls"} 1',
    );
    expect(client.proxy.metrics.istio.exposition()).toContain(
      'istio_requests_total{reporter="source",source_workload="client",source_canonical_service="client",' +
        'source_canonical_revision="v1",source_workload_namespace="demo",source_principal="spiffe://cluster.local/ns/demo/sa/client",' +
        'source_app="client",source_version="v1",source_cluster="Kubernetes",destination_workload="server",' +
        'destination_workload_namespace="demo",destination_principal="spiffe://cluster.local/ns/demo/sa/server",' +
        'destination_app="server",destination_version="v1",destination_service="server.demo.svc.cluster.local",' +
        'destination_canonical_service="server",destination_canonical_revision="v1",destination_service_name="server",' +
        'destination_service_namespace="demo",destination_cluster="Kubernetes",request_protocol="http",response_code="200",' +
        'grpc_response_status="",response_flags="-",connection_security_policy="unknown"} 1',
    );
  });

  it("carries a body both ways", async () => {
    programClient("auto");
    const body = "x".repeat(300_000);
    const answer = await call("/", { method: "POST", body });
    expect("body" in answer && JSON.parse(answer.body).body.length).toBe(body.length);
  });

  it("uses plaintext when told to, and the server counts it so", async () => {
    programClient("disabled");
    expect(await call()).toMatchObject({ status: 200 });
    await expect
      .poll(() => server.proxy.metrics.istio.exposition(), SOON)
      .toContain('connection_security_policy="none"} 1');
  });
});

describe("peer authentication", () => {
  it("PERMISSIVE answers a pod outside the mesh", async () => {
    const outsider = mesh.plainPod("outsider");
    expect(await fetchFrom(outsider, { host: server.network.ip, port: 8081 })).toMatchObject({
      status: 200,
      headers: { server: "istio-envoy" },
    });
    await expect
      .poll(() => server.proxy.metrics.istio.exposition(), SOON)
      .toContain('source_workload="unknown"');
  });

  it("STRICT resets plaintext, logs NR and counts it", async () => {
    programServer("STRICT");
    const outsider = mesh.plainPod("outsider");
    expect(await fetchFrom(outsider, { host: server.network.ip, port: 8081 })).toEqual({
      failure: "ECONNRESET",
    });
    expect(server.log).toEqual(['- - - 0 NR filter_chain_not_found "-" - -']);
    expect(
      server.proxy.metrics.envoy.value("envoy_listener_no_filter_chain_match", {
        listener_address: "0.0.0.0_15006",
      }),
    ).toBe(1);
  });

  it("STRICT still lets the mesh in", async () => {
    programServer("STRICT");
    programClient("auto");
    expect(await call()).toMatchObject({ status: 200 });
  });

  it("STRICT drains plaintext connections made under PERMISSIVE", async () => {
    programClient("disabled");
    expect(await call()).toMatchObject({ status: 200 });
    programServer("STRICT");
    expect(await call()).toMatchObject({
      status: 503,
      body: "upstream connect error or disconnect/reset before headers. reset reason: connection termination",
    });
    expect(client.log[1]).toBe(
      `GET / HTTP/1.1 503 UC upstream_reset_before_response_started{connection_termination} "-" ${SERVER} default`,
    );
  });

  it.each([
    { name: "of a foreign authority", make: async () => ({ ca: await createTestCa(systemClock.now()) }) },
    { name: "that has expired", make: async () => ({ notAfter: new Date(systemClock.now() - 60_000) }) },
    {
      name: "of a foreign trust domain",
      make: async () => ({ uri: "spiffe://elsewhere/ns/demo/sa/client" }),
    },
  ])("refuses a client certificate $name", async ({ make }) => {
    const stranger = await mesh.sidecarPod("stranger", await make());
    client = stranger;
    programClient("auto");
    expect(await call()).toMatchObject({
      status: 503,
      body: "upstream connect error or disconnect/reset before headers. reset reason: connection termination",
    });
  });

  it("refuses a server that is not the expected service account", async () => {
    server = await mesh.sidecarPod("impostor");
    programServer("PERMISSIVE");
    programClient("auto");
    expect(await call()).toMatchObject({
      status: 503,
      body:
        "upstream connect error or disconnect/reset before headers. reset reason: remote connection failure, " +
        "transport failure reason: TLS_error:|268435581:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:TLS_error_end",
    });
  });

  it("mutual TLS to a server without a sidecar fails as a wrong version", async () => {
    const bare = mesh.plainPod("bare");
    mesh.serve(bare, 8081, (_message, response) => response.end("hello"));
    programClient("mutual");
    client.proxy.accept(TYPE_URL.endpoint, "2", [
      endpoints(SERVER, [{ address: bare.ip, port: 8081, meshed: false }]),
    ]);
    expect(await call()).toMatchObject({
      status: 503,
      body:
        "upstream connect error or disconnect/reset before headers. reset reason: remote connection failure, " +
        "transport failure reason: TLS_error:|268435703:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER:TLS_error_end",
    });
  });
});

describe("local replies", () => {
  it.each([
    {
      name: "no route",
      list: [],
      expected: { status: 404, body: "" },
      log: 'GET / HTTP/1.1 404 NR route_not_found "-" - -',
    },
    {
      name: "a cluster that does not exist",
      list: [{ ...DEFAULT, route: { cluster: "outbound|80|v9|server" } }],
      expected: { status: 503, body: "" },
      log: 'GET / HTTP/1.1 503 NC cluster_not_found "-" outbound|80|v9|server default',
    },
    {
      name: "a redirect",
      list: [{ match: { prefix: "/" }, redirect: { pathRedirect: "/new", responseCode: "FOUND" as const } }],
      expected: { status: 302, body: "", headers: { location: "http://server/new" } },
      log: 'GET / HTTP/1.1 302 - direct_response "-" - -',
    },
    {
      name: "a direct response",
      list: [{ match: { prefix: "/" }, directResponse: { status: 418, body: { inlineString: "teapot" } } }],
      expected: { status: 418, body: "teapot" },
      log: 'GET / HTTP/1.1 418 - direct_response "-" - -',
    },
    {
      name: "an injected abort",
      list: [
        {
          ...DEFAULT,
          typedPerFilterConfig: {
            "envoy.filters.http.fault": {
              "@type": "type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault" as const,
              abort: { httpStatus: 555, percentage: { numerator: 100 } },
            },
          },
        },
      ],
      expected: { status: 555, body: "fault filter abort" },
      log: `GET / HTTP/1.1 555 FI fault_filter_abort "-" outbound|80||server.demo.svc.cluster.local default`,
    },
  ])("$name", async ({ list, expected, log }) => {
    programClient("auto", list);
    expect(await call()).toMatchObject(expected);
    expect(client.log).toEqual([log]);
  });

  it("no endpoint: no healthy upstream", async () => {
    programClient("auto");
    client.proxy.accept(TYPE_URL.endpoint, "2", [endpoints(SERVER, [])]);
    expect(await call()).toMatchObject({ status: 503, body: "no healthy upstream" });
    expect(client.log).toEqual([`GET / HTTP/1.1 503 UH no_healthy_upstream "-" ${SERVER} default`]);
  });

  it("nothing listening: connection refused, in Envoy's words, after the retries", async () => {
    programClient("disabled", [
      {
        ...DEFAULT,
        route: { cluster: SERVER, timeout: "0s", retryPolicy: { retryOn: "connect-failure", numRetries: 2 } },
      },
    ]);
    const bare = mesh.plainPod("bare");
    client.proxy.accept(TYPE_URL.endpoint, "2", [
      endpoints(SERVER, [{ address: bare.ip, port: 8081, meshed: false }]),
    ]);
    expect(await call()).toMatchObject({
      status: 503,
      body:
        "upstream connect error or disconnect/reset before headers. retried and the latest reset reason: remote connection failure, " +
        "transport failure reason: delayed connect error: Connection refused",
    });
    expect(client.log[0]).toContain(" 503 UF,URX ");
  });

  it("a route timeout: 504", async () => {
    programClient("auto", [{ ...DEFAULT, route: { cluster: SERVER, timeout: "0.05s" } }]);
    expect(await call("/slow")).toMatchObject({ status: 504, body: "upstream request timeout" });
    expect(client.log).toEqual([`GET /slow HTTP/1.1 504 UT response_timeout "-" ${SERVER} default`]);
  });

  it("retries a retriable status and says how often", async () => {
    programClient("auto", [
      {
        ...DEFAULT,
        route: {
          cluster: SERVER,
          timeout: "0s",
          retryPolicy: { retryOn: "retriable-status-codes", numRetries: 2, retriableStatusCodes: [503] },
        },
      },
    ]);
    const answer = await call("/503");
    expect(answer).toMatchObject({ status: 503 });
    expect("body" in answer && JSON.parse(answer.body).headers["x-envoy-attempt-count"]).toBe("3");
    await expect.poll(() => server.log.length, SOON).toBe(3);
    expect(client.log).toEqual([`GET /503 HTTP/1.1 503 URX via_upstream "-" ${SERVER} default`]);
  });
});
