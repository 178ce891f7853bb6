import { lstatSync, writeFileSync } from "node:fs";
import path from "node:path";
import "reflect-metadata";
import { makePlainFolder } from "./held-folder.ts";

/** The first prompt waits for two keys: of this kind they take a millisecond, RSA's some 200. */
const KEYS = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY_MS = 86_400_000;
const VALID_DAYS = 365;

export interface ServerCertificate {
  /** PEM: the certificate, its private key, and the CA that a client must trust. */
  readonly certificate: string;
  readonly key: string;
  readonly authority: string;
}

/** A certificate for one host name, issued by a CA that exists only for it. */
export async function makeServerCertificate(host: string, authorityName: string): Promise<ServerCertificate> {
  // Imported late: it is needed once per workspace.
  const x509 = await import("@peculiar/x509");
  x509.cryptoProvider.set(crypto);
  // A day of grace backwards: the learner's clock and ours may differ.
  const notBefore = new Date(Date.now() - DAY_MS);
  const notAfter = new Date(Date.now() + VALID_DAYS * DAY_MS);
  const authorityKeys = await crypto.subtle.generateKey(KEYS, true, ["sign", "verify"]);
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${authorityName}`,
    keys: authorityKeys,
    signingAlgorithm: KEYS,
    notBefore,
    notAfter,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  });
  const keys = await crypto.subtle.generateKey(KEYS, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: `CN=${host}`,
    issuer: authority.subject,
    publicKey: keys.publicKey,
    signingKey: authorityKeys.privateKey,
    signingAlgorithm: KEYS,
    notBefore,
    notAfter,
    extensions: [
      new x509.BasicConstraintsExtension(false),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([{ type: "dns", value: host }]),
      await x509.AuthorityKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  });
  const pkcs8 = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return {
    certificate: `${certificate.toString("pem")}\n`,
    key: `${x509.PemConverter.encode(pkcs8, "PRIVATE KEY")}\n`,
    authority: `${authority.toString("pem")}\n`,
  };
}

/** The files of lab 2. All three or none: a certificate without its own key is of no use. */
export async function seedCertificates(home: string, workshopFolder: string): Promise<void> {
  const folder = path.join(workshopFolder, "labs", "02", "certs");
  const host = "istioinaction.io";
  const files = {
    certificate: path.join(folder, `${host}.crt`),
    key: path.join(folder, `${host}.key`),
    authority: path.join(folder, "ca", "root-ca.crt"),
  };
  makePlainFolder(home, path.dirname(files.authority));
  if (Object.values(files).some((file) => lstatSync(file, { throwIfNoEntry: false }))) return;
  const made = await makeServerCertificate(host, "istio-workshop-ca");
  // Never over anything, nor through a link: the learner may have been faster.
  writeFileSync(files.certificate, made.certificate, { flag: "wx" });
  writeFileSync(files.key, made.key, { flag: "wx", mode: 0o600 });
  writeFileSync(files.authority, made.authority, { flag: "wx" });
}
