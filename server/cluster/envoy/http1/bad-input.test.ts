import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { seededRandom, systemClock } from "../../base/index.ts";
import type { AttachedPod } from "../../network/index.ts";
import { TYPE_URL } from "../../xds/index.ts";
import { endpoints, outbound, outboundCluster, PASSTHROUGH, routes } from "../testing/config.ts";
import { fetchFrom, type SidecarPod, TestMesh } from "../testing/mesh.ts";

const SERVER = "outbound|80||server.demo.svc.cluster.local";

let mesh: TestMesh;
let client: SidecarPod;
let server: AttachedPod;
let seen: { method: string; url: string; body: string; headers: Record<string, unknown> }[];

beforeAll(async () => {
  mesh = await TestMesh.create({ clock: systemClock, random: seededRandom() });
  client = await mesh.sidecarPod("client");
  server = mesh.plainPod("server");
  mesh.serve(server, 8081, (message, response) => {
    let body = "";
    message.on("data", (chunk) => {
      body += chunk;
    });
    message.on("end", () => {
      seen.push({ method: message.method ?? "", url: message.url ?? "", body, headers: message.headers });
      response.end(`hello ${message.url}`);
    });
  });
  client.proxy.accept(TYPE_URL.cluster, "1", [outboundCluster(SERVER, "disabled"), PASSTHROUGH]);
  client.proxy.accept(TYPE_URL.endpoint, "1", [
    endpoints(SERVER, [{ address: server.ip, port: 8081, meshed: false }]),
  ]);
  client.proxy.accept(TYPE_URL.listener, "1", outbound(80));
  client.proxy.accept(TYPE_URL.route, "1", [
    routes("80", [{ name: "default", match: { prefix: "/" }, route: { cluster: SERVER, timeout: "0s" } }]),
  ]);
});

afterAll(() => mesh.dispose());

beforeEach(() => {
  seen = [];
  client.log.length = 0;
});

/** Everything that comes back for these bytes, until the proxy closes or `enough` has come. */
async function send(bytes: string | readonly string[], enough?: RegExp): Promise<string> {
  const socket = await client.network.connect({ host: server.ip, port: 80, allowHalfOpen: false });
  let all = "";
  const done = new Promise<string>((resolve) => {
    socket.on("error", () => undefined).once("close", () => resolve(all));
    socket.on("data", (chunk: Buffer) => {
      all += chunk.toString("latin1");
      if (enough?.test(all)) socket.destroy();
    });
  });
  for (const part of typeof bytes === "string" ? [bytes] : bytes) {
    socket.write(part, "latin1");
    await new Promise(setImmediate);
  }
  return done;
}

const HEAD = "GET /a HTTP/1.1\r\nhost: server\r\n";
const POST = "POST /a HTTP/1.1\r\nhost: server\r\n";

describe("bytes that are no request", () => {
  it.each([
    { name: "a blank before a colon", bytes: `${HEAD}x-a : 1\r\n\r\n` },
    { name: "a folded line", bytes: `${HEAD}x-a: 1\r\n folded\r\n\r\n` },
    { name: "a bare LF in a value", bytes: `${HEAD}x-a: 1\n2\r\n\r\n` },
    { name: "a bare CR in a value", bytes: `${HEAD}x-a: 1\r2\r\n\r\n` },
    { name: "a NUL in a value", bytes: `${HEAD}x-a: 1\u00002\r\n\r\n` },
    { name: "a field without a name", bytes: `${HEAD}: 1\r\n\r\n` },
    { name: "a line without a colon", bytes: `${HEAD}nonsense\r\n\r\n` },
    { name: "two lengths", bytes: `${POST}content-length: 3\r\ncontent-length: 4\r\n\r\nabcd` },
    { name: "a list as length", bytes: `${POST}content-length: 3, 3\r\n\r\nabc` },
    { name: "a length with a sign", bytes: `${POST}content-length: +3\r\n\r\nabc` },
    { name: "a length in hex", bytes: `${POST}content-length: 0x3\r\n\r\nabc` },
    {
      name: "a length beside chunks (CL.TE)",
      bytes: `${POST}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /b HTTP/1.1\r\nhost: server\r\n\r\n`,
      details: "http1.content_length_not_allowed",
    },
    {
      name: "chunks that are not the last encoding (TE.TE)",
      bytes: `${POST}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
      status: "501 Not Implemented",
      details: "http1.invalid_transfer_encoding",
    },
    {
      name: "chunks under a disguise",
      bytes: `${POST}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n`,
      status: "501 Not Implemented",
      details: "http1.invalid_transfer_encoding",
    },
    {
      name: "a head that is too long",
      bytes: `${HEAD}x-a: ${"a".repeat(70_000)}\r\n\r\n`,
      status: "431 Request Header Fields Too Large",
      details: "http1.headers_too_large",
    },
    {
      name: "a head that never ends",
      bytes: `${HEAD}${"x-a: 1\r\n".repeat(10_000)}`,
      status: "431 Request Header Fields Too Large",
      details: "http1.headers_too_large",
    },
    {
      name: "too many fields",
      bytes: `${HEAD}${"x-a: 1\r\n".repeat(120)}\r\n`,
      status: "431 Request Header Fields Too Large",
      details: "http1.too_many_headers",
    },
  ])("$name", async ({ bytes, status = "400 Bad Request", details = "http1.codec_error" }) => {
    const answer = await send(bytes);
    const text = status.slice(4);
    expect(answer.split("\r\n").filter((line) => !line.startsWith("date:"))).toEqual([
      `HTTP/1.1 ${status}`,
      `content-length: ${text.length}`,
      "content-type: text/plain",
      "server: envoy",
      "connection: close",
      "",
      text,
    ]);
    expect(client.log).toEqual([`- - HTTP/1.1 ${status.slice(0, 3)} DPE ${details} "-" - -`]);
    expect(seen).toEqual([]);
  });

  it("another protocol is refused at its first byte, long before a line ends", async () => {
    const answer = await send(`${HEAD}\r\n\x16\x03\x01\x02`);
    expect(answer.match(/HTTP\/1.1 \d{3}/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 400"]);
  });

  it.each([
    { name: "a chunk size that is none", body: "zz\r\nabc\r\n0\r\n\r\n" },
    { name: "a negative chunk size", body: "-3\r\nabc\r\n0\r\n\r\n" },
    { name: "a chunk that is longer than it says", body: "3\r\nabcd\r\n0\r\n\r\n" },
    { name: "a chunk line without an end", body: `3;${"x".repeat(10_000)}` },
  ])("$name: the application sees no whole request", async ({ body }) => {
    const answer = await send(`${POST}transfer-encoding: chunked\r\n\r\n${body}`);
    expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/);
    expect(seen).toEqual([]);
  });
});

describe("requests that are unusual, and right", () => {
  it("several at once are answered one after another", async () => {
    const answer = await send(
      `${HEAD}\r\nPOST /b HTTP/1.1\r\nhost: server\r\ncontent-length: 3\r\n\r\nabcGET /c HTTP/1.1\r\nhost: server\r\n\r\n`,
      /hello \/c$|hello \/c\r\n/,
    );
    expect(answer.match(/hello \/\w/g)).toEqual(["hello /a", "hello /b", "hello /c"]);
    expect(seen.map((one) => [one.url, one.body])).toEqual([
      ["/a", ""],
      ["/b", "abc"],
      ["/c", ""],
    ]);
  });

  it.each([
    {
      name: "no host",
      bytes: "GET / HTTP/1.1\r\n\r\n",
      status: "400 Bad Request",
      details: "missing_host_header",
    },
    {
      name: "a path that is none",
      bytes: "GET a HTTP/1.1\r\nhost: server\r\n\r\n",
      status: "404 Not Found",
      details: "absolute_path_rejected",
    },
  ])("$name is refused, and the connection stays", async ({ bytes, status, details }) => {
    expect(await send(bytes, /\r\n\r\n$/)).toMatch(new RegExp(`^HTTP/1.1 ${status}\r\n`));
    expect(client.log[0]).toContain(` ${status.slice(0, 3)} - ${details} `);
  });

  it("byte by byte", async () => {
    const text = `${POST}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2;note=x\r\nde\r\n0\r\nx-sum: 1\r\n\r\n`;
    expect(await send([...text], /hello \/a/)).toContain("200 OK");
    expect(seen.map((one) => one.body)).toEqual(["abcde"]);
  });

  it("a host in the target, and close", async () => {
    const answer = await send("GET http://server/x?y=1 HTTP/1.1\r\nhost: other\r\nconnection: close\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(answer).toContain("\r\nconnection: close\r\n");
    expect(seen.map((one) => one.url)).toEqual(["/x?y=1"]);
  });

  it("Expect: 100-continue is answered by the proxy", async () => {
    const answer = await send(
      [`${POST}expect: 100-continue\r\ncontent-length: 3\r\n\r\n`, "abc"],
      /hello \/a/,
    );
    expect(answer).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK\r\n/);
    expect(seen[0]?.headers).not.toHaveProperty("expect");
  });

  it("HEAD has no body, and the next answer follows it", async () => {
    const answer = await send(`HEAD /h HTTP/1.1\r\nhost: server\r\n\r\n${HEAD}\r\n`, /hello \/a/);
    expect(answer.match(/HTTP\/1.1 200 OK/g)?.length).toBe(2);
    expect(answer).not.toContain("hello /h");
  });
});

describe("upstreams that misbehave", () => {
  it.each([
    {
      name: "what is no HTTP",
      answer: "SSH-2.0-OpenSSH\r\n\r\n",
      status: 502,
      body: "upstream connect error or disconnect/reset before headers. reset reason: protocol error",
      flag: "UPE",
    },
    {
      name: "nothing at all",
      answer: "",
      status: 503,
      body: "upstream connect error or disconnect/reset before headers. reset reason: connection termination",
      flag: "UC",
    },
    {
      name: "half a head",
      answer: "HTTP/1.1 200 OK\r\ncontent-le",
      status: 503,
      body: "upstream connect error or disconnect/reset before headers. reset reason: connection termination",
      flag: "UC",
    },
    {
      name: "two framings",
      answer: "HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
      status: 502,
      body: "upstream connect error or disconnect/reset before headers. reset reason: protocol error",
      flag: "UPE",
    },
    {
      name: "an answer until it closes",
      answer: "HTTP/1.0 200 OK\r\n\r\nold",
      status: 200,
      body: "old",
      flag: "-",
    },
  ])("$name", async ({ answer, status, body, flag }) => {
    const odd = mesh.plainPod("odd");
    odd.listen({ port: 8081 }, (connection) => {
      connection.on("error", () => undefined).once("data", () => connection.end(answer));
    });
    client.proxy.accept(TYPE_URL.endpoint, "2", [
      endpoints(SERVER, [{ address: odd.ip, port: 8081, meshed: false }]),
    ]);
    const got = await fetchFrom(client.network, { host: server.ip, port: 80, authority: "server" });
    expect(got).toMatchObject({ status, body });
    expect(client.log[0]).toMatch(new RegExp(`^GET / HTTP/1.1 ${status} ${flag} `));
    odd.dispose();
  });

  it("an answer that breaks off breaks off for the client", async () => {
    const odd = mesh.plainPod("odd");
    odd.listen({ port: 8081 }, (connection) => {
      connection
        .on("error", () => undefined)
        .once("data", () => connection.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort"));
    });
    client.proxy.accept(TYPE_URL.endpoint, "2", [
      endpoints(SERVER, [{ address: odd.ip, port: 8081, meshed: false }]),
    ]);
    const got = await fetchFrom(client.network, { host: server.ip, port: 80, authority: "server" });
    expect(got).toHaveProperty("failure");
    expect(client.log[0]).toContain(" 200 UC upstream_reset_after_response_started{connection_termination} ");
    odd.dispose();
  });
});
