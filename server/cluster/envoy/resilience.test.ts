import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Clock, seededRandom, systemClock, TestClock } from "../base/index.ts";
import type { AttachedPod } from "../network/index.ts";
import { type Cluster, HTTP_FILTER_TYPE, type RetryPolicy, type Route, TYPE_URL } from "../xds/index.ts";
import { endpoints, outbound, outboundCluster, PASSTHROUGH, routes } from "./testing/config.ts";
import { fetchFrom, type SidecarPod, TestMesh } from "./testing/mesh.ts";

/** A condition may take its time on a busy machine. */
const SOON = { timeout: 10_000 };

const SERVER = "outbound|80||server.demo.svc.cluster.local";

let mesh: TestMesh;
let client: SidecarPod;
let attempts: { at: string; attempt: unknown; body: string; headers: Record<string, unknown> }[];
let pods: AttachedPod[];
/** What the servers do, request by request; the last one stays. A number is a status. */
let script: (number | "reset" | "silence")[];

beforeEach(() => startMesh(systemClock));

async function startMesh(clock: Clock): Promise<void> {
  mesh = await TestMesh.create({ clock, random: seededRandom(5) });
  client = await mesh.sidecarPod("client");
  attempts = [];
  script = [200];
  pods = ["a", "b", "c"].map((at) => {
    const pod = mesh.plainPod(at);
    mesh.serve(pod, 8081, (message, response) => {
      let body = "";
      message.on("data", (chunk) => {
        body += chunk;
      });
      message.on("end", () => {
        const [step = 200] = script.length > 1 ? script.splice(0, 1) : script;
        const { headers } = message;
        attempts.push({ at, attempt: headers["x-envoy-attempt-count"], body, headers });
        if (step === "reset") message.socket.destroy();
        else if (step !== "silence") response.writeHead(step).end(at);
      });
    });
    return pod;
  });
}

afterEach(() => mesh.dispose());

function program(route: Partial<Route>, over: Partial<Cluster> = {}, servers = pods): void {
  client.proxy.accept(TYPE_URL.cluster, "1", [outboundCluster(SERVER, "disabled", over), PASSTHROUGH]);
  client.proxy.accept(TYPE_URL.endpoint, "1", [
    endpoints(
      SERVER,
      servers.map((pod) => ({ address: pod.ip, port: 8081, meshed: false })),
    ),
  ]);
  client.proxy.accept(TYPE_URL.listener, "1", outbound(80));
  client.proxy.accept(TYPE_URL.route, "1", [
    routes("80", [
      { name: "default", match: { prefix: "/" }, route: { cluster: SERVER, timeout: "0s" }, ...route },
    ]),
  ]);
}

const call = (over: object = {}) =>
  fetchFrom(client.network, { host: "10.43.0.1", port: 80, authority: "server", ...over });
const stat = (name: string) => client.proxy.metrics.envoy.value(name, { cluster_name: SERVER });

describe("retries", () => {
  const DEFAULT: RetryPolicy = {
    retryOn: "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes",
    numRetries: 2,
    retriableStatusCodes: [503],
    retryHostPredicate: [{ name: "envoy.retry_host_predicates.previous_hosts" }],
  };
  it.each([
    {
      name: "Istio's default: 503 twice, then well",
      steps: [503, 503, 200],
      status: 200,
      attempts: 3,
      flags: "-",
    },
    { name: "Istio's default: three times 503", steps: [503], status: 503, attempts: 3, flags: "URX" },
    { name: "Istio's default leaves 500 alone", steps: [500, 200], status: 500, attempts: 1, flags: "-" },
    {
      name: "Istio's default leaves a reset alone",
      steps: ["reset" as const, 200],
      status: 503,
      attempts: 1,
      flags: "UC",
    },
    { name: "5xx", on: { retryOn: "5xx" }, steps: [500, 200], status: 200, attempts: 2, flags: "-" },
    {
      name: "5xx counts a reset",
      on: { retryOn: "5xx" },
      steps: ["reset" as const, 200],
      status: 200,
      attempts: 2,
      flags: "-",
    },
    {
      name: "gateway-error: 502 yes",
      on: { retryOn: "gateway-error" },
      steps: [502, 200],
      status: 200,
      attempts: 2,
      flags: "-",
    },
    {
      name: "gateway-error: 500 no",
      on: { retryOn: "gateway-error" },
      steps: [500, 200],
      status: 500,
      attempts: 1,
      flags: "-",
    },
    {
      name: "reset",
      on: { retryOn: "reset" },
      steps: ["reset" as const, 200],
      status: 200,
      attempts: 2,
      flags: "-",
    },
    {
      name: "retriable-4xx: 409",
      on: { retryOn: "retriable-4xx" },
      steps: [409, 200],
      status: 200,
      attempts: 2,
      flags: "-",
    },
    {
      name: "a code in the list of VirtualService",
      on: { retryOn: "404" },
      steps: [404, 200],
      status: 200,
      attempts: 2,
      flags: "-",
    },
  ])("$name", async ({ on, steps, status, attempts: expected, flags }) => {
    script = [...steps];
    program({ route: { cluster: SERVER, timeout: "0s", retryPolicy: { ...DEFAULT, ...on } } });
    expect(await call()).toMatchObject({ status });
    expect(attempts.map((one) => one.attempt)).toEqual(
      Array.from({ length: expected }, (_, i) => `${i + 1}`),
    );
    expect(client.log[0]).toContain(`HTTP/1.1 ${status} ${flags} `);
    // Each attempt goes to another host while there is one.
    expect(new Set(attempts.map((one) => one.at)).size).toBe(expected);
  });

  describe("with time of their own", () => {
    const BACK_OFF = 25;
    let clock: TestClock;

    beforeEach(async () => {
      mesh.dispose();
      clock = new TestClock(systemClock.now());
      await startMesh(clock);
      const retryPolicy = { ...DEFAULT, retryOn: "5xx", numRetries: 1, perTryTimeout: "1s" };
      program({ route: { cluster: SERVER, timeout: "0s", retryPolicy } });
    });

    it("a try that takes too long is tried again", async () => {
      script = ["silence", 200];
      const answer = call();
      await expect.poll(() => attempts.length, SOON).toBe(1);
      await clock.advance(1000);
      await clock.advance(BACK_OFF);
      expect(await answer).toMatchObject({ status: 200 });
      expect(attempts.length).toBe(2);
    });

    it("tries that all take too long", async () => {
      script = ["silence"];
      const answer = call();
      await expect.poll(() => attempts.length, SOON).toBe(1);
      await clock.advance(1000);
      await clock.advance(BACK_OFF);
      await expect.poll(() => attempts.length, SOON).toBe(2);
      await clock.advance(1000);
      expect(await answer).toMatchObject({ status: 504, body: "upstream request timeout" });
      expect(client.log[0]).toContain("HTTP/1.1 504 URX,UT upstream_per_try_timeout ");
    });
  });

  it("the body is sent again, and only so often as the cluster's budget allows", async () => {
    script = [503, 503, 200];
    program({ route: { cluster: SERVER, timeout: "0s", retryPolicy: DEFAULT } });
    expect(await call({ method: "POST", body: "hello" })).toMatchObject({ status: 200 });
    expect(attempts.map((one) => one.body)).toEqual(["hello", "hello", "hello"]);
    script = [503];
    program(
      { route: { cluster: SERVER, timeout: "0s", retryPolicy: DEFAULT } },
      { circuitBreakers: { thresholds: [{ maxRetries: 0 }] } },
    );
    expect(await call()).toMatchObject({ status: 503 });
    expect(client.log[1]).toContain("HTTP/1.1 503 UO via_upstream ");
    expect(stat("envoy_cluster_upstream_rq_retry_overflow")).toBe(1);
  });
});

describe("a client's own orders", () => {
  const ORDERS = {
    "x-envoy-upstream-rq-timeout-ms": "20000",
    "x-envoy-retry-on": "5xx",
    "x-envoy-max-retries": "3",
  };

  it("are followed when a trusted client gives them", async () => {
    script = [500, 500, 500, 200];
    program({});
    expect(await call({ headers: { ...ORDERS, "x-forwarded-for": "10.1.2.3" } })).toMatchObject({
      status: 200,
    });
    expect(attempts.length).toBe(4);
    expect(attempts[0]?.headers).toMatchObject({
      "x-envoy-internal": "true",
      "x-envoy-expected-rq-timeout-ms": "20000",
    });
    expect(attempts[0]?.headers).not.toHaveProperty("x-envoy-retry-on");
  });

  it("are taken away when anybody else does", async () => {
    script = [500];
    program({});
    expect(await call({ headers: ORDERS })).toMatchObject({ status: 500 });
    expect(attempts.length).toBe(1);
    const names = Object.keys(attempts[0]?.headers ?? {}).filter((name) => name.startsWith("x-envoy"));
    expect(names).toEqual(["x-envoy-peer-metadata-id", "x-envoy-peer-metadata", "x-envoy-attempt-count"]);
  });
});

describe("circuit breakers", () => {
  const limits = (one: object): Partial<Cluster> => ({ circuitBreakers: { thresholds: [one] } });
  it.each([
    { name: "one connection, one may wait", over: { maxConnections: 1, maxPendingRequests: 1 }, served: 2 },
    { name: "one connection, three may wait", over: { maxConnections: 1, maxPendingRequests: 3 }, served: 4 },
    { name: "two connections, two may wait", over: { maxConnections: 2, maxPendingRequests: 2 }, served: 4 },
    { name: "two requests", over: { maxRequests: 2 }, served: 2 },
  ])("$name: the rest overflows", async ({ over, served }) => {
    const slow = mesh.plainPod("slow");
    const waiting: (() => void)[] = [];
    mesh.serve(slow, 8081, (_message, response) => void waiting.push(() => response.end("late")));
    program({}, limits(over), [slow]);
    // The first ones get their connections before the others come: what waits for a connection counts as pending.
    const connections = Math.min("maxConnections" in over ? (over.maxConnections ?? 1) : 2, served);
    const calls = [];
    for (let i = 0; i < connections; i++) {
      calls.push(call());
      await expect.poll(() => waiting.length, SOON).toBe(i + 1);
    }
    for (let i = connections; i < 6; i++) calls.push(call());
    await expect.poll(() => client.log.length, SOON).toBe(6 - served);
    for (let i = 0; i < served; i++) {
      await expect.poll(() => waiting.length, SOON).toBeGreaterThan(0);
      waiting.shift()?.();
    }
    const answers = await Promise.all(calls);
    const overflow = answers.filter((one) => "status" in one && one.status === 503);
    expect(answers.length - overflow.length).toBe(served);
    expect(overflow[0]).toMatchObject({
      headers: { "x-envoy-overloaded": "true" },
      body: "upstream connect error or disconnect/reset before headers. reset reason: overflow",
    });
    expect(client.log[0]).toBe(
      `GET / HTTP/1.1 503 UO upstream_reset_before_response_started{overflow} "-" ${SERVER} default`,
    );
    expect(stat("envoy_cluster_upstream_rq_pending_overflow")).toBe(6 - served);
  });

  it("a connection carries as many requests as it may", async () => {
    program({}, { maxRequestsPerConnection: 2 }, pods.slice(0, 1));
    for (let i = 0; i < 5; i++) expect(await call()).toMatchObject({ status: 200 });
    expect(stat("envoy_cluster_upstream_cx_total")).toBe(3);
  });
});

describe("outlier detection", () => {
  it.each([
    { name: "consecutive 5xx", detect: { consecutive5xx: 3 }, step: 500, ejected: 1 },
    { name: "4xx are no errors", detect: { consecutive5xx: 3 }, step: 404, ejected: 0 },
    { name: "switched off", detect: { consecutive5xx: 0 }, step: 500, ejected: 0 },
    {
      name: "gateway errors",
      detect: { consecutive5xx: 0, consecutiveGatewayFailure: 2, enforcingConsecutiveGatewayFailure: 100 },
      step: 503,
      ejected: 1,
    },
    {
      name: "500 is no gateway error",
      detect: { consecutive5xx: 0, consecutiveGatewayFailure: 2, enforcingConsecutiveGatewayFailure: 100 },
      step: 500,
      ejected: 0,
    },
    {
      name: "half of the hosts at most",
      detect: { consecutive5xx: 1, maxEjectionPercent: 67 },
      step: 500,
      ejected: 2,
    },
  ])("$name", async ({ detect, step, ejected }) => {
    script = [step];
    program({}, { outlierDetection: { maxEjectionPercent: 10, ...detect }, lbPolicy: "ROUND_ROBIN" });
    for (let i = 0; i < 12; i++) await call();
    const runtime = client.proxy.runtimes.get(SERVER);
    const now = systemClock.now();
    expect(runtime?.hosts().filter((host) => host.ejectedUntil > now).length).toBe(ejected);
    expect(stat("envoy_cluster_outlier_detection_ejections_active")).toBe(ejected);
  });
});

describe("faults", () => {
  const fault = (value: object): Partial<Route> => ({
    typedPerFilterConfig: { "envoy.filters.http.fault": { "@type": HTTP_FILTER_TYPE.fault, ...value } },
  });
  const ALL = { numerator: 100 };
  it.each([
    { name: "delay", value: { delay: { fixedDelay: "0.02s", percentage: ALL } }, status: 200, flags: "DI" },
    {
      name: "delay and abort",
      value: {
        delay: { fixedDelay: "0.02s", percentage: ALL },
        abort: { httpStatus: 418, percentage: ALL },
      },
      status: 418,
      flags: "DI,FI",
    },
    {
      name: "nobody is hit by 0 %",
      value: { abort: { httpStatus: 418, percentage: { numerator: 0 } } },
      status: 200,
      flags: "-",
    },
  ])("$name", async ({ value, status, flags }) => {
    program(fault(value));
    expect(await call()).toMatchObject({ status });
    expect(client.log[0]).toContain(`HTTP/1.1 ${status} ${flags} `);
  });
});

describe("clients that go away", () => {
  it("before the answer: DC, and the upstream's connection is closed", async () => {
    script = ["silence"];
    program({});
    const socket = await client.network.connect({ host: "10.43.0.1", port: 80 });
    socket.on("error", () => undefined);
    socket.write("GET / HTTP/1.1\r\nhost: server\r\n\r\n");
    await expect.poll(() => attempts.length, SOON).toBe(1);
    socket.destroy();
    await expect
      .poll(() => client.log, SOON)
      .toEqual([`GET / HTTP/1.1 0 DC downstream_remote_disconnect "-" ${SERVER} default`]);
    await expect.poll(() => stat("envoy_cluster_upstream_cx_active"), SOON).toBe(0);
  });
});
