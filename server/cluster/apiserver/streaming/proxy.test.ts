import { createServer, request, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { proxyRequest } from "./proxy.ts";

let backend: Server;
let front: Server;
let seen: Record<string, unknown>;

const listening = (server: Server) =>
  new Promise<number>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)),
  );

let frontPort: number;
beforeEach(async () => {
  seen = {};
  backend = createServer((incoming, response) => {
    seen = { ...incoming.headers, path: incoming.url };
    response.writeHead(200, { "X-From": "the pod", "Proxy-Authenticate": "Basic" }).end("of the pod");
  });
  const port = await listening(backend);
  front = createServer((incoming, response) => {
    const dial = async () => connect(port, "127.0.0.1");
    void proxyRequest(incoming, response, { host: "web.default.svc", path: "/at", scheme: "http", dial });
  });
  frontPort = await listening(front);
});
afterEach(() => {
  for (const server of [front, backend]) {
    server.closeAllConnections();
    server.close();
  }
});

it("[K2] hands the cluster's credential to no workload, and no workload's demand for one to the client", async () => {
  const headers = {
    Authorization: "Bearer of-the-learner",
    "X-Kept": "yes",
    "Proxy-Authorization": "Basic x",
  };
  const answer = await new Promise<{ status?: number | undefined; headers: object }>((resolve, reject) => {
    request({ port: frontPort, host: "127.0.0.1", path: "/ignored", headers }, (response) => {
      response.resume();
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers }));
    })
      .on("error", reject)
      .end();
  });
  expect(answer).toMatchObject({ status: 200, headers: { "x-from": "the pod" } });
  expect(answer.headers).not.toHaveProperty("proxy-authenticate");
  expect(seen).toMatchObject({ host: "web.default.svc", path: "/at", "x-kept": "yes" });
  expect(seen).not.toHaveProperty("authorization");
  expect(seen).not.toHaveProperty("proxy-authorization");
});
