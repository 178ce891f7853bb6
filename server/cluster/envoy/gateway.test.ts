import { connect, type IncomingHttpHeaders } from "node:http2";
import { connect as connectTls } from "node:tls";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { seededRandom, systemClock } from "../base/index.ts";
import { LISTENER_TYPE, TLS_TYPE, TYPE_URL } from "../xds/index.ts";
import { pairSecret } from "./testing/certificates.ts";
import { endpoints, manager, outboundCluster, routes } from "./testing/config.ts";
import { fetchFrom, type SidecarPod, TestMesh } from "./testing/mesh.ts";

const SERVER = "outbound|80||server.demo.svc.cluster.local";
let mesh: TestMesh;
let gateway: SidecarPod;

beforeEach(async () => {
  mesh = await TestMesh.create({ clock: systemClock, random: seededRandom() });
  gateway = await mesh.sidecarPod("gateway");
  // A gateway has no redirect: its ports are its own.
  const server = mesh.plainPod("server");
  mesh.serve(server, 8081, (message, response) => {
    let size = 0;
    message.on("data", (chunk: Buffer) => {
      size += chunk.length;
    });
    message.on("end", () => {
      response.setHeader(
        "x-seen",
        JSON.stringify([message.headers["x-forwarded-proto"], message.headers["x-forwarded-for"], size]),
      );
      response.end("hello".repeat(50_000));
    });
  });
  const hcm = manager({
    rds: { configSource: { ads: {} }, routeConfigName: "https" },
    serverName: "istio-envoy",
    useRemoteAddress: true,
    forwardClientCertDetails: "SANITIZE_SET",
  });
  gateway.proxy.accept(TYPE_URL.cluster, "1", [outboundCluster(SERVER, "auto")]);
  gateway.proxy.accept(TYPE_URL.endpoint, "1", [
    endpoints(SERVER, [{ address: server.ip, port: 8081, meshed: false }]),
  ]);
  gateway.proxy.accept(TYPE_URL.listener, "1", [
    {
      "@type": LISTENER_TYPE,
      name: "0.0.0.0_15090",
      address: { socketAddress: { address: "0.0.0.0", portValue: 15090 } },
      trafficDirection: "OUTBOUND",
      listenerFilters: [{ name: "envoy.filters.listener.tls_inspector", typedConfig: { "@type": "" } }],
      filterChains: [
        {
          filterChainMatch: { serverNames: ["a.example.com"] },
          transportSocket: {
            name: "envoy.transport_sockets.tls",
            typedConfig: {
              "@type": TLS_TYPE.downstream,
              requireClientCertificate: false,
              commonTlsContext: {
                alpnProtocols: ["h2", "http/1.1"],
                tlsCertificateSdsSecretConfigs: [{ name: "kubernetes://web", sdsConfig: { ads: {} } }],
              },
            },
          },
          filters: [hcm],
        },
      ],
    },
  ]);
  gateway.proxy.accept(TYPE_URL.route, "1", [
    routes("https", [{ match: { prefix: "/" }, route: { cluster: SERVER, timeout: "0s" } }]),
  ]);
});

afterEach(() => mesh.dispose());

async function addCertificate(): Promise<void> {
  gateway.proxy.accept(TYPE_URL.secret, "1", [
    pairSecret("kubernetes://web", await mesh.ca.issue({ dns: "a.example.com" })),
  ]);
}

async function dial(serverName: string, alpn: string[]) {
  const client = mesh.plainPod(`client-${serverName}`);
  const raw = await client.connect({ host: gateway.network.ip, port: 15090, allowHalfOpen: false });
  return connectTls({ socket: raw, servername: serverName, ca: mesh.ca.pem, ALPNProtocols: alpn });
}

async function overHttp2(body?: string): Promise<{ headers: IncomingHttpHeaders; size: number }> {
  const socket = await dial("a.example.com", ["h2", "http/1.1"]);
  await new Promise((resolve, reject) => socket.once("secureConnect", resolve).once("error", reject));
  expect(socket.alpnProtocol).toBe("h2");
  const session = connect("https://a.example.com", { createConnection: () => socket });
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ":path": "/",
      ":authority": "a.example.com",
      ":method": body ? "POST" : "GET",
    });
    let headers: IncomingHttpHeaders = {};
    let size = 0;
    session.on("error", reject);
    stream.on("error", reject);
    stream.on("response", (seen) => {
      headers = seen;
    });
    stream.on("data", (chunk: Buffer) => {
      size += chunk.length;
    });
    stream.on("end", () => {
      session.close();
      resolve({ headers, size });
    });
    stream.end(body);
  });
}

describe("an HTTPS gateway", () => {
  it("speaks HTTP/2 to who offers it and routes on", async () => {
    await addCertificate();
    const { headers, size } = await overHttp2();
    expect(headers).toMatchObject({ ":status": 200, server: "istio-envoy" });
    expect(JSON.parse(String(headers["x-seen"]))[0]).toBe("https");
    expect(size).toBe(250_000);
  });

  it("streams a body up over HTTP/2", async () => {
    await addCertificate();
    const { headers } = await overHttp2("y".repeat(200_000));
    expect(JSON.parse(String(headers["x-seen"]))[2]).toBe(200_000);
  });

  it("ends the handshake for a name no chain has", async () => {
    await addCertificate();
    const socket = await dial("b.example.org", ["h2"]);
    expect(
      await new Promise((resolve) =>
        socket.once("error", (error) => resolve("code" in error ? error.code : "")),
      ),
    ).toBe("ECONNRESET");
  });

  it("ends the handshake while its certificate is missing, and heals when it comes", async () => {
    const socket = await dial("a.example.com", ["h2"]);
    expect(
      await new Promise((resolve) =>
        socket.once("error", (error) => resolve("code" in error ? error.code : "")),
      ),
    ).toBe("ECONNRESET");
    await addCertificate();
    expect((await overHttp2()).headers[":status"]).toBe(200);
  });

  it("shows the new certificate after the secret has changed; connections that stand go on", async () => {
    await addCertificate();
    const old = await dial("a.example.com", ["http/1.1"]);
    await new Promise((resolve, reject) => old.once("secureConnect", resolve).once("error", reject));
    const before = old.getPeerCertificate().fingerprint256;
    await addCertificate();
    const fresh = await dial("a.example.com", ["http/1.1"]);
    await new Promise((resolve, reject) => fresh.once("secureConnect", resolve).once("error", reject));
    expect(fresh.getPeerCertificate().fingerprint256).not.toBe(before);
    const answer = new Promise((resolve) =>
      old.once("data", (chunk: Buffer) => resolve(chunk.toString().slice(0, 15))),
    );
    old.write("GET / HTTP/1.1\r\nhost: a.example.com\r\n\r\n");
    expect(await answer).toBe("HTTP/1.1 200 OK");
    for (const socket of [old, fresh]) socket.destroy();
  });

  it.each([
    {
      name: "a certificate that does not parse",
      make: (pair: { cert: string; key: string }) => ({ ...pair, cert: "nonsense" }),
      message: "Failed to load certificate chain from <inline>",
    },
    {
      name: "a key that does not parse",
      make: (pair: { cert: string; key: string }) => ({ ...pair, key: "nonsense" }),
      message: "Failed to load private key from <inline>, Cause: invalid PEM",
    },
    {
      name: "a key of another certificate",
      make: async (pair: { cert: string; key: string }) => ({
        ...pair,
        key: (await mesh.ca.issue({ dns: "b.example.com" })).key,
      }),
      message: /KEY_VALUES_MISMATCH$/,
    },
  ])("$name is refused, and the one before stays", async ({ make, message }) => {
    await addCertificate();
    const bad = pairSecret("kubernetes://web", await make(await mesh.ca.issue({ dns: "a.example.com" })));
    expect(() => gateway.proxy.accept(TYPE_URL.secret, "2", [bad])).toThrow(message);
    expect((await overHttp2()).headers[":status"]).toBe(200);
  });

  it("refuses plain HTTP on the TLS port", async () => {
    await addCertificate();
    const client = mesh.plainPod("plain");
    expect(
      await fetchFrom(client, { host: gateway.network.ip, port: 15090, authority: "a.example.com" }),
    ).toEqual({ failure: "ECONNRESET" });
  });
});
