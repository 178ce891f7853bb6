import { createServer } from "node:http";
import type { Duplex } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { seededRandom, systemClock } from "../base/index.ts";
import type { Connection } from "../network/index.ts";
import { type FilterChain, type Listener, NETWORK_FILTER_TYPE, TYPE_URL } from "../xds/index.ts";
import {
  endpoints,
  inbound,
  inboundCluster,
  inboundTls,
  outbound,
  outboundCluster,
  PASSTHROUGH,
  routes,
  TCP_CATCH_ALL,
} from "./testing/config.ts";
import { type SidecarPod, TestMesh } from "./testing/mesh.ts";

/** A condition may take its time on a busy machine. */
const SOON = { timeout: 10_000 };

const SERVER = "outbound|80||server.demo.svc.cluster.local";

let mesh: TestMesh;
let client: SidecarPod;
let server: SidecarPod;

beforeEach(async () => {
  mesh = await TestMesh.create({ clock: systemClock, random: seededRandom() });
  server = await mesh.sidecarPod("server");
  client = await mesh.sidecarPod("client");
  server.proxy.accept(TYPE_URL.cluster, "1", [inboundCluster(8081)]);
  client.proxy.accept(TYPE_URL.cluster, "1", [outboundCluster(SERVER, "auto"), PASSTHROUGH]);
  client.proxy.accept(TYPE_URL.endpoint, "1", [
    endpoints(SERVER, [{ address: server.network.ip, port: 8081, meshed: true }]),
  ]);
});

afterEach(() => mesh.dispose());

const dial = () => client.network.connect({ host: server.network.ip, port: 80, allowHalfOpen: false });

/** Reads until the text has come. */
function reading(socket: Duplex): (text: string) => Promise<void> {
  let all = "";
  socket.on("data", (chunk: Buffer) => {
    all += chunk.toString("latin1");
  });
  return (text) => expect.poll(() => all, SOON).toContain(text);
}

describe("a TCP connection between two sidecars", () => {
  function program(): void {
    const tls: FilterChain = {
      ...TCP_CATCH_ALL("inbound|8081||"),
      filterChainMatch: { transportProtocol: "tls" },
      transportSocket: inboundTls(),
    };
    const listener: Listener = { ...inbound(8081, "STRICT"), filterChains: [tls] };
    server.proxy.accept(TYPE_URL.listener, "1", [listener]);
    const [virtual] = outbound(80);
    if (!virtual) throw new Error("no virtualOutbound");
    const tcp: Listener = {
      "@type": virtual["@type"],
      name: "0.0.0.0_80",
      address: { socketAddress: { address: "0.0.0.0", portValue: 80 } },
      bindToPort: false,
      trafficDirection: "OUTBOUND",
      filterChains: [TCP_CATCH_ALL(SERVER)],
    };
    client.proxy.accept(TYPE_URL.listener, "1", [virtual, tcp]);
  }

  it("carries bytes both ways over mutual TLS and counts them", async () => {
    program();
    server.network.listen({ port: 8081 }, (connection) => {
      connection.write("welcome\n");
      connection.on("end", () => connection.end());
      connection.on("data", (chunk: Buffer) => connection.write(`you said ${chunk}`));
    });
    const connection = await dial();
    const text = reading(connection);
    await text("welcome\n");
    connection.write("hello");
    await text("you said hello");
    connection.end();
    const opened = 'source_principal="spiffe://cluster.local/ns/demo/sa/client"';
    await expect
      .poll(() => server.proxy.metrics.istio.exposition().split("\n"), SOON)
      .toContainEqual(
        expect.stringMatching(new RegExp(`^istio_tcp_received_bytes_total{.*${opened}.*"mutual_tls"} 5$`)),
      );
    await expect
      .poll(() => client.proxy.metrics.istio.exposition().split("\n"), SOON)
      .toContainEqual(expect.stringMatching(/^istio_tcp_connections_closed_total{reporter="source".*} 1$/));
  });

  it("is reset when nothing listens behind it", async () => {
    program();
    const connection = await dial();
    const code = await new Promise((resolve) => {
      connection.once("error", (error) => resolve("code" in error ? error.code : ""));
      connection.once("end", () => resolve("end"));
      connection.resume();
    });
    expect(code).toMatch(/^(ECONNRESET|end)$/);
  });

  it("is refused by an RBAC filter of its chain", async () => {
    program();
    const chain: FilterChain = {
      filterChainMatch: { transportProtocol: "tls" },
      transportSocket: inboundTls(),
      filters: [
        {
          name: "envoy.filters.network.rbac",
          typedConfig: {
            "@type": NETWORK_FILTER_TYPE.rbac,
            statPrefix: "tcp.",
            rules: { action: "ALLOW" },
          },
        },
        ...TCP_CATCH_ALL("inbound|8081||").filters,
      ],
    };
    server.proxy.accept(TYPE_URL.listener, "2", [{ ...inbound(8081, "STRICT"), filterChains: [chain] }]);
    const accepted: Connection[] = [];
    server.network.listen({ port: 8081 }, (connection) => accepted.push(connection));
    const connection = await dial();
    connection.on("error", () => undefined).resume();
    await new Promise((resolve) => connection.once("close", resolve));
    expect(accepted).toEqual([]);
  });
});

describe("a websocket upgrade", () => {
  it("passes both proxies and becomes a pipe", async () => {
    server.proxy.accept(TYPE_URL.listener, "1", [inbound(8081, "STRICT")]);
    client.proxy.accept(TYPE_URL.listener, "1", outbound(80));
    client.proxy.accept(TYPE_URL.route, "1", [
      routes("80", [{ name: "default", match: { prefix: "/" }, route: { cluster: SERVER, timeout: "0s" } }]),
    ]);
    const app = createServer();
    app.on("upgrade", (request, socket) => {
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nupgrade: ${request.headers.upgrade}\r\nconnection: Upgrade\r\n\r\n`,
      );
      socket.on("data", (chunk: Buffer) => socket.write(`echo ${chunk}`));
      socket.on("error", () => undefined).on("end", () => socket.end());
    });
    server.network.listen({ port: 8081 }, (connection) => void app.emit("connection", connection));
    const connection = await dial();
    const text = reading(connection);
    connection.write(
      "GET /chat HTTP/1.1\r\nhost: server\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n",
    );
    await text("HTTP/1.1 101 Switching Protocols\r\n");
    connection.write("ping");
    await text("echo ping");
    connection.end();
    await expect
      .poll(() => client.log, SOON)
      .toEqual([`GET /chat HTTP/1.1 101 - via_upstream "-" ${SERVER} default`]);
  });
});
