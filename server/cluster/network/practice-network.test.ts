import http from "node:http";
import http2 from "node:http2";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { seededRandom, silentLogger, TestClock } from "../base/index.ts";
import { createPracticeNetwork } from "./practice-network.ts";
import type { Connection, PodNetwork } from "./types.ts";

function network() {
  const clock = new TestClock();
  return Object.assign(createPracticeNetwork({ clock, random: seededRandom(), logger: silentLogger }), {
    clock,
  });
}

const pod = (net: ReturnType<typeof network>, name: string, namespace = "default") =>
  net.attachPod({ name, namespace });

function serveHttp(on: PodNetwork, port: number, answer: (request: http.IncomingMessage) => string): void {
  const server = http.createServer((request, response) => response.end(answer(request)));
  on.listen({ port }, (connection) => server.emit("connection", connection));
}

async function get(from: PodNetwork, url: string, uid = 0): Promise<string> {
  const { hostname, port, pathname } = new URL(url);
  const socket = await from.connect({ host: hostname, port: Number(port || 80), uid });
  return new Promise((resolve, reject) => {
    const request = http.get({ path: pathname, headers: { host: hostname }, createConnection: () => socket });
    request.on("response", (response) => text(response).then(resolve, reject)).on("error", reject);
  });
}

const closed = (connection: Connection) =>
  new Promise<string>((resolve) => {
    let failure = "clean";
    connection.on("error", (error) => {
      failure = error.message;
    });
    connection.on("close", () => resolve(failure)).resume();
  });

describe("pod addresses", () => {
  it("gives each pod its own address from .10 up, and an old one back when it is free", () => {
    const net = network();
    const first = pod(net, "a");
    expect([first.ip, pod(net, "b").ip]).toEqual(["10.42.0.10", "10.42.0.11"]);
    expect(net.attachPod({ name: "c", namespace: "x", ip: "10.42.0.77" }).ip).toBe("10.42.0.77");
    expect(net.attachPod({ name: "d", namespace: "x", ip: "10.42.0.77" }).ip).toBe("10.42.0.12");
    first.dispose();
    expect(net.attachPod({ name: "e", namespace: "x", ip: "10.42.0.10" }).ip).toBe("10.42.0.10");
  });
});

describe("connecting", () => {
  it("refuses with Node's words when nobody listens, and when a service has no endpoints", async () => {
    const net = network();
    const [a, b] = [pod(net, "a"), pod(net, "b")];
    net.setService({
      namespace: "default",
      name: "web",
      clusterIP: "10.43.0.9",
      ports: [{ port: 80, endpoints: [] }],
    });
    await expect(a.connect({ host: b.ip, port: 81 })).rejects.toThrow("connect ECONNREFUSED 10.42.0.11:81");
    await expect(a.connect({ host: "web", port: 80 })).rejects.toThrow("connect ECONNREFUSED 10.43.0.9:80");
    await expect(a.connect({ host: "10.42.0.200", port: 1 })).rejects.toMatchObject({ code: "EHOSTUNREACH" });
    await expect(a.connect({ host: "nowhere.example", port: 1 })).rejects.toThrow(
      "getaddrinfo ENOTFOUND nowhere.example",
    );
  });

  it("times out towards an address outside the cluster after Linux' SYN retries", async () => {
    const net = network();
    const attempt = expect(pod(net, "a").connect({ host: "93.184.216.34", port: 80 })).rejects.toThrow(
      "connect ETIMEDOUT 93.184.216.34:80",
    );
    await net.clock.advance(127_000);
    await attempt;
  });

  it("keeps a loopback listener inside its pod", async () => {
    const net = network();
    const [a, b] = [pod(net, "a"), pod(net, "b")];
    const server = http.createServer((_request, response) => response.end("admin"));
    a.listen({ port: 15000, address: "127.0.0.1" }, (connection) => server.emit("connection", connection));
    expect(await get(a, "http://localhost:15000/")).toBe("admin");
    await expect(b.connect({ host: a.ip, port: 15000 })).rejects.toMatchObject({ code: "ECONNREFUSED" });
    expect(() => a.listen({ port: 15000 }, () => undefined)).toThrow("listen EADDRINUSE 0.0.0.0:15000");
  });

  it("resets everything when the pod goes away", async () => {
    const net = network();
    const [a, b] = [pod(net, "a"), pod(net, "b")];
    b.listen({ port: 80 }, () => undefined);
    const connection = await a.connect({ host: b.ip, port: 80 });
    const end = closed(connection);
    b.dispose();
    expect(await end).toBe("read ECONNRESET");
    await expect(a.connect({ host: b.ip, port: 80 })).rejects.toMatchObject({ code: "EHOSTUNREACH" });
  });
});

describe("names and service addresses", () => {
  it("follows the search path, service ports, headless services and pod names", async () => {
    const net = network();
    const [client, server] = [pod(net, "sleep"), pod(net, "web-0", "shop")];
    serveHttp(server, 8081, (request) => `served ${request.headers.host}`);
    const endpoints = [{ address: server.ip, port: 8081 }];
    net.setService({
      namespace: "shop",
      name: "web",
      clusterIP: "10.43.0.9",
      ports: [{ port: 8080, endpoints }],
    });
    net.setService({
      namespace: "shop",
      name: "db",
      clusterIP: "None",
      ports: [],
      addresses: [{ ip: server.ip, hostname: "db-0" }],
    });
    expect(await get(client, "http://web.shop:8080/")).toBe("served web.shop");
    expect(await client.resolve("web.shop.svc.cluster.local")).toEqual(["10.43.0.9"]);
    expect(await server.resolve("web")).toEqual(["10.43.0.9"]);
    expect(await server.resolve("db")).toEqual([server.ip]);
    expect(await client.resolve("db-0.db.shop")).toEqual([server.ip]);
    expect(await client.resolve("10-42-0-11.shop.pod.cluster.local")).toEqual([server.ip]);
    expect(await client.resolve("sleep")).toEqual([client.ip]);
    await expect(client.resolve("web")).rejects.toMatchObject({ code: "ENOTFOUND" });
    net.removeService({ namespace: "shop", name: "web" });
    await expect(client.resolve("web.shop")).rejects.toMatchObject({ code: "ENOTFOUND" });
  });
});

describe("redirect as istio-init sets it", () => {
  const rules = {
    outboundPort: 15001,
    inboundPort: 15006,
    proxyUid: 1337,
    excludeInboundPorts: [15020, 15021, 15090],
  };

  it("sends the application's calls to 15001 and foreign ones to 15006, and leaves the proxy alone", async () => {
    const net = network();
    const [meshed, plain] = [pod(net, "meshed"), pod(net, "plain")];
    serveHttp(meshed, 8080, () => "application");
    serveHttp(meshed, 15021, () => "healthy");
    serveHttp(plain, 80, () => "plain");
    const seen: string[] = [];
    const proxy = (port: number) =>
      meshed.listen({ port }, (connection) => {
        const { address, port: original } = connection.originalDestination;
        seen.push(`${port} for ${address}:${original}`);
        connection.reset();
      });
    proxy(15001);
    proxy(15006);
    meshed.redirect(rules);
    await expect(get(meshed, `http://${plain.ip}/`)).rejects.toMatchObject({ code: "ECONNRESET" });
    await expect(get(plain, `http://${meshed.ip}:8080/`)).rejects.toMatchObject({ code: "ECONNRESET" });
    await expect(get(meshed, `http://${meshed.ip}:8080/`, 1337)).rejects.toMatchObject({
      code: "ECONNRESET",
    });
    expect(seen).toEqual([
      `15001 for ${plain.ip}:80`,
      `15006 for ${meshed.ip}:8080`,
      `15006 for ${meshed.ip}:8080`,
    ]);
    expect(await get(meshed, `http://${plain.ip}/`, 1337)).toBe("plain");
    expect(await get(meshed, "http://127.0.0.1:8080/")).toBe("application");
    expect(await get(meshed, `http://${meshed.ip}:8080/`)).toBe("application");
    expect(await get(net.node, `http://${meshed.ip}:15021/`)).toBe("healthy");
    const passthrough = { host: meshed.ip, port: 8080, uid: 1337, localAddress: "127.0.0.6" };
    const socket = await meshed.connect(passthrough);
    expect([socket.localAddress, socket.remotePort]).toEqual(["127.0.0.6", 8080]);
  });

  it("refuses the application's first calls while nobody listens on 15001", async () => {
    const net = network();
    const [meshed, plain] = [pod(net, "meshed"), pod(net, "plain")];
    serveHttp(plain, 80, () => "plain");
    meshed.redirect(rules);
    await expect(get(meshed, `http://${plain.ip}/`)).rejects.toThrow(`connect ECONNREFUSED ${plain.ip}:80`);
  });
});

describe("a connection", () => {
  async function pair(options: { allowHalfOpen?: boolean } = {}) {
    const net = network();
    const [a, b] = [pod(net, "a"), pod(net, "b")];
    const accepted = new Promise<Connection>((resolve) => b.listen({ port: 80 }, resolve));
    const client = await a.connect({ host: b.ip, port: 80, ...options });
    return { client, server: await accepted };
  }

  it("stays half open after a FIN until the other side ends too", async () => {
    const { client, server } = await pair();
    client.end("question");
    let heard = "";
    server.on("data", (chunk: Buffer) => {
      heard += chunk.toString();
    });
    await new Promise((resolve) => server.once("end", resolve));
    expect([heard, server.writable]).toEqual(["question", true]);
    server.end("answer");
    expect(await text(client)).toBe("answer");
  });

  it("closes on a FIN when half open is not wanted", async () => {
    const { client, server } = await pair({ allowHalfOpen: false });
    const end = closed(client);
    server.end();
    expect(await end).toBe("clean");
  });

  it("carries a reset as ECONNRESET, and closes its own side without one", async () => {
    const { client, server } = await pair();
    const ends = [closed(client), closed(server)];
    server.reset();
    expect(await Promise.all(ends)).toEqual(["read ECONNRESET", "clean"]);
  });

  it("answers data to a closed peer with a reset", async () => {
    const { client, server } = await pair();
    server.destroy();
    const end = closed(client);
    client.write("late");
    expect(await end).toMatch(/^write (ECONNRESET|EPIPE)$/);
  });

  it("holds the writer back while the reader does not read, and loses nothing", async () => {
    const { client, server } = await pair();
    const chunk = Buffer.alloc(64 * 1024, "x");
    let accepted = 0;
    for (let i = 0; i < 8; i += 1) client.write(chunk, () => (accepted += 1));
    await new Promise((resolve) => setImmediate(resolve));
    expect(accepted).toBeLessThan(3);
    client.end();
    expect((await text(server)).length).toBe(8 * chunk.length);
    expect(accepted).toBe(8);
  });

  it("is a socket under http2", async () => {
    const net = network();
    const [a, b] = [pod(net, "a"), pod(net, "b")];
    const server = http2.createServer((_request, response) => response.end("two"));
    b.listen({ port: 80 }, (connection) => server.emit("connection", connection));
    const socket = await a.connect({ host: b.ip, port: 80 });
    const session = http2.connect("http://b", { createConnection: () => socket });
    expect(await text(session.request({ ":path": "/" }))).toBe("two");
    session.close();
  });
});
