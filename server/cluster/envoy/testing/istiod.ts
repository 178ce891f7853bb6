import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { createServer } from "node:tls";
import * as x509 from "@peculiar/x509";
import { type Clock, type Disposable, DisposableStore, seededRandom } from "../../base/index.ts";
import type { ContainerContext } from "../../container/index.ts";
import type { AttachedPod } from "../../network/index.ts";
import {
  type ClientMessage,
  type DiscoveryRequest,
  JsonLineStream,
  type ServerMessage,
  TYPE_URL,
} from "../../xds/index.ts";
import { endpoints, outbound, outboundCluster, PASSTHROUGH, routes } from "./config.ts";

const EC = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const SERVER = "outbound|80||server.demo.svc.cluster.local";
const HOUR = 3_600_000;

const PUSHES: Readonly<Record<string, readonly unknown[]>> = {
  [TYPE_URL.cluster]: [outboundCluster(SERVER, "auto"), PASSTHROUGH],
  [TYPE_URL.listener]: outbound(80),
  [TYPE_URL.endpoint]: [endpoints(SERVER, [])],
  [TYPE_URL.route]: [routes("80", [])],
};

/** An istiod of a few lines: signs what it is asked to, pushes the configuration above, remembers requests. */
export interface TestIstiod {
  readonly rootPem: string;
  /** Of every stream, in the order they came. */
  readonly seen: DiscoveryRequest[];
  /** Certificates signed so far. */
  signed(): number;
  listen(pod: AttachedPod): void;
  /** Ends every stream and listens no more. */
  stop(): void;
}

export async function createTestIstiod(clock: Clock): Promise<TestIstiod> {
  const authority = await createAuthority(clock);
  const seen: DiscoveryRequest[] = [];
  let signed = 0;
  let open = new DisposableStore();
  const { cert, key, rootPem, sign } = authority;
  const server = createServer({ cert, key }, (socket) => {
    const stream = new JsonLineStream<ClientMessage, ServerMessage>(socket);
    const serve = async () => {
      for await (const message of stream.messages()) {
        if (message.kind === "certificate") {
          signed += 1;
          const certChain = [await sign(message.request.csr), rootPem];
          await stream.send({ kind: "certificate", response: { certChain } });
          continue;
        }
        seen.push(message.request);
        const { typeUrl, responseNonce } = message.request;
        if (responseNonce) continue;
        const response = {
          typeUrl,
          versionInfo: "v1",
          nonce: `n-${seen.length}`,
          resources: PUSHES[typeUrl] ?? [],
        };
        await stream.send({ kind: "discovery", response });
      }
    };
    serve().catch(() => socket.destroy());
    socket.on("error", () => undefined);
  });
  return {
    rootPem,
    seen,
    signed: () => signed,
    listen(pod) {
      const listening = pod.listen({ port: 15012 }, (connection) => {
        open.add({ dispose: () => connection.destroy() });
        server.emit("connection", connection);
      });
      open.add(listening);
    },
    stop() {
      open.dispose();
      open = new DisposableStore();
    },
  };
}

async function createAuthority(clock: Clock) {
  const keys = await webcrypto.subtle.generateKey(EC, true, ["sign", "verify"]);
  const dates = () => ({
    notBefore: new Date(clock.now() - HOUR),
    notAfter: new Date(clock.now() + 24 * HOUR),
  });
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: "O=cluster.local",
    keys,
    signingAlgorithm: EC,
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
    ...dates(),
  });
  const issue = (publicKey: x509.PublicKeyType, extensions: x509.Extension[]) =>
    x509.X509CertificateGenerator.create({
      issuer: root.subject,
      publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: EC,
      extensions,
      ...dates(),
    });
  const own = await webcrypto.subtle.generateKey(EC, true, ["sign", "verify"]);
  const cert = await issue(own.publicKey, [
    new x509.SubjectAlternativeNameExtension([{ type: "dns", value: "istiod.istio-system.svc" }]),
  ]);
  const pkcs8 = await webcrypto.subtle.exportKey("pkcs8", own.privateKey);
  return {
    rootPem: root.toString("pem"),
    cert: cert.toString("pem"),
    key: x509.PemConverter.encode(pkcs8, "PRIVATE KEY"),
    sign: async (csr: string) => {
      const request = new x509.Pkcs10CertificateRequest(csr);
      const names = request.extensions.filter((one) => one instanceof x509.SubjectAlternativeNameExtension);
      return (await issue(request.publicKey, names)).toString("pem");
    },
  };
}

/** The container of a sidecar of the pod `web-1`, as the injector makes it. */
export function sidecarContext(
  network: AttachedPod,
  over: { readonly rootPem: string; readonly log: string[]; readonly clock: Clock },
): ContainerContext {
  const { rootPem, log, clock } = over;
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
    clock,
    random: seededRandom(),
  };
}

/** The service `istiod` of istio-system and its pod. */
export function istiodPod(network: {
  attachPod(options: { namespace: string; name: string }): AttachedPod;
  setService(service: {
    namespace: string;
    name: string;
    clusterIP: string;
    ports: { port: number; endpoints: { address: string; port: number }[] }[];
  }): void;
}): AttachedPod & Disposable {
  const pod = network.attachPod({ namespace: "istio-system", name: "istiod" });
  network.setService({
    namespace: "istio-system",
    name: "istiod",
    clusterIP: "10.43.0.20",
    ports: [{ port: 15012, endpoints: [{ address: pod.ip, port: 15012 }] }],
  });
  return pod;
}
