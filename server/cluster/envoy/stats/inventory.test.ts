import { afterEach, beforeEach, expect, it } from "vitest";
import { seededRandom, systemClock } from "../../base/index.ts";
import { TYPE_URL } from "../../xds/index.ts";
import { answerAdmin } from "../admin/admin.ts";
import { statsConfig } from "../agent/stats-config.ts";
import { endpoints, outbound, outboundCluster, PASSTHROUGH, routes } from "../testing/config.ts";
import { fetchFrom, type SidecarPod, TestMesh } from "../testing/mesh.ts";

const SERVER = "outbound|80||server.demo.svc.cluster.local";
const NOTHING_ASKED = { annotations: {}, matcher: {}, ip: "10.42.0.10" };

let mesh: TestMesh;
let client: SidecarPod;

beforeEach(async () => {
  mesh = await TestMesh.create({ clock: systemClock, random: seededRandom() });
});

afterEach(() => mesh.dispose());

async function start(asked: Partial<typeof NOTHING_ASKED>): Promise<void> {
  client = await mesh.sidecarPod("client", { statsConfig: statsConfig({ ...NOTHING_ASKED, ...asked }) });
  const server = mesh.plainPod("server");
  mesh.serve(server, 8081, (_message, response) => response.end("hello"));
  client.proxy.accept(TYPE_URL.cluster, "1", [
    outboundCluster(SERVER, "disabled", {
      circuitBreakers: { thresholds: [{ maxPendingRequests: 1, trackRemaining: true }] },
    }),
    PASSTHROUGH,
  ]);
  client.proxy.accept(TYPE_URL.endpoint, "1", [
    endpoints(SERVER, [{ address: server.ip, port: 8081, meshed: false }]),
  ]);
  client.proxy.accept(TYPE_URL.listener, "1", outbound(80));
  client.proxy.accept(TYPE_URL.route, "1", [
    routes("80", [{ match: { prefix: "/" }, route: { cluster: SERVER, timeout: "0s" } }]),
  ]);
  expect(await fetchFrom(client.network, { host: "10.43.0.1", port: 80, authority: "server" })).toMatchObject(
    { status: 200 },
  );
}

function ask(target: string): string {
  return answerAdmin(
    {
      proxy: client.proxy,
      live: () => true,
      versions: { istio: "1.21.6", envoy: "x" },
      defaultLevel: "warning",
    },
    { method: "GET", target },
  ).body;
}

it("Istio keeps only a few of Envoy's own statistics", async () => {
  await start({});
  const names = ask("/stats")
    .trim()
    .split("\n")
    .map((line) => line.split(": ")[0]);
  expect(names).toEqual([
    "cluster_manager.active_clusters",
    "cluster_manager.cds.update_attempt",
    "cluster_manager.cds.update_rejected",
    "cluster_manager.cds.update_success",
    "cluster_manager.warming_clusters",
    "http.outbound_0.0.0.0_80.downstream_cx_active",
    "listener_manager.lds.update_attempt",
    "listener_manager.lds.update_rejected",
    "listener_manager.lds.update_success",
    "listener_manager.total_listeners_active",
    "listener_manager.total_listeners_warming",
    "server.concurrency",
    "server.live",
    "server.state",
    "server.uptime",
  ]);
  const page = ask("/stats/prometheus");
  expect(page).toContain('istio_requests_total{reporter="source"');
  expect(page).toContain(
    "# TYPE envoy_cluster_manager_cds_update_success counter\nenvoy_cluster_manager_cds_update_success{} 1\n",
  );
  expect(page).not.toContain("envoy_cluster_upstream");
});

it("an annotation asks for more, and the circuit breakers tell their room", async () => {
  await start({ annotations: { "sidecar.istio.io/statsInclusionPrefixes": "cluster.outbound" } });
  expect(ask("/stats?filter=pending")).toBe(
    [
      "circuit_breakers.default.remaining_pending: 1",
      "circuit_breakers.default.rq_pending_open: 0",
      "circuit_breakers.high.rq_pending_open: 0",
      "upstream_rq_pending_active: 0",
      "upstream_rq_pending_overflow: 0",
      "upstream_rq_pending_total: 1",
    ]
      .map((line) => `cluster.${SERVER}.${line}\n`)
      .join(""),
  );
  const page = ask("/stats/prometheus");
  expect(page).toContain(`envoy_cluster_upstream_rq_pending_total{cluster_name="${SERVER}"} 1\n`);
  expect(page).toContain(
    `envoy_cluster_upstream_rq_xx{response_code_class="2",cluster_name="${SERVER}"} 1\n`,
  );
  expect(page).toContain(
    `envoy_cluster_circuit_breakers_default_remaining_pending{cluster_name="${SERVER}"} 1\n`,
  );
});

it("filters, kinds and formats of /stats", async () => {
  await start({});
  expect(ask("/stats?filter=lds.update&usedonly")).toBe(
    "listener_manager.lds.update_attempt: 1\nlistener_manager.lds.update_success: 1\n",
  );
  expect(JSON.parse(ask("/stats?format=json&filter=^server.live$"))).toEqual({
    stats: [{ name: "server.live", value: 1 }],
  });
  expect(ask("/stats?type=Counters&filter=live")).toBe("");
  expect([ask("/stats?filter=("), ask("/stats?type=odd")]).toEqual([
    "Invalid re2 regex\n",
    "invalid &type= param\n",
  ]);
});
