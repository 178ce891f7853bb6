import http from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { type Disposable, seededRandom, silentLogger, TestClock } from "../base/index.ts";
import { openAddressEdges } from "./address-edges.ts";
import { chooseFreePorts } from "./edges.ts";
import { EDGE_GATHER_MS } from "./limits.ts";
import { createPracticeNetwork, NODE_IP } from "./practice-network.ts";
import { dial, dialWhenOpen, untilRefused } from "./testing/real-sockets.ts";
import type { Connection, PodNetwork } from "./types.ts";

const started: Disposable[] = [];
afterEach(() => {
  for (const part of started.splice(0)) part.dispose();
});

/** All of 127.0.0.0/8 is this machine's, as all of 10.0.0.0/8 is in a sandbox. */
const bind = (address: string) => address.replace(/^\d+/, "127");

const CLUSTER_IP = "10.96.0.8";
const BALANCER_IP = "172.18.255.200";

async function cluster() {
  const clock = new TestClock();
  const network = createPracticeNetwork({ clock, random: seededRandom(), logger: silentLogger });
  const pod = network.attachPod({ namespace: "shop", name: "web" });
  const [port = 0, target = 0, nodePort = 0] = await chooseFreePorts(3, bind(pod.ip));
  network.setService({
    namespace: "shop",
    name: "web",
    clusterIP: CLUSTER_IP,
    externalIPs: [BALANCER_IP, "192.0.2.7"],
    ports: [{ port, nodePort, endpoints: [{ address: pod.ip, port: target }] }],
  });
  started.push(openAddressEdges({ network, clock, logger: silentLogger, bind }));
  const noticed = () => clock.advance(EDGE_GATHER_MS);
  const all = {
    service: { host: bind(CLUSTER_IP), port },
    balancer: { host: bind(BALANCER_IP), port },
    node: { host: bind(NODE_IP), port: nodePort },
    pod: { host: bind(pod.ip), port: target },
  };
  return { network, pod, target, noticed, all };
}

function serveHttp(pod: PodNetwork, port: number): Disposable {
  const server = http.createServer((request, response) => response.end(`hello ${request.headers.host}`));
  return pod.listen({ port }, (connection) => {
    connection.once("data", (chunk: Buffer) => {
      connection.unshift(chunk);
      server.emit("connection", connection);
    });
  });
}

describe("edges on the cluster's own addresses", () => {
  it("answer at service, load balancer, node port and pod while somebody listens behind them", async () => {
    const { pod, target, noticed, all } = await cluster();
    for (const at of Object.values(all))
      expect(await untilRefused(at)).toBe(`Error: connect ECONNREFUSED ${at.host}:${at.port}`);
    const listener = serveHttp(pod, target);
    await noticed();
    for (const [name, at] of Object.entries(all)) {
      const socket = await dialWhenOpen(at);
      socket.end(`GET / HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`);
      expect(await text(socket)).toContain(`hello ${name}`);
    }
    listener.dispose();
    await noticed();
    for (const at of Object.values(all))
      expect(await untilRefused(at)).toBe(`Error: connect ECONNREFUSED ${at.host}:${at.port}`);
  });

  it("leave other addresses alone: the same port elsewhere is refused by the kernel", async () => {
    const { pod, target, noticed, all } = await cluster();
    serveHttp(pod, target);
    await noticed();
    (await dialWhenOpen(all.service)).destroy();
    const others = ["127.0.0.1", bind("10.96.0.9"), bind("192.0.2.7")];
    for (const host of others)
      await expect(dial({ host, port: all.service.port })).rejects.toThrow(
        `connect ECONNREFUSED ${host}:${all.service.port}`,
      );
  });

  it("show the pod the node as its client, and lead through its redirect", async () => {
    const { pod, noticed, all } = await cluster();
    const seen = new Promise<Connection>((resolve) => pod.listen({ port: 15006 }, resolve));
    pod.listen({ port: all.pod.port }, () => undefined);
    pod.redirect({ inboundPort: 15006, outboundPort: 15001, proxyUid: 1337, excludeInboundPorts: [] });
    await noticed();
    const socket = await dialWhenOpen(all.service);
    const connection = await seen;
    expect([connection.remoteAddress, connection.localPort, connection.originalDestination]).toEqual([
      NODE_IP,
      15006,
      { address: pod.ip, port: all.pod.port },
    ]);
    const failure = new Promise<Error>((resolve) => socket.once("error", resolve));
    connection.reset();
    expect((await failure).message).toBe("read ECONNRESET");
  });

  it("close with their service; a connection under way goes on", async () => {
    const { network, pod, target, noticed, all } = await cluster();
    pod.listen({ port: target }, (connection) => connection.once("data", () => connection.end("still here")));
    await noticed();
    const socket = await dialWhenOpen(all.service);
    network.removeService({ namespace: "shop", name: "web" });
    await noticed();
    expect(await untilRefused(all.service)).toContain("ECONNREFUSED");
    socket.write("?");
    expect(await text(socket)).toBe("still here");
  });
});
