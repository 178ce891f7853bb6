import "reflect-metadata";
import { createPrivateKey, webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import type { Clock, Random } from "../../base/index.ts";

export interface ServingIdentity {
  /** The authority that clients trust. */
  readonly caPem: string;
  /** Signs clients' certificates too. */
  readonly caKeyPem: string;
  readonly certPem: string;
  readonly keyPem: string;
}

const YEAR_MS = 365 * 24 * 3600_000;
export const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** Every name by which clients and pods know the API server. */
export const API_SERVER_NAMES = [
  "localhost",
  "kubernetes",
  "kubernetes.default",
  "kubernetes.default.svc",
  "kubernetes.default.svc.cluster.local",
];

/** A new authority and a certificate of it for a server of these names. */
export async function makeServingIdentity(
  deps: { readonly clock: Clock; readonly random: Random },
  subject: { readonly dnsNames: readonly string[]; readonly addresses: readonly string[] },
): Promise<ServingIdentity> {
  const notBefore = new Date(deps.clock.now() - 5 * 60_000);
  const notAfter = new Date(deps.clock.now() + 10 * YEAR_MS);
  const serial = () => `00${Buffer.from(deps.random.bytes(8)).toString("hex")}`;
  const caKeys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: "CN=kubernetes",
    notBefore,
    notAfter,
    keys: caKeys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign |
          x509.KeyUsageFlags.digitalSignature |
          x509.KeyUsageFlags.keyEncipherment,
        true,
      ),
    ],
  });
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const cert = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: "CN=kube-apiserver",
    issuer: ca.subject,
    notBefore,
    notAfter,
    publicKey: keys.publicKey,
    signingKey: caKeys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment,
        true,
      ),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        ...subject.dnsNames.map((value) => ({ type: "dns" as const, value })),
        ...subject.addresses.map((value) => ({ type: "ip" as const, value })),
      ]),
    ],
  });
  return {
    caPem: pem(ca),
    caKeyPem: await keyPem(caKeys.privateKey),
    certPem: pem(cert),
    keyPem: await keyPem(keys.privateKey),
  };
}

async function keyPem(key: webcrypto.CryptoKey): Promise<string> {
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", key));
  const made = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  return made.export({ type: "pkcs8", format: "pem" }).toString();
}

export function pem(certificate: x509.X509Certificate): string {
  return `${certificate.toString("pem").trimEnd()}\n`;
}
