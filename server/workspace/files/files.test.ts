import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { seedCertificates, seedFiles } from "./index.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "meshwork-files-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("seeding adds missing files and keeps what the learner changed", () => {
  const from = path.join(folder, "from");
  const to = path.join(folder, "to");
  mkdirSync(path.join(from, "labs"), { recursive: true });
  writeFileSync(path.join(from, "labs", "a.yaml"), "ours");
  writeFileSync(path.join(from, "labs", "b.yaml"), "ours");
  mkdirSync(path.join(to, "labs"), { recursive: true });
  writeFileSync(path.join(to, "labs", "a.yaml"), "the learner's");
  seedFiles(from, to);
  expect(readFileSync(path.join(to, "labs", "a.yaml"), "utf8")).toBe("the learner's");
  expect(readFileSync(path.join(to, "labs", "b.yaml"), "utf8")).toBe("ours");
});

it("a workshop without files still gets its folder", () => {
  seedFiles(path.join(folder, "none"), path.join(folder, "to"));
  expect(readFileSync.bind(undefined, path.join(folder, "to", "x"))).toThrow("ENOENT");
});

it("openssl trusts the certificate for its host through the CA, and it fits its key", async () => {
  await seedCertificates(folder);
  const certs = path.join(folder, "labs", "02", "certs");
  const crt = path.join(certs, "istioinaction.io.crt");
  const ca = path.join(certs, "ca", "root-ca.crt");
  const openssl = (...args: string[]) => execFileSync("openssl", args, { encoding: "utf8" });
  expect(
    openssl("verify", "-CAfile", ca, "-verify_hostname", "istioinaction.io", "-purpose", "sslserver", crt),
  ).toBe(`${crt}: OK\n`);
  expect(openssl("x509", "-in", crt, "-noout", "-subject", "-issuer", "-ext", "subjectAltName")).toBe(
    "subject=CN = istioinaction.io\nissuer=CN = istio-workshop-ca\nX509v3 Subject Alternative Name: \n    DNS:istioinaction.io\n",
  );
  const key = openssl("pkey", "-in", path.join(certs, "istioinaction.io.key"), "-pubout");
  expect(openssl("x509", "-in", crt, "-noout", "-pubkey")).toBe(key);
  expect(openssl("x509", "-in", crt, "-noout", "-text")).toContain("Public-Key: (256 bit)");
});

it("the learner's certificate is not replaced, nor joined by files that do not fit it", async () => {
  const certs = path.join(folder, "labs", "02", "certs");
  mkdirSync(certs, { recursive: true });
  writeFileSync(path.join(certs, "istioinaction.io.crt"), "mine");
  await seedCertificates(folder);
  expect(readFileSync(path.join(certs, "istioinaction.io.crt"), "utf8")).toBe("mine");
  expect(() => readFileSync(path.join(certs, "istioinaction.io.key"))).toThrow("ENOENT");
});
