import "reflect-metadata";
import { createPrivateKey, createPublicKey, webcrypto, X509Certificate } from "node:crypto";
import * as x509 from "@peculiar/x509";
import type { Disposable } from "../../base/index.ts";
import type { ContainerContext } from "../../container/index.ts";
import type { Secret } from "../../xds/index.ts";
import { connectIstiod, firstWait, istiodToken, rootCert } from "./istiod-connection.ts";
import {
  CERTIFICATE_CALL_MS,
  CERTIFICATE_SECONDS,
  RECONNECT_FIRST_MS,
  RECONNECT_LAST_MS,
  RENEW_AT,
} from "./limits.ts";
import type { AgentLog } from "./log.ts";

const ALGORITHM = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
};
const SECRET = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";

export interface CertificateDeps {
  readonly context: ContainerContext;
  readonly log: AgentLog;
  readonly onSecrets: (secrets: readonly Secret[], version: string) => void;
  readonly signal: AbortSignal;
  /** The key that certificates are asked for with, as PKCS #8 in base64: kept for who goes on in this run's place. */
  readonly onKey: (key: string) => void;
}

/**
 * Keeps the proxy in certificates: a fresh RSA key in memory, a signing request to istiod with the pod's token, `default`
 * and `ROOTCA` for the proxy, and the same again at half of the certificate's life (secretcache.go).
 */
export async function keepCertificate(deps: CertificateDeps): Promise<void> {
  const { context, log, signal } = deps;
  let wait = firstWait(context);
  let key = context.checkpoint;
  while (!signal.aborted) {
    const begun = context.clock.now();
    try {
      const issued = await obtain(deps, key);
      key = undefined; // renewed with every certificate from now on
      if (signal.aborted) return;
      wait = RECONNECT_FIRST_MS;
      deps.onSecrets(issued.secrets, String(begun));
      const ttl = (issued.notAfter - context.clock.now()) / 1000;
      log.info(
        `generated new workload certificate\tlatency=${context.clock.now() - begun}ms ttl=${goHours(ttl)}`,
        "cache",
      );
      await context.clock.sleep((issued.notAfter - begun) * RENEW_AT, signal);
    } catch (error) {
      if (signal.aborted) return;
      log.warn(`failed to sign: ${error instanceof Error ? error.message : String(error)}`, "sds");
      await context.clock.sleep(wait, signal);
      wait = Math.min(wait * 2, RECONNECT_LAST_MS);
    }
  }
}

async function obtain(
  deps: CertificateDeps,
  kept: string | undefined,
): Promise<{ secrets: readonly Secret[]; notAfter: number }> {
  const { context } = deps;
  const keys = kept === undefined ? await generate() : await imported(Buffer.from(kept, "base64"));
  const csr = await signingRequest(context, keys);
  const certChain = await call(deps, csr);
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
  const key = pem("PRIVATE KEY", pkcs8);
  deps.onKey(pkcs8.toString("base64"));
  const [leaf] = certChain;
  if (!leaf) throw new Error("empty certificate chain");
  const root = certChain.at(-1) ?? rootCert(context);
  return {
    notAfter: Date.parse(new X509Certificate(leaf).validTo),
    secrets: [
      {
        "@type": SECRET,
        name: "default",
        tlsCertificate: {
          certificateChain: { inlineBytes: base64(certChain.map(newline).join("")) },
          privateKey: { inlineBytes: base64(key) },
        },
      },
      {
        "@type": SECRET,
        name: "ROOTCA",
        validationContext: { trustedCa: { inlineBytes: base64(newline(root)) } },
      },
    ],
  };
}

async function signingRequest(
  context: ContainerContext,
  keys: Awaited<ReturnType<typeof generate>>,
): Promise<string> {
  const { env, pod } = context;
  const namespace = env.POD_NAMESPACE ?? pod.namespace;
  const account = env.SERVICE_ACCOUNT ?? pod.serviceAccountName;
  const uri = `spiffe://${env.TRUST_DOMAIN ?? "cluster.local"}/ns/${namespace}/sa/${account}`;
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: "url", value: uri }], true)],
  });
  return request.toString("pem");
}

async function imported(pkcs8: Buffer): ReturnType<typeof generate> {
  const spki = createPublicKey(createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" })).export({
    ...{ type: "spki", format: "der" },
  });
  const [privateKey, publicKey] = await Promise.all([
    webcrypto.subtle.importKey("pkcs8", pkcs8, ALGORITHM, true, ["sign"]),
    webcrypto.subtle.importKey("spki", spki, ALGORITHM, true, ["verify"]),
  ]);
  return { privateKey, publicKey };
}

const generate = () => webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);

async function call({ context, signal }: CertificateDeps, csr: string): Promise<readonly string[]> {
  const connection = await connectIstiod(context);
  const timer: Disposable = context.clock.setTimeout(() => connection.close(), CERTIFICATE_CALL_MS);
  const stop = () => connection.close();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const token = istiodToken(context);
    await connection.stream.send({
      kind: "certificate",
      request: { csr, token, validitySeconds: CERTIFICATE_SECONDS },
    });
    for await (const message of connection.stream.messages()) {
      if (message.kind === "error") throw new Error(message.message);
      if (message.kind !== "certificate") continue;
      if ("error" in message.response) throw new Error(message.response.error);
      return message.response.certChain;
    }
    throw new Error("rpc error: code = Unavailable desc = connection closed");
  } finally {
    timer.dispose();
    signal.removeEventListener("abort", stop);
    connection.close();
  }
}

const base64 = (text: string) => Buffer.from(text).toString("base64");
const newline = (text: string) => (text.endsWith("\n") ? text : `${text}\n`);

function pem(label: string, der: Buffer): string {
  const body = der
    .toString("base64")
    .replace(/(.{64})/g, "$1\n")
    .trimEnd();
  return `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
}

function goHours(seconds: number): string {
  const h = Math.floor(seconds / 3600);
  const m = Math.floor((seconds % 3600) / 60);
  return `${h}h${m}m${(seconds % 60).toFixed(3)}s`;
}
