import { execFileSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { overlayFiles, seedCertificates, seedFiles } from "./index.ts";

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
  seedFiles(from, { home: folder, folder: to });
  expect(readFileSync(path.join(to, "labs", "a.yaml"), "utf8")).toBe("the learner's");
  expect(readFileSync(path.join(to, "labs", "b.yaml"), "utf8")).toBe("ours");
});

it("a workshop without files still gets its folder", () => {
  seedFiles(path.join(folder, "none"), { home: folder, folder: path.join(folder, "to") });
  expect(readFileSync.bind(undefined, path.join(folder, "to", "x"))).toThrow("ENOENT");
});

it("openssl trusts the certificate for its host through the CA, and it fits its key", async () => {
  await seedCertificates(folder, folder);
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
  await seedCertificates(folder, folder);
  expect(readFileSync(path.join(certs, "istioinaction.io.crt"), "utf8")).toBe("mine");
  expect(() => readFileSync(path.join(certs, "istioinaction.io.key"))).toThrow("ENOENT");
});

describe("[A7] a home that its owner has spoilt", () => {
  const outside = () => readdirSync(path.join(folder, "outside"), { recursive: true }).sort();
  let from: string;
  let home: string;
  let to: { home: string; folder: string };
  beforeEach(() => {
    from = path.join(folder, "from");
    mkdirSync(path.join(from, "labs", "02"), { recursive: true });
    writeFileSync(path.join(from, "labs", "a.yaml"), "ours");
    writeFileSync(path.join(from, "b.yaml"), "ours");
    mkdirSync(path.join(folder, "outside", "labs", "02"), { recursive: true });
    writeFileSync(path.join(folder, "outside", "kept"), "as it was");
    home = path.join(folder, "home");
    to = { home, folder: path.join(home, "w", "basics") };
    mkdirSync(home);
  });

  it.each([
    ["gone", () => rmSync(home, { recursive: true })],
    ["a link to somewhere else", () => symlinkSync(path.join(folder, "outside"), path.join(home, "w"))],
    [
      "a workshop that is a link",
      () => {
        mkdirSync(path.join(home, "w"));
        symlinkSync(path.join(folder, "outside"), path.join(home, "w", "basics"));
      },
    ],
    [
      "a folder in it that is a link, a file that is a dangling one",
      () => {
        mkdirSync(to.folder, { recursive: true });
        symlinkSync(path.join(folder, "outside", "labs"), path.join(to.folder, "labs"));
        symlinkSync(path.join(folder, "outside", "planted"), path.join(to.folder, "b.yaml"));
      },
    ],
    ["a pipe", () => execFileSync("mkfifo", [path.join(home, "w")])],
    ["a link to itself", () => symlinkSync("w", path.join(home, "w"))],
    // As deep as a path can be that the kernel takes at once.
    [
      "folders 1,900 deep",
      () => mkdirSync(path.join(home, "w", ...Array.from({ length: 1_900 }, () => "d")), { recursive: true }),
    ],
  ])("gets its files again, and nothing outside of it changes: %s", async (_what, spoil) => {
    const before = outside();
    spoil();
    seedFiles(from, to);
    await seedCertificates(home, to.folder);
    expect(lstatSync(path.join(to.folder, "labs")).isDirectory()).toBe(true);
    expect(existsSync(path.join(to.folder, "labs", "02", "certs", "istioinaction.io.key"))).toBe(true);
    overlayFiles(from, to);
    expect(readFileSync(path.join(to.folder, "labs", "a.yaml"), "utf8")).toBe("ours");
    expect(readFileSync(path.join(to.folder, "b.yaml"), "utf8")).toBe("ours");
    expect(outside()).toEqual(before);
    execFileSync("rm", ["-rf", home]);
  });
});
