import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seededRandom, systemClock } from "../../base/index.ts";
import { TYPE_URL } from "../../xds/index.ts";
import { endpoints, outbound, outboundCluster, PASSTHROUGH, routes } from "../testing/config.ts";
import { type SidecarPod, TestMesh } from "../testing/mesh.ts";
import { answerAdmin } from "./admin.ts";

const SERVER = "outbound|80||server.demo.svc.cluster.local";

let mesh: TestMesh;
let client: SidecarPod;
let ended = 0;

beforeAll(async () => {
  mesh = await TestMesh.create({ clock: systemClock, random: seededRandom() });
  client = await mesh.sidecarPod("client");
  client.proxy.accept(TYPE_URL.cluster, "1", [outboundCluster(SERVER, "auto"), PASSTHROUGH]);
  client.proxy.accept(TYPE_URL.endpoint, "1", [
    endpoints(SERVER, [{ address: "10.42.0.99", port: 8081, meshed: true }]),
  ]);
  client.proxy.accept(TYPE_URL.listener, "1", outbound(80));
  client.proxy.accept(TYPE_URL.route, "1", [routes("80", [])]);
});

afterAll(() => mesh.dispose());

const ask = (method: string, target: string) =>
  answerAdmin(
    {
      proxy: client.proxy,
      live: () => true,
      versions: { istio: "1.21.6", envoy: "practice/1.29.0" },
      defaultLevel: "warning",
      quit: () => {
        ended += 1;
      },
    },
    { method, target },
  );

describe("the admin interface", () => {
  it.each([
    ["GET", "/ready", 200, "LIVE\n"],
    ["GET", "/hot_restart_version", 200, "disabled\n"],
    ["GET", "/listeners", 200, "virtualOutbound::0.0.0.0:15001\n0.0.0.0_80::0.0.0.0:80\n"],
    ["GET", "/logging", 405, "Method GET not allowed, POST required."],
    ["POST", "/logging?nonsense=debug", 400, "error: unknown logger name\n"],
    ["POST", "/logging?rbac=loud", 400, "error: unknown logger level\n"],
    ["GET", "/quitquitquit", 405, "Method GET not allowed, POST required."],
    ["GET", "/config_dump?resource=nonsense", 404, "nonsense not found in config dump"],
    ["GET", "/config_dump?name_regex=(", 400, "Error while parsing name_regex"],
    ["POST", "/reset_counters", 200, "OK\n"],
  ])("%s %s", (...[method, target, status, body]) => {
    const answer = ask(method, target);
    expect([answer.status, answer.body]).toEqual([status, body]);
  });

  it("says what there is, also to whoever asks for what is not", () => {
    const { body } = ask("GET", "/help");
    expect(body).toContain("  /logging (POST): query/change logging levels\n");
    expect(ask("GET", "/nonsense")).toMatchObject({ status: 404, body: `invalid path. ${body}` });
  });

  it("levels are changed one by one, or all at once", () => {
    expect(ask("POST", "/logging?paths=rbac:debug,jwt:info").body).toContain("  rbac: debug\n");
    expect(ask("POST", "/logging?level=error").body).not.toContain("debug");
  });

  it("parts of the configuration, by list and by name", () => {
    const part = JSON.parse(
      ask("GET", "/config_dump?resource=dynamic_active_clusters&name_regex=outbound.*").body,
    );
    expect(part.configs.map((one: { cluster: { name: string } }) => one.cluster.name)).toEqual([SERVER]);
    const all = JSON.parse(ask("GET", "/config_dump?include_eds").body);
    expect(all.configs.map((one: { "@type": string }) => one["@type"].split(".").at(-1))).toEqual([
      "BootstrapConfigDump",
      "ClustersConfigDump",
      "EndpointsConfigDump",
      "ListenersConfigDump",
      "ScopedRoutesConfigDump",
      "RoutesConfigDump",
      "SecretsConfigDump",
    ]);
  });

  it("a proxy that fails its health check on purpose is draining", () => {
    ask("POST", "/healthcheck/fail");
    expect(ask("GET", "/ready")).toMatchObject({ status: 503, body: "DRAINING\n" });
    ask("POST", "/healthcheck/ok");
    expect(ask("GET", "/ready").status).toBe(200);
  });

  it("ends when it is told to", () => {
    expect(ask("POST", "/quitquitquit").body).toBe("OK\n");
    expect(ended).toBe(1);
  });
});
