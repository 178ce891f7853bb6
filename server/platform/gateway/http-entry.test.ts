import type { Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, expect, it } from "vitest";
import { createLog } from "../logging/index.ts";
import { signals } from "../metrics/index.ts";
import { createEntry, type HttpLimits } from "./http-entry.ts";

const generous: HttpLimits = {
  ...{ headersMs: 60_000, requestMs: 60_000, idleMs: 5_000, connections: 1_000 },
  ...{ connectionsPerAddress: 1_000, shared: () => false },
};
const opened: { server?: Server; sockets: Socket[] } = { sockets: [] };
afterEach(async () => {
  for (const socket of opened.sockets.splice(0)) socket.destroy();
  opened.server?.closeAllConnections();
  await new Promise((resolve) => opened.server?.close(resolve));
});

async function start(limits: Partial<HttpLimits> = {}) {
  const lines: string[] = [];
  const log = createLog("web", "debug", { write: (line) => void lines.push(line) });
  const server = createEntry({
    log,
    limits: { ...generous, ...limits },
    front: (request, response) => {
      log.info("in the front");
      // A body is read to its end, as sign-in does.
      request.resume().once("end", () => response.writeHead(201).end("served"));
    },
    metrics: async (_request, response) => void response.end("figures"),
  });
  opened.server = server;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // Listening on a port: the address is an object.
  const { port } = server.address() as AddressInfo;
  return { lines, port, url: `http://127.0.0.1:${port}` };
}

/** A connection that sends this and nothing more. */
function raw(port: number, text: string): { readonly socket: Socket; readonly closed: Promise<string> } {
  const socket = connect(port, "127.0.0.1");
  opened.sockets.push(socket);
  let got = "";
  socket.on("data", (chunk) => {
    got += chunk;
  });
  socket.on("error", () => undefined); // a reset is a way of being let go, too
  const closed = new Promise<string>((resolve) => socket.once("close", () => resolve(got)));
  socket.write(text);
  return { socket, closed };
}

it("every request has a number of its own, which its log lines and its answer carry", async () => {
  const { url, lines } = await start();
  const codes: number[] = [];
  const end = signals.answer.listen((code) => codes.push(code));
  const first = await fetch(`${url}/labs?token=abc`);
  const second = await fetch(`${url}/metrics`);
  expect([await first.text(), await second.text()]).toEqual(["served", "figures"]);
  const [one, two] = [first, second].map((answer) => answer.headers.get("x-request-id"));
  expect(one).not.toBe(two);
  await expect.poll(() => codes).toEqual([201, 200]);
  end();
  const told = lines.map((line) => JSON.parse(line));
  expect(told.map(({ request, msg, url: path }) => [request, msg, path])).toEqual([
    [one, "in the front", undefined],
    [one, "answered", "/labs"],
    [two, "answered", "/metrics"],
  ]);
});

it("[N2] who sends headers or a body drop by drop is let go, while others are served", async () => {
  const { port, url } = await start({ headersMs: 2_000, requestMs: 3_000 });
  const slow = Array.from({ length: 40 }, () => raw(port, "GET / HTTP/1.1\r\nHost: x\r\nX-A: "));
  const body = raw(port, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nab");
  expect((await fetch(url)).status).toBe(201);
  const answers = await Promise.all(slow.map(({ closed }) => closed));
  expect(new Set(answers)).toEqual(new Set(["HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n"]));
  expect(await body.closed).toMatch(/^(HTTP\/1\.1 408 Request Timeout\r\n|$)/);
  expect((await fetch(url)).status).toBe(201);
});

it("[N2] one address gets so many connections; when it lets go it gets others", async () => {
  const { port, url, lines } = await start({ connectionsPerAddress: 5 });
  const held = Array.from({ length: 5 }, () => raw(port, "GET / HTTP/1.1\r\n"));
  await expect
    .poll(() => new Promise((resolve) => opened.server?.getConnections((_, count) => resolve(count))))
    .toBe(5);
  const more = Array.from({ length: 20 }, () => raw(port, "GET / HTTP/1.1\r\n"));
  expect(await Promise.all(more.map(({ closed }) => closed))).toEqual(more.map(() => ""));
  expect(lines.filter((line) => line.includes("too many connections")).length).toBeGreaterThan(0);
  for (const { socket } of held) socket.destroy();
  await expect
    .poll(async () =>
      fetch(url).then(
        ({ status }) => status,
        () => 0,
      ),
    )
    .toBe(201);
});

it("[N2] a proxy on this machine is not one address but many", async () => {
  const { port } = await start({ connectionsPerAddress: 2, shared: (address) => address === "127.0.0.1" });
  const many = Array.from({ length: 10 }, () =>
    raw(port, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
  );
  for (const { closed } of many) expect(await closed).toMatch(/^HTTP\/1\.1 201 Created\r\n/);
});

it("[N2] headers beyond 16 KiB are refused before anybody reads them", async () => {
  const { port } = await start();
  const large = raw(port, `GET / HTTP/1.1\r\nHost: x\r\nX-A: ${"a".repeat(20_000)}\r\n\r\n`);
  expect(await large.closed).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/);
});
