import http from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { type Disposable, seededRandom, silentLogger, TestClock } from "../base/index.ts";
import { chooseFreePorts, openLoopbackEdges } from "./edges.ts";
import { createPracticeNetwork } from "./practice-network.ts";
import { dialWhenOpen, untilRefused } from "./testing/real-sockets.ts";
import type { Connection } from "./types.ts";

const started: Disposable[] = [];
afterEach(() => {
  for (const part of started.splice(0)) part.dispose();
});

async function gateway() {
  const clock = new TestClock();
  const network = createPracticeNetwork({ clock, random: seededRandom(), logger: silentLogger });
  const pod = network.attachPod({ namespace: "istio-system", name: "gateway" });
  const endpoints = [{ address: pod.ip, port: 8080 }];
  const ports = [{ port: 80, endpoints }];
  network.setService({
    namespace: "istio-system",
    name: "gateway",
    clusterIP: "10.43.0.8",
    loadBalancer: true,
    ports,
  });
  const [port = 0] = await chooseFreePorts(1);
  started.push(openLoopbackEdges({ network, clock, logger: silentLogger, ports: { 80: port } }));
  return { network, pod, at: { host: "127.0.0.1", port } };
}

describe("an edge", () => {
  it("is closed until an endpoint listens, carries HTTP, and closes with the listener", async () => {
    const { pod, at } = await gateway();
    expect(await untilRefused(at)).toBe(`Error: connect ECONNREFUSED 127.0.0.1:${at.port}`);
    const server = http.createServer((request, response) => response.end(`for ${request.headers.host}`));
    const listener = pod.listen({ port: 8080 }, (connection) => server.emit("connection", connection));
    const socket = await dialWhenOpen(at);
    socket.end("GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n");
    expect(await text(socket)).toContain("for shop.example");
    listener.dispose();
    expect(await untilRefused(at)).toBe(`Error: connect ECONNREFUSED 127.0.0.1:${at.port}`);
  });

  it("carries a reset as a reset", async () => {
    const { pod, at } = await gateway();
    pod.listen({ port: 8080 }, (connection: Connection) => connection.once("data", () => connection.reset()));
    const socket = await dialWhenOpen(at);
    const failure = new Promise<Error>((resolve) => socket.once("error", resolve));
    socket.write("hello");
    expect((await failure).message).toBe("read ECONNRESET");
  });

  it("carries a half close: the answer comes after the question has ended", async () => {
    const { pod, at } = await gateway();
    pod.listen({ port: 8080 }, (connection: Connection) => {
      let question = "";
      connection.on("data", (chunk: Buffer) => {
        question += chunk.toString();
      });
      connection.on("end", () => connection.end(`heard ${question}`));
    });
    const socket = await dialWhenOpen(at);
    socket.end("question");
    expect(await text(socket)).toBe("heard question");
  });

  it("loses nothing of a large answer to a slow reader", async () => {
    const { pod, at } = await gateway();
    pod.listen({ port: 8080 }, (connection: Connection) => connection.end(Buffer.alloc(5_000_000, "x")));
    const socket = await dialWhenOpen(at);
    await new Promise((resolve) => setImmediate(resolve));
    expect((await text(socket)).length).toBe(5_000_000);
  });
});
