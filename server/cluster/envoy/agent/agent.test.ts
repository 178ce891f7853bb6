import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { PassThrough } from "node:stream";
import { createServer } from "node:tls";
import * as x509 from "@peculiar/x509";
import { afterEach, describe, expect, it } from "vitest";
import { DisposableStore, seededRandom, silentLogger, systemClock } from "../../base/index.ts";
import type { ContainerContext, RunningProgram } from "../../container/index.ts";
import { type AttachedPod, createPracticeNetwork, type PracticeNetwork } from "../../network/index.ts";
import {
  type ClientMessage,
  type DiscoveryRequest,
  JsonLineStream,
  type ServerMessage,
  TYPE_URL,
} from "../../xds/index.ts";
import { endpoints, outbound, outboundCluster, PASSTHROUGH, routes } from "../testing/config.ts";
import { fetchFrom } from "../testing/mesh.ts";
import { createProxyProgram } from "./program.ts";

const EC = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const SERVER = "outbound|80||server.demo.svc.cluster.local";
let started = new DisposableStore();
afterEach(() => {
  started.dispose();
  started = new DisposableStore();
});

const PUSHES: Readonly<Record<string, readonly unknown[]>> = {
  [TYPE_URL.cluster]: [outboundCluster(SERVER, "auto"), PASSTHROUGH],
  [TYPE_URL.listener]: outbound(80),
  [TYPE_URL.endpoint]: [endpoints(SERVER, [])],
  [TYPE_URL.route]: [routes("80", [])],
};

/** An istiod of a few lines: signs what it is asked to, pushes the configuration above, remembers requests. */
async function startIstiod(pod: AttachedPod, seen: DiscoveryRequest[]): Promise<string> {
  const keys = await webcrypto.subtle.generateKey(EC, true, ["sign", "verify"]);
  const dates = {
    notBefore: new Date(systemClock.now() - 60_000),
    notAfter: new Date(systemClock.now() + 86_400_000),
  };
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: "O=cluster.local",
    keys,
    signingAlgorithm: EC,
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
    ...dates,
  });
  const sign = (publicKey: x509.PublicKeyType, extensions: x509.Extension[]) =>
    x509.X509CertificateGenerator.create({
      issuer: root.subject,
      publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: EC,
      extensions,
      ...dates,
    });
  const own = await webcrypto.subtle.generateKey(EC, true, ["sign", "verify"]);
  const cert = await sign(own.publicKey, [
    new x509.SubjectAlternativeNameExtension([{ type: "dns", value: "istiod.istio-system.svc" }]),
  ]);
  const key = x509.PemConverter.encode(
    await webcrypto.subtle.exportKey("pkcs8", own.privateKey),
    "PRIVATE KEY",
  );
  const rootPem = root.toString("pem");
  const server = createServer({ cert: cert.toString("pem"), key }, (socket) => {
    const stream = new JsonLineStream<ClientMessage, ServerMessage>(socket);
    const serve = async () => {
      for await (const message of stream.messages()) {
        if (message.kind === "certificate") {
          const csr = new x509.Pkcs10CertificateRequest(message.request.csr);
          const leaf = await sign(
            csr.publicKey,
            csr.extensions.filter((one) => one instanceof x509.SubjectAlternativeNameExtension),
          );
          await stream.send({
            kind: "certificate",
            response: { certChain: [leaf.toString("pem"), rootPem] },
          });
        } else {
          seen.push(message.request);
          const { typeUrl, responseNonce, resourceNames } = message.request;
          if (responseNonce && !(resourceNames && seen.filter((one) => one.typeUrl === typeUrl).length === 1))
            continue;
          await stream.send({
            kind: "discovery",
            response: {
              typeUrl,
              versionInfo: "v1",
              nonce: `n-${seen.length}`,
              resources: PUSHES[typeUrl] ?? [],
            },
          });
        }
      }
    };
    serve().catch(() => socket.destroy());
    socket.on("error", () => undefined);
  });
  started.add(pod.listen({ port: 15012 }, (connection) => void server.emit("connection", connection)));
  return rootPem;
}

function contextOf(network: AttachedPod, rootPem: string, log: string[]): ContainerContext {
  const files: Readonly<Record<string, string>> = {
    "/var/run/secrets/istio/root-cert.pem": rootPem,
    "/var/run/secrets/tokens/istio-token": "token",
  };
  return {
    pod: {
      namespace: "demo",
      name: "web-1",
      uid: "1",
      ip: network.ip,
      hostIP: "172.18.0.2",
      nodeName: "practice-node",
      serviceAccountName: "web",
      labels: () => ({ app: "web" }),
      annotations: () => ({}),
    },
    container: "istio-proxy",
    image: "docker.io/istio/proxyv2:1.21.6",
    command: ["/usr/local/bin/pilot-agent", "proxy", "sidecar", "--domain", "demo.svc.cluster.local"],
    env: {
      CA_ADDR: "istiod.istio-system.svc:15012",
      POD_NAME: "web-1",
      POD_NAMESPACE: "demo",
      INSTANCE_IP: network.ip,
      SERVICE_ACCOUNT: "web",
      TRUST_DOMAIN: "cluster.local",
      ISTIO_META_WORKLOAD_NAME: "web",
    },
    files: {
      read: (path) => (path in files ? Buffer.from(files[path] ?? "") : undefined),
      list: () => undefined,
      write: () => undefined,
    },
    network,
    stdout: (text) => log.push(text),
    stderr: (text) => log.push(text),
    terminate: new AbortController().signal,
    clock: systemClock,
    random: seededRandom(),
  };
}

async function run(
  program: RunningProgram,
  ...command: string[]
): Promise<{ code: number | undefined; out: string }> {
  const stdout = new PassThrough();
  const code = await program.exec?.({
    command,
    env: {},
    stdout,
    stderr: stdout,
    tty: false,
    signal: new AbortController().signal,
  });
  return { code, out: String(stdout.read() ?? "") };
}

function meshNetwork(): PracticeNetwork {
  return createPracticeNetwork({ clock: systemClock, random: seededRandom(), logger: silentLogger });
}

describe("pilot-agent", () => {
  it("gets a certificate, follows istiod, becomes ready and shows what it runs", async () => {
    const network = meshNetwork();
    const istiod = started.add(network.attachPod({ namespace: "istio-system", name: "istiod" }));
    const pod = started.add(network.attachPod({ namespace: "demo", name: "web-1" }));
    network.setService({
      namespace: "istio-system",
      name: "istiod",
      clusterIP: "10.43.0.20",
      ports: [{ port: 15012, endpoints: [{ address: istiod.ip, port: 15012 }] }],
    });
    const seen: DiscoveryRequest[] = [];
    const log: string[] = [];
    const program = createProxyProgram().start(contextOf(pod, await startIstiod(istiod, seen), log));
    started.add({ dispose: () => program.kill() });
    const ready = () => fetchFrom(network.node, { host: pod.ip, port: 15021, path: "/healthz/ready" });
    await expect.poll(ready, { timeout: 10_000 }).toMatchObject({ status: 200 });
    expect(log.join("")).toContain("Envoy proxy is ready");
    expect(seen[0]).toMatchObject({
      typeUrl: TYPE_URL.cluster,
      node: {
        id: `sidecar~${pod.ip}~web-1.demo~demo.svc.cluster.local`,
        cluster: "web.demo",
        metadata: { WORKLOAD_NAME: "web", ISTIO_VERSION: "1.21.6" },
      },
    });
    expect(seen.some((one) => one.errorDetail)).toBe(false);

    const dump = await run(program, "pilot-agent", "request", "GET", "config_dump");
    const { configs } = JSON.parse(dump.out);
    expect(configs.map((one: { "@type": string }) => one["@type"].split(".").at(-1))).toEqual([
      "BootstrapConfigDump",
      "ClustersConfigDump",
      "ListenersConfigDump",
      "ScopedRoutesConfigDump",
      "RoutesConfigDump",
      "SecretsConfigDump",
    ]);
    expect(
      configs[1].dynamic_active_clusters[0].cluster.transport_socket_matches?.[0].match ??
        configs[1].dynamic_active_clusters[1].cluster.transport_socket_matches[0].match,
    ).toEqual({ tlsMode: "istio" });
    const [own] = configs[5].dynamic_active_secrets;
    expect(own.secret.tls_certificate.private_key.inline_bytes).toBe("W3JlZGFjdGVkXQ==");
    const chain = Buffer.from(own.secret.tls_certificate.certificate_chain.inline_bytes, "base64").toString();
    expect(
      new x509.X509Certificate(
        `${chain.split("-----END CERTIFICATE-----")[0]}-----END CERTIFICATE-----`,
      ).getExtension(x509.SubjectAlternativeNameExtension)?.names.items[0]?.value,
    ).toBe("spiffe://cluster.local/ns/demo/sa/web");
    expect(
      await fetchFrom(network.node, { host: pod.ip, port: 15090, path: "/stats/prometheus" }),
    ).toMatchObject({
      status: 200,
      body: expect.stringContaining('istio_build{component="proxy",tag="1.21.6"} 1'),
    });
    expect((await run(program, "pilot-agent", "istio-iptables", "--help")).out).toContain(
      "-p, --envoy-port string",
    );
    expect((await run(program, "pilot-agent", "request", "GET", "/ready")).out).toBe("LIVE\n");
    expect(
      program.exec?.({
        command: ["ls"],
        env: {},
        stdout: new PassThrough(),
        stderr: new PassThrough(),
        tty: false,
        signal: new AbortController().signal,
      }),
    ).toBeUndefined();
  });

  it("sets the redirect as istio-init and says so", async () => {
    const network = meshNetwork();
    const pod = started.add(network.attachPod({ namespace: "demo", name: "web-1" }));
    const log: string[] = [];
    const command = [
      "istio-iptables",
      "-p",
      "15001",
      "-z",
      "15006",
      "-u",
      "1337",
      "-m",
      "REDIRECT",
      "-i",
      "*",
      "-x",
      '""',
      "-b",
      "*",
      "-d",
      "15090,15021,15020",
      "--log_output_level=default:info",
    ];
    const program = createProxyProgram().start({ ...contextOf(pod, "", log), command });
    expect(await program.exited).toBe(0);
    expect(log.join("")).toContain("PROXY_PORT=15001\nPROXY_INBOUND_CAPTURE_PORT=15006\n");
    const captured = new Promise((resolve) => {
      started.add(pod.listen({ port: 15001 }, (connection) => resolve(connection.originalDestination)));
    });
    await pod.connect({ host: "10.43.0.99", port: 80 });
    expect(await captured).toEqual({ address: "10.43.0.99", port: 80 });
  });
});
