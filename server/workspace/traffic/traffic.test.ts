import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { MemoryCluster } from "../../platform/kube/index.ts";
import { createTraffic } from "./traffic.ts";

const podOf = (name: string, more: { ip: string; containers: string[] }) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    ...{ name: `${name}-5d-x`, namespace: "shop", labels: { app: name, "pod-template-hash": "5d" } },
    ownerReferences: [{ kind: "ReplicaSet", name: `${name}-5d` }],
  },
  spec: { containers: more.containers.map((one) => ({ name: one })), serviceAccountName: name },
  status: { podIP: more.ip, conditions: [{ type: "Ready", status: "True" }] },
});
const log = new Map<string, string>();
const executed: string[][] = [];
const cluster = new MemoryCluster({
  objects: [
    podOf("sleep", { ip: "10.0.0.1", containers: ["sleep", "istio-proxy"] }),
    podOf("web", { ip: "10.0.0.2", containers: ["web"] }),
    {
      ...{ apiVersion: "v1", kind: "Service", metadata: { name: "web", namespace: "shop" } },
      spec: {
        ports: [
          { name: "http", port: 8080 },
          { name: "grpc", port: 9090 },
          { name: "tcp", port: 1 },
        ],
      },
    },
    {
      ...{ apiVersion: "networking.istio.io/v1beta1", kind: "Gateway" },
      metadata: { name: "g", namespace: "shop" },
      spec: {
        servers: [
          { hosts: ["shop/shop.io"], port: { number: 443, protocol: "HTTPS" } },
          { hosts: ["*.db.io"], port: { number: 3306, protocol: "TCP" } },
        ],
      },
    },
  ],
  exec: async ({ pod, container, command }) => {
    executed.push([pod, container, ...command]);
    const headers = command.flatMap((word, index) => (command[index - 1] === "-H" ? [word] : []));
    const value = (name: string) =>
      headers.find((one) => one.startsWith(`${name}: `))?.slice(name.length + 2);
    log.set(
      "sleep-5d-x",
      `2026-11-23T10:00:00Z [2026-11-23T10:00:00.000Z] "GET / HTTP/1.1" 200 - via_upstream - "-" 0 5 7 6 "-" "${value("User-Agent")}" "${value("x-request-id")}" "web:8080" "10.0.0.2:8080" outbound|8080||web.shop.svc.cluster.local - 10.96.0.1:8080 10.0.0.1:1 - default\n`,
    );
    return { stdout: "HTTP/1.1 200 OK\n\nhello\n200", stderr: "", exitCode: 0 };
  },
  podLog: async ({ pod }) => log.get(pod) ?? "",
});

let server: Server;
let heard: { url: string | undefined; headers: IncomingHttpHeaders } | undefined;
beforeAll(async () => {
  server = createServer((request, response) => {
    heard = { url: request.url, headers: request.headers };
    response.writeHead(418, { "X-By": "gate" }).end("short and stout");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const life = new AbortController().signal;
let clock = 0;
const traffic = createTraffic({
  cluster: async () => ({ cluster, life }),
  env: () => ({ GATEWAY_IP: "127.0.0.1", INGRESS_PORT: String((server.address() as AddressInfo).port) }),
  now: () => clock,
});
const shape = { method: "GET" as const, headers: [{ name: "x-user", value: "alice" }] };

it("offers workloads, services that speak HTTP, and hosts of gateways", async () => {
  expect(await traffic["traffic:choices"]({})).toEqual({
    sources: [
      { namespace: "shop", name: "sleep", sidecar: true },
      { namespace: "shop", name: "web", sidecar: false },
    ],
    services: ["http://web.shop:8080/"],
    gateway: ["https://shop.io/"],
  });
});

it("sends through the gateway as an outside client: its address, the URL's host", async () => {
  const request = { ...shape, from: { kind: "gateway" as const }, url: "http://shop.io/tea?pot=1" };
  const { outcome } = await traffic["request:send"](request);
  expect(outcome).toMatchObject({ kind: "answered", status: 418 });
  expect(outcome.kind === "answered" && outcome.text).toMatch(
    /^HTTP\/1.1 418 .*\nX-By: gate[\s\S]*short and stout$/,
  );
  expect(heard).toMatchObject({ url: "/tea?pot=1", headers: { host: "shop.io", "x-user": "alice" } });
  expect(heard?.headers["x-b3-sampled"]).toBe("1");
  const secure = await traffic["request:send"]({ ...request, url: "https://shop.io/" });
  expect(secure.outcome).toMatchObject({ kind: "cannot" });
});

it("sends from a pod by its curl, and finds the request again in what its proxy wrote", async () => {
  const from = { kind: "workload" as const, namespace: "shop", name: "sleep" };
  const sent = await traffic["request:send"]({ ...shape, from, url: "http://web.shop:8080/" });
  expect(sent.outcome).toEqual({
    kind: "answered",
    status: 200,
    milliseconds: 0,
    text: "HTTP/1.1 200 OK\n\nhello",
  });
  expect(executed.at(-1)?.slice(0, 3)).toEqual(["sleep-5d-x", "sleep", "curl"]);
  const trail = await traffic["request:trail"]({ id: sent.id });
  expect(trail).toMatchObject({
    settled: false,
    notes: [],
    hops: [
      {
        from: { kind: "workload", name: "sleep", namespace: "shop" },
        to: { kind: "workload", name: "web", namespace: "shop" },
        ...{ status: 200, security: "plaintext", decidedBy: "application", caller: "ns/shop/sa/sleep" },
      },
    ],
  });
  clock += 60_000;
  expect((await traffic["request:trail"]({ id: sent.id })).settled).toBe(true);
  await expect(traffic["request:trail"]({ id: "other" })).rejects.toThrow("no longer remembered");
});

it("says that nobody can send it", async () => {
  const from = { kind: "workload" as const, namespace: "shop", name: "gone" };
  expect((await traffic["request:send"]({ ...shape, from, url: "http://web/" })).outcome).toEqual({
    kind: "cannot",
    why: "No pod of gone in shop is ready.",
  });
});
