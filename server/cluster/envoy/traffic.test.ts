import type { IncomingHttpHeaders } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { seededRandom, systemClock } from "../base/index.ts";
import type { AttachedPod } from "../network/index.ts";
import {
  type Cluster,
  HTTP_FILTER_TYPE,
  type HttpFilter,
  type RbacRules,
  type Route,
  TYPE_URL,
} from "../xds/index.ts";
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

const V1 = "outbound|80|v1|server.demo.svc.cluster.local";
const V2 = "outbound|80|v2|server.demo.svc.cluster.local";

interface Seen {
  readonly at: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

let mesh: TestMesh;
let client: SidecarPod;
let seen: Seen[];
let pods: { v1: AttachedPod; v2: AttachedPod };

beforeEach(async () => {
  mesh = await TestMesh.create({ clock: systemClock, random: seededRandom(7) });
  client = await mesh.sidecarPod("client");
  seen = [];
  pods = { v1: server("v1"), v2: server("v2") };
});

afterEach(() => mesh.dispose());

function server(at: string): AttachedPod {
  const pod = mesh.plainPod(at);
  mesh.serve(pod, 8081, (message, response) => {
    seen.push({ at, path: message.url ?? "", headers: message.headers });
    if (message.url === "/slow") return;
    response.writeHead(Number(message.url?.slice(1)) || 200, { "x-internal": "secret" }).end(at);
  });
  return pod;
}

function program(route: Omit<Route, "match">, over: Partial<Cluster> = {}): void {
  client.proxy.accept(TYPE_URL.cluster, "1", [
    outboundCluster(V1, "disabled", over),
    outboundCluster(V2, "disabled", over),
    PASSTHROUGH,
  ]);
  client.proxy.accept(TYPE_URL.endpoint, "1", [
    endpoints(V1, [{ address: pods.v1.ip, port: 8081, meshed: false }]),
    endpoints(V2, [{ address: pods.v2.ip, port: 8081, meshed: false }]),
  ]);
  client.proxy.accept(TYPE_URL.listener, "1", outbound(80));
  client.proxy.accept(TYPE_URL.route, "1", [
    routes("80", [{ name: "default", match: { prefix: "/" }, ...route }]),
  ]);
}

const call = (path = "/", headers: Record<string, string> = {}) =>
  fetchFrom(client.network, { host: pods.v1.ip, port: 80, authority: "server", path, headers });

async function callMany(count: number): Promise<Record<string, number>> {
  const answers: Record<string, number> = {};
  for (let i = 0; i < count; i++) {
    const answer = await call();
    const body = "body" in answer ? answer.body : answer.failure;
    answers[body] = (answers[body] ?? 0) + 1;
  }
  return answers;
}

const counter = (name: string, cluster = V1) =>
  client.proxy.metrics.envoy.value(name, { cluster_name: cluster });

describe("weighted clusters", () => {
  it("share requests by weight, and add what their share says", async () => {
    program({
      route: {
        weightedClusters: {
          clusters: [
            {
              name: V1,
              weight: 80,
              responseHeadersToAdd: [{ header: { key: "x-share", value: "large" } }],
            },
            { name: V2, weight: 20 },
          ],
        },
      },
    });
    const { v1 = 0, v2 = 0 } = await callMany(100);
    expect(v1 + v2).toBe(100);
    // By a seeded chance: the same in every run, and near the weights.
    expect(v1).toBeGreaterThan(70);
    expect(v1).toBeLessThan(90);
    let share: unknown;
    for (let i = 0; i < 20 && share === undefined; i++) {
      const answer = await call();
      if ("body" in answer && answer.body === "v1") share = answer.headers["x-share"];
    }
    expect(share).toBe("large");
  });

  it("send nothing to weight 0", async () => {
    program({
      route: {
        weightedClusters: {
          clusters: [
            { name: V1, weight: 0 },
            { name: V2, weight: 100 },
          ],
        },
      },
    });
    expect(await callMany(20)).toEqual({ v2: 20 });
  });
});

describe("header rules of a route", () => {
  it("add, overwrite and remove both ways", async () => {
    program({
      route: { cluster: V1 },
      requestHeadersToAdd: [
        { header: { key: "x-added", value: "from %PROTOCOL%" } },
        { header: { key: "x-set", value: "route" }, appendAction: "OVERWRITE_IF_EXISTS_OR_ADD" },
        { header: { key: "x-kept", value: "route" }, appendAction: "ADD_IF_ABSENT" },
      ],
      requestHeadersToRemove: ["x-removed"],
      responseHeadersToAdd: [{ header: { key: "x-answer", value: "100%%" } }],
      responseHeadersToRemove: ["x-internal"],
    });
    const answer = await call("/", { "x-set": "client", "x-kept": "client", "x-removed": "client" });
    expect(seen[0]?.headers).toMatchObject({
      "x-added": "from HTTP/1.1",
      "x-set": "route",
      "x-kept": "client",
    });
    expect(seen[0]?.headers).not.toHaveProperty("x-removed");
    expect(answer).toMatchObject({ status: 200, headers: { "x-answer": "100%" } });
    expect("headers" in answer && answer.headers).not.toHaveProperty("x-internal");
  });

  it("keep several values of one name apart", async () => {
    program({
      route: { cluster: V1 },
      requestHeadersToAdd: [{ header: { key: "x-list", value: "b" } }],
    });
    await call("/", { "x-list": "a" });
    expect(seen[0]?.headers["x-list"]).toBe("a, b");
  });
});

describe("mirroring", () => {
  it("sends a copy under the shadow name and answers by the original", async () => {
    program({ route: { cluster: V1, requestMirrorPolicies: [{ cluster: V2 }] } });
    expect(await call("/200")).toMatchObject({ status: 200, body: "v1" });
    await expect.poll(() => seen.map((one) => one.at).sort(), SOON).toEqual(["v1", "v2"]);
    const host = (at: string) => seen.find((one) => one.at === at)?.headers.host;
    expect([host("v1"), host("v2")]).toEqual(["server", "server-shadow"]);
  });
});

describe("circuit breaking", () => {
  const limits = {
    circuitBreakers: { thresholds: [{ maxConnections: 1, maxPendingRequests: 1, maxRequests: 100 }] },
  };

  it("overflows when a connection is busy and one request waits for it", async () => {
    program({ route: { cluster: V1, timeout: "0s" } }, limits);
    void call("/slow");
    await expect.poll(() => seen.length, SOON).toBe(1);
    void call("/slow");
    await expect.poll(() => counter("envoy_cluster_upstream_rq_total"), SOON).toBe(2);
    expect(await call()).toMatchObject({
      status: 503,
      body: "upstream connect error or disconnect/reset before headers. reset reason: overflow",
      headers: { "x-envoy-overloaded": "true" },
    });
    expect(counter("envoy_cluster_upstream_rq_pending_overflow")).toBe(1);
    expect(counter("envoy_cluster_upstream_cx_total")).toBe(1);
    expect(client.log[0]).toContain("503 UO ");
  });

  it("overflows at maxRequests", async () => {
    program(
      { route: { cluster: V1, timeout: "0s" } },
      { circuitBreakers: { thresholds: [{ maxRequests: 1 }] } },
    );
    void call("/slow");
    await expect.poll(() => seen.length, SOON).toBe(1);
    expect(await call()).toMatchObject({ status: 503 });
    expect(client.log[0]).toContain("503 UO ");
  });
});

describe("outlier detection", () => {
  it("ejects a host after consecutive errors, and never more than allowed", async () => {
    program(
      { route: { cluster: V1 } },
      { outlierDetection: { consecutive5xx: 3, baseEjectionTime: "30s", maxEjectionPercent: 50 } },
    );
    client.proxy.accept(TYPE_URL.endpoint, "2", [
      endpoints(V1, [
        { address: pods.v1.ip, port: 8081, meshed: false },
        { address: pods.v2.ip, port: 8081, meshed: false },
      ]),
    ]);
    for (let i = 0; i < 20; i++) await call("/503");
    expect(counter("envoy_cluster_outlier_detection_ejections_enforced_total")).toBe(1);
    const before = seen.length;
    for (let i = 0; i < 6; i++) await call("/200");
    expect(new Set(seen.slice(before).map((one) => one.at)).size).toBe(1);
  });
});

describe("pooling", () => {
  it("reuses one mutual TLS connection, and the one behind it, for requests one after another", async () => {
    const far = await mesh.sidecarPod("server");
    far.proxy.accept(TYPE_URL.cluster, "1", [inboundCluster(8081)]);
    far.proxy.accept(TYPE_URL.listener, "1", [inbound(8081, "STRICT")]);
    mesh.serve(far.network, 8081, (message, response) => {
      message.resume().once("end", () => response.writeHead(200, { "content-length": 5 }).end("hello"));
    });
    client.proxy.accept(TYPE_URL.cluster, "1", [outboundCluster(V1, "auto"), PASSTHROUGH]);
    client.proxy.accept(TYPE_URL.endpoint, "1", [
      endpoints(V1, [{ address: far.network.ip, port: 8081, meshed: true }]),
    ]);
    client.proxy.accept(TYPE_URL.listener, "1", outbound(80));
    client.proxy.accept(TYPE_URL.route, "1", [
      routes("80", [{ match: { prefix: "/" }, route: { cluster: V1 } }]),
    ]);
    for (const method of ["GET", "POST", "HEAD", "GET", "PUT"]) {
      expect(
        await fetchFrom(client.network, {
          host: far.network.ip,
          port: 80,
          authority: "server",
          method,
          ...(method.startsWith("P") ? { body: "x".repeat(100_000) } : {}),
        }),
      ).toMatchObject({ status: 200 });
      // Over TLS in memory a connection is free again only some turns after the answer.
      await systemClock.sleep(20);
    }
    expect(counter("envoy_cluster_upstream_rq_total")).toBe(5);
    expect(counter("envoy_cluster_upstream_cx_total")).toBe(1);
    expect(counter("envoy_cluster_ssl_handshake")).toBe(1);
    expect(
      far.proxy.metrics.envoy.value("envoy_cluster_upstream_cx_total", { cluster_name: "inbound|8081||" }),
    ).toBe(1);
  });
});

describe("authorization", () => {
  const rbac = (rules: RbacRules): HttpFilter => ({
    name: "envoy.filters.http.rbac",
    typedConfig: { "@type": HTTP_FILTER_TYPE.rbac, rules },
  });
  const fromClient: RbacRules["policies"] = {
    "ns[demo]-policy[web]-rule[0]": {
      permissions: [
        { andRules: { rules: [{ header: { name: ":method", stringMatch: { exact: "GET" } } }] } },
      ],
      principals: [
        {
          andIds: {
            ids: [
              { authenticated: { principalName: { exact: "spiffe://cluster.local/ns/demo/sa/client" } } },
            ],
          },
        },
      ],
    },
  };

  async function guarded(rules: RbacRules): Promise<SidecarPod> {
    const far = await mesh.sidecarPod("server");
    far.proxy.accept(TYPE_URL.cluster, "1", [inboundCluster(8081)]);
    far.proxy.accept(TYPE_URL.listener, "1", [inbound(8081, "PERMISSIVE", [rbac(rules)])]);
    mesh.serve(far.network, 8081, (_message, response) => response.end("hello"));
    program({ route: { cluster: V1 } });
    client.proxy.accept(TYPE_URL.cluster, "2", [outboundCluster(V1, "auto"), PASSTHROUGH]);
    client.proxy.accept(TYPE_URL.endpoint, "2", [
      endpoints(V1, [{ address: far.network.ip, port: 8081, meshed: true }]),
    ]);
    return far;
  }

  it.each([
    { name: "ALLOW lets the named identity and method in", action: "ALLOW", method: "GET", status: 200 },
    { name: "ALLOW refuses another method", action: "ALLOW", method: "POST", status: 403 },
    { name: "DENY refuses the named", action: "DENY", method: "GET", status: 403 },
    { name: "DENY lets others in", action: "DENY", method: "POST", status: 200 },
  ] as const)("$name", async ({ action, method, status }) => {
    const far = await guarded({ action, policies: fromClient });
    const answer = await fetchFrom(client.network, {
      host: pods.v1.ip,
      port: 80,
      authority: "server",
      method,
    });
    expect(answer).toMatchObject({ status, body: status === 200 ? "hello" : "RBAC: access denied" });
    if (status === 403) {
      const policy = action === "DENY" ? "ns[demo]-policy[web]-rule[0]" : "none";
      await expect
        .poll(() => far.log[0], SOON)
        .toContain(` 403 - rbac_access_denied_matched_policy[${policy}] `);
    }
  });

  it("ALLOW without a policy refuses everybody, plaintext too", async () => {
    const far = await guarded({ action: "ALLOW" });
    expect(await call()).toMatchObject({ status: 403 });
    expect(await fetchFrom(pods.v2, { host: far.network.ip, port: 8081 })).toMatchObject({
      status: 403,
      body: "RBAC: access denied",
    });
  });
});
