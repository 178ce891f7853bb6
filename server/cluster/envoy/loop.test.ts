import { afterEach, beforeEach, expect, it } from "vitest";
import { seededRandom, systemClock } from "../base/index.ts";
import { LISTENER_TYPE, type Route, TYPE_URL } from "../xds/index.ts";
import { endpoints, manager, outboundCluster, routes } from "./testing/config.ts";
import { fetchFrom, type SidecarPod, TestMesh } from "./testing/mesh.ts";

const SERVER = "outbound|80||server.demo.svc.cluster.local";
const PORT = 15090;
const MAX = 4294967295;
const SOON = { timeout: 20_000 };

let mesh: TestMesh;
let gateways: readonly SidecarPod[];

/** Two gateways that send every request on to each other. */
beforeEach(async () => {
  mesh = await TestMesh.create({ clock: systemClock, random: seededRandom() });
  gateways = [await mesh.sidecarPod("a"), await mesh.sidecarPod("b")];
});

afterEach(() => mesh.dispose());

function program(route: Route, requests: number): void {
  for (const [i, { proxy }] of gateways.entries()) {
    const other = gateways[1 - i];
    const limits = { maxConnections: MAX, maxPendingRequests: MAX, maxRequests: requests, maxRetries: MAX };
    proxy.accept(TYPE_URL.cluster, "1", [
      outboundCluster(SERVER, "disabled", { circuitBreakers: { thresholds: [limits] } }),
    ]);
    proxy.accept(TYPE_URL.endpoint, "1", [
      endpoints(SERVER, [{ address: other?.network.ip ?? "", port: PORT, meshed: false }]),
    ]);
    proxy.accept(TYPE_URL.listener, "1", [
      {
        "@type": LISTENER_TYPE,
        name: "loop",
        address: { socketAddress: { address: "0.0.0.0", portValue: PORT } },
        trafficDirection: "OUTBOUND",
        filterChains: [
          {
            filters: [
              manager({
                rds: { configSource: { ads: {} }, routeConfigName: "http" },
                useRemoteAddress: true,
              }),
            ],
          },
        ],
      },
    ]);
    proxy.accept(TYPE_URL.route, "1", [routes("http", [route])]);
  }
}

const underWay = () => gateways.map(({ proxy }) => proxy.runtimes.get(SERVER)?.activeRequests);

it("a request in circles ends where a limit is, and everybody on the way says so", async () => {
  program({ match: { prefix: "/" }, route: { cluster: SERVER, timeout: "0s" } }, 20);
  const answer = await fetchFrom(mesh.plainPod("client"), {
    host: gateways[0]?.network.ip ?? "",
    port: PORT,
    authority: "server",
  });
  expect(answer).toMatchObject({
    status: 503,
    body: "upstream connect error or disconnect/reset before headers. reset reason: overflow",
  });
  expect(gateways[0]?.log.length).toBe(21);
});

it("with retries it would take for ever: it ends when the client goes", async () => {
  const retryPolicy = { retryOn: "retriable-status-codes", numRetries: 2, retriableStatusCodes: [503] };
  program({ match: { prefix: "/" }, route: { cluster: SERVER, timeout: "0s", retryPolicy } }, 50);
  const socket = await mesh.plainPod("client").connect({ host: gateways[0]?.network.ip ?? "", port: PORT });
  socket.on("error", () => undefined);
  socket.write("GET / HTTP/1.1\r\nhost: server\r\n\r\n");
  await expect.poll(() => gateways[1]?.log.length ?? 0, SOON).toBeGreaterThan(2);
  socket.destroy();
  await expect.poll(underWay, SOON).toEqual([0, 0]);
});
