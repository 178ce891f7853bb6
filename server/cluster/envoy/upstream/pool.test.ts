import { afterEach, beforeEach, expect, it } from "vitest";
import { seededRandom, systemClock, TestClock } from "../../base/index.ts";
import { TYPE_URL } from "../../xds/index.ts";
import { POOL_IDLE_MS } from "../limits.ts";
import { endpoints, outbound, outboundCluster, PASSTHROUGH, routes } from "../testing/config.ts";
import { fetchFrom, TestMesh } from "../testing/mesh.ts";

const SERVER = "outbound|80||server.demo.svc.cluster.local";

let mesh: TestMesh;
let clock: TestClock;

beforeEach(async () => {
  clock = new TestClock(systemClock.now());
  mesh = await TestMesh.create({ clock, random: seededRandom() });
});

afterEach(() => mesh.dispose());

it("closes a connection that has been idle for long, and opens another when one is needed", async () => {
  const client = await mesh.sidecarPod("client");
  const server = mesh.plainPod("server");
  mesh.serve(server, 8081, (_message, response) => response.end("hello"));
  client.proxy.accept(TYPE_URL.cluster, "1", [outboundCluster(SERVER, "disabled"), PASSTHROUGH]);
  client.proxy.accept(TYPE_URL.endpoint, "1", [
    endpoints(SERVER, [{ address: server.ip, port: 8081, meshed: false }]),
  ]);
  client.proxy.accept(TYPE_URL.listener, "1", outbound(80));
  client.proxy.accept(TYPE_URL.route, "1", [
    routes("80", [{ match: { prefix: "/" }, route: { cluster: SERVER } }]),
  ]);
  const call = () => fetchFrom(client.network, { host: server.ip, port: 80, authority: "server" });
  const value = (name: string) => client.proxy.metrics.envoy.value(name, { cluster_name: SERVER });

  expect(await call()).toMatchObject({ status: 200 });
  await clock.advance(POOL_IDLE_MS / 2);
  expect(await call()).toMatchObject({ status: 200 });
  await clock.advance(POOL_IDLE_MS / 2);
  expect([value("envoy_cluster_upstream_cx_total"), value("envoy_cluster_upstream_cx_active")]).toEqual([
    1, 1,
  ]);
  await clock.advance(POOL_IDLE_MS);
  expect(value("envoy_cluster_upstream_cx_active")).toBe(0);
  expect(await call()).toMatchObject({ status: 200 });
  expect(value("envoy_cluster_upstream_cx_total")).toBe(2);
});
