import http2 from "node:http2";
import { afterEach, expect, it } from "vitest";
import { seededRandom, silentLogger, TestClock } from "../base/index.ts";
import { createPracticeNetwork } from "../network/index.ts";
import { grpcHealth } from "./grpc-health.ts";

const servers: http2.Http2Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A gRPC health service that answers with these bytes and status, and what it was asked. */
function serving(message: readonly number[], status = "0") {
  const network = createPracticeNetwork({
    clock: new TestClock(),
    random: seededRandom(),
    logger: silentLogger,
  });
  const pod = network.attachPod({ namespace: "shop", name: "grpc" });
  const asked: string[] = [];
  const server = http2.createServer();
  servers.push(server);
  server.on("stream", (stream, headers) => {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => {
      asked.push(`${headers[":path"]} ${Buffer.concat(chunks).subarray(7).toString()}`);
      stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": status }));
      stream.end(Buffer.from([0, 0, 0, 0, message.length, ...message]));
    });
  });
  pod.listen({ port: 50051 }, (connection) => server.emit("connection", connection));
  const check = async (service: string) => {
    const socket = await network.node.connect({ host: pod.ip, port: 50051 });
    return grpcHealth(socket, { service, signal: new AbortController().signal });
  };
  return { check, asked };
}

it("asks the standard health service by name and reads its verdict", async () => {
  const healthy = serving([8, 1]);
  expect([await healthy.check("shop"), healthy.asked]).toEqual([
    "SERVING",
    ["/grpc.health.v1.Health/Check shop"],
  ]);
  expect(await serving([8, 2]).check("")).toBe("NOT_SERVING");
  expect(await serving([]).check("")).toBe("UNKNOWN");
});

it("fails with the call's status", async () => {
  await expect(serving([], "12").check("")).rejects.toThrow("rpc error: code = 12");
});
