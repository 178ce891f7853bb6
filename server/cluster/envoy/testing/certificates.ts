import "reflect-metadata";
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import type { Secret } from "../../xds/index.ts";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** A certificate authority for tests; real X.509, elliptic keys because they are quick to make. */
export interface TestCa {
  readonly pem: string;
  issue(options: {
    readonly uri?: string;
    readonly dns?: string;
    readonly notAfter?: Date;
  }): Promise<{ cert: string; key: string }>;
}

export async function createTestCa(now: number): Promise<TestCa> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: "O=cluster.local",
    keys,
    serialNumber: "01",
    notBefore: new Date(now - 120_000),
    notAfter: new Date(now + 3650 * DAY),
    signingAlgorithm: ALGORITHM,
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  return {
    pem: root.toString("pem"),
    async issue({ uri, dns, notAfter }) {
      const leafKeys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
      const names = [
        ...(uri ? [{ type: "url" as const, value: uri }] : []),
        ...(dns ? [{ type: "dns" as const, value: dns }] : []),
      ];
      const leaf = await x509.X509CertificateGenerator.create({
        subject: "",
        issuer: root.subject,
        publicKey: leafKeys.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: ALGORITHM,
        serialNumber: "02",
        notBefore: new Date(now - 120_000),
        notAfter: notAfter ?? new Date(now + DAY),
        extensions: [new x509.SubjectAlternativeNameExtension(names, true)],
      });
      const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", leafKeys.privateKey)).toString(
        "base64",
      );
      const key = `-----BEGIN PRIVATE KEY-----\n${pkcs8.replace(/(.{64})/g, "$1\n")}\n-----END PRIVATE KEY-----\n`;
      return { cert: `${leaf.toString("pem")}\n${root.toString("pem")}\n`, key };
    },
  };
}

const DAY = 24 * 60 * 60 * 1000;
const base64 = (text: string) => Buffer.from(text).toString("base64");
const SECRET = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";

export function pairSecret(name: string, pair: { cert: string; key: string }): Secret {
  return {
    "@type": SECRET,
    name,
    tlsCertificate: {
      certificateChain: { inlineBytes: base64(pair.cert) },
      privateKey: { inlineBytes: base64(pair.key) },
    },
  };
}

export function caSecret(name: string, pem: string): Secret {
  return { "@type": SECRET, name, validationContext: { trustedCa: { inlineBytes: base64(pem) } } };
}
