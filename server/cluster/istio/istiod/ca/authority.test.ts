import "reflect-metadata";
import { execFileSync } from "node:child_process";
import { generateKeyPairSync, webcrypto, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemRandom, TestClock } from "../../../base/index.ts";
import { CertificateAuthority } from "./authority.ts";

const RSA = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
const NOW = Date.UTC(2026, 10, 23, 10, 14, 7, 812);
const SPIFFE = "spiffe://cluster.local/ns/istioinaction/sa/web-api";

async function signingRequest(): Promise<string> {
  const keys = await webcrypto.subtle.generateKey(
    { ...RSA, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
    true,
    ["sign", "verify"],
  );
  const csr = await x509.Pkcs10CertificateRequestGenerator.create({
    name: "O=whatever the client says",
    keys,
    signingAlgorithm: RSA,
  });
  return csr.toString("pem");
}

describe("CertificateAuthority", () => {
  const deps = { clock: new TestClock(NOW), random: systemRandom };
  let authority: CertificateAuthority;
  let leaf: string;
  let root: string;
  let folder: string;

  beforeAll(async () => {
    authority = await CertificateAuthority.create(deps, "cluster.local");
    const chain = await authority.signWorkload({
      csr: await signingRequest(),
      spiffeId: SPIFFE,
      validitySeconds: 86_400,
    });
    expect(chain).toHaveLength(2);
    [leaf = "", root = ""] = chain;
    folder = mkdtempSync(join(tmpdir(), "authority-"));
    writeFileSync(join(folder, "leaf.pem"), leaf);
    writeFileSync(join(folder, "root.pem"), root);
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  const openssl = (...args: readonly string[]) =>
    execFileSync("openssl", args, { cwd: folder, encoding: "utf8" });

  it("makes a root that signs for ten years and names the trust domain", () => {
    const certificate = new X509Certificate(root);
    expect(certificate.subject).toBe("O=cluster.local");
    expect(certificate.issuer).toBe("O=cluster.local");
    expect(certificate.ca).toBe(true);
    expect(certificate.validFrom).toBe("Nov 23 10:14:07 2026 GMT");
    expect(certificate.validTo).toBe("Nov 20 10:14:07 2036 GMT");
    expect(certificate.verify(certificate.publicKey)).toBe(true);
  });

  it("gives the workload its SPIFFE name and nothing of the request's", () => {
    const certificate = new X509Certificate(leaf);
    // Node gives undefined for an empty name.
    expect(certificate.subject ?? "").toBe("");
    expect(certificate.issuer).toBe("O=cluster.local");
    expect(certificate.subjectAltName).toBe(`URI:${SPIFFE}`);
    expect(certificate.validFrom).toBe("Nov 23 10:12:07 2026 GMT");
    expect(certificate.validTo).toBe("Nov 24 10:14:07 2026 GMT");
    expect(certificate.serialNumber).toMatch(/^[0-9A-F]{32}$/);
    expect(certificate.checkIssued(new X509Certificate(root))).toBe(true);
  });

  it("prints in openssl as the lab says", () => {
    const text = openssl("x509", "-in", "leaf.pem", "-noout", "-text");
    expect(text).toMatch(/^ {8}Issuer: O ?= ?cluster\.local$/m);
    expect(text).toMatch(/^ {12}Not Before: Nov 23 10:12:07 2026 GMT$/m);
    expect(text).toMatch(/^ {12}Not After : Nov 24 10:14:07 2026 GMT$/m);
    expect(text).toContain(
      `            X509v3 Subject Alternative Name: critical\n                URI:${SPIFFE}\n`,
    );
    expect(text).toContain(
      "            X509v3 Key Usage: critical\n                Digital Signature, Key Encipherment\n",
    );
    expect(text).toContain("TLS Web Server Authentication, TLS Web Client Authentication");
    expect(text).toContain("            X509v3 Basic Constraints: critical\n                CA:FALSE\n");
    expect(text).toContain("X509v3 Authority Key Identifier");
    expect(text).toContain("Signature Algorithm: sha256WithRSAEncryption");
  });

  it("is verified by openssl against the root", () => {
    const out = openssl(
      "verify",
      "-attime",
      String(Math.floor(NOW / 1000)),
      "-CAfile",
      "root.pem",
      "leaf.pem",
    );
    expect(out).toBe("leaf.pem: OK\n");
  });

  it("signs with the same root after a restart", async () => {
    const again = await CertificateAuthority.load(deps, authority.pem);
    const [second = ""] = await again.signWorkload({
      csr: await signingRequest(),
      spiffeId: SPIFFE,
      validitySeconds: 3600,
    });
    expect(new X509Certificate(second).verify(new X509Certificate(root).publicKey)).toBe(true);
    expect(new X509Certificate(second).serialNumber).not.toBe(new X509Certificate(leaf).serialNumber);
  });

  it("refuses a request whose signature is of another key", async () => {
    const genuine = new x509.Pkcs10CertificateRequest(await signingRequest());
    const bytes = Buffer.from(genuine.rawData);
    const last = bytes.length - 1;
    bytes[last] = (bytes[last] ?? 0) ^ 0xff;
    const forged = new x509.Pkcs10CertificateRequest(bytes).toString("pem");
    await expect(
      authority.signWorkload({ csr: forged, spiffeId: SPIFFE, validitySeconds: 3600 }),
    ).rejects.toThrow("the signature of the certificate request is wrong");
  });

  it("serves istiod's own names with a key that fits", async () => {
    const pair = await authority.serve(["istiod.istio-system.svc"]);
    const certificate = new X509Certificate(pair.certificate);
    expect(certificate.checkHost("istiod.istio-system.svc")).toBe("istiod.istio-system.svc");
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    expect(certificate.checkPrivateKey(privateKey)).toBe(false);
  });
});
