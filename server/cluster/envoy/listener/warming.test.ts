import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { seededRandom, systemClock } from "../../base/index.ts";
import { LISTENER_TYPE, type Listener, TYPE_URL } from "../../xds/index.ts";
import { configDump } from "../admin/config-dump.ts";
import { manager, routes } from "../testing/config.ts";
import { fetchFrom, type SidecarPod, TestMesh } from "../testing/mesh.ts";

let mesh: TestMesh;
let gateway: SidecarPod;

beforeEach(async () => {
  mesh = await TestMesh.create({ clock: systemClock, random: seededRandom() });
  gateway = await mesh.sidecarPod("gateway");
});

afterEach(() => mesh.dispose());

const listener = (routeName: string): Listener => ({
  "@type": LISTENER_TYPE,
  name: "0.0.0.0_15090",
  address: { socketAddress: { address: "0.0.0.0", portValue: 15090 } },
  trafficDirection: "OUTBOUND",
  filterChains: [{ filters: [manager({ rds: { configSource: { ads: {} }, routeConfigName: routeName } })] }],
});
const answering = (name: string, status: number) =>
  routes(name, [{ match: { prefix: "/" }, directResponse: { status } }]);
const ask = () =>
  fetchFrom(mesh.network.node, { host: gateway.network.ip, port: 15090, authority: "server" });

describe("a listener whose routes have not come", () => {
  it("does not listen when it is new, and listens once they are there", async () => {
    gateway.proxy.accept(TYPE_URL.listener, "1", [listener("a")]);
    expect(await ask()).toEqual({ failure: "ECONNREFUSED" });
    expect(JSON.stringify(configDump(gateway.proxy, { includeEds: false }))).toContain(
      '"name":"0.0.0.0_15090","warming_state":',
    );
    gateway.proxy.accept(TYPE_URL.route, "1", [answering("a", 201)]);
    expect(await ask()).toMatchObject({ status: 201 });
  });

  it("leaves the work to its last version when it has changed", async () => {
    gateway.proxy.accept(TYPE_URL.listener, "1", [listener("a")]);
    gateway.proxy.accept(TYPE_URL.route, "1", [answering("a", 201)]);
    gateway.proxy.accept(TYPE_URL.listener, "2", [listener("b")]);
    expect(await ask()).toMatchObject({ status: 201 });
    gateway.proxy.accept(TYPE_URL.route, "2", [answering("c", 203)]);
    expect(await ask()).toMatchObject({ status: 201 });
    gateway.proxy.accept(TYPE_URL.route, "3", [answering("b", 202)]);
    expect(await ask()).toMatchObject({ status: 202 });
    expect([...gateway.proxy.routes.keys()]).toEqual(["b"]);
  });

  it("is gone when it is no longer wanted", async () => {
    gateway.proxy.accept(TYPE_URL.listener, "1", [listener("a")]);
    gateway.proxy.accept(TYPE_URL.listener, "2", []);
    gateway.proxy.accept(TYPE_URL.route, "1", [answering("a", 201)]);
    expect(await ask()).toEqual({ failure: "ECONNREFUSED" });
  });
});
