import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readPlainAccess } from "./plain-access.ts";

let folder: string;
let kubeconfig: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "plain-"));
  kubeconfig = path.join(folder, "config");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const base64 = (text: string) => Buffer.from(text).toString("base64");

function read({ cluster = {}, user = {} }: { cluster?: object; user?: object }, context?: string) {
  const config = {
    clusters: [
      { name: "c", cluster: { server: "https://cluster.example:6443", ...cluster } },
      { name: "other", cluster: { server: "https://other.example", "proxy-url": "socks5://there" } },
    ],
    users: [
      { name: "u", user },
      { name: "program", user: { exec: { command: "login" } } },
    ],
    contexts: [
      { name: "one", context: { cluster: "c", user: "u" } },
      { name: "proxied", context: { cluster: "other", user: "u" } },
      { name: "signing-in", context: { cluster: "c", user: "program" } },
    ],
    "current-context": "one",
  };
  writeFileSync(kubeconfig, JSON.stringify(config));
  return readPlainAccess(kubeconfig, context);
}

it("reads a context that needs nothing but the file, whatever stands beside it", async () => {
  const extensions = [{ name: "meshwork-gateway", extension: {} }];
  const cluster = { "certificate-authority-data": base64("the CA"), extensions };
  expect(await read({ cluster, user: { token: "sesame" } })).toEqual({
    context: "one",
    server: "https://cluster.example:6443",
    ca: Buffer.from("the CA"),
    token: "sesame",
  });
  const user = { "client-certificate-data": base64("a certificate"), "client-key-data": base64("its key") };
  expect(await read({ user }, "one")).toEqual({
    context: "one",
    server: "https://cluster.example:6443",
    cert: Buffer.from("a certificate"),
    key: Buffer.from("its key"),
  });
});

it.each([
  ["a file to read", { cluster: { "certificate-authority": "ca.crt" } }, undefined],
  ["another server name", { cluster: { "tls-server-name": "elsewhere" } }, undefined],
  ["no proof of who answers", { cluster: { "insecure-skip-tls-verify": true } }, undefined],
  ["a password", { user: { username: "u", password: "p" } }, undefined],
  ["a token's file", { user: { tokenFile: "token" } }, undefined],
  ["a proxy", {}, "proxied"],
  ["a program that signs in", {}, "signing-in"],
  ["an unknown context", {}, "three"],
])("leaves a context with %s to the client", async (...[, parts, context]) => {
  expect(await read(parts, context)).toBeUndefined();
});

it("leaves what is no kubeconfig to the client", async () => {
  expect(await readPlainAccess(path.join(folder, "missing"), undefined)).toBeUndefined();
  writeFileSync(kubeconfig, "{");
  expect(await readPlainAccess(kubeconfig, undefined)).toBeUndefined();
  writeFileSync(kubeconfig, "clusters: nonsense");
  expect(await readPlainAccess(kubeconfig, undefined)).toBeUndefined();
});
