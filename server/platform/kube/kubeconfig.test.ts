import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { judgeKubeconfig } from "./kubeconfig.ts";

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "kubeconfig-"));
  file = path.join(folder, "config");
  writeFileSync(path.join(folder, "ca.crt"), "a certificate");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Parts {
  readonly cluster?: object;
  readonly user?: object;
  readonly more?: object;
}

function judge({ cluster = {}, user = { token: "t" }, more = {} }: Parts, context?: string) {
  const config = {
    clusters: [{ name: "c", cluster: { server: "https://cluster.example:6443", ...cluster } }],
    users: [{ name: "u", user }],
    contexts: [
      { name: "one", context: { cluster: "c", user: "u" } },
      { name: "two", context: { cluster: "elsewhere", user: "u" } },
    ],
    "current-context": "one",
    ...more,
  };
  writeFileSync(file, JSON.stringify(config));
  return judgeKubeconfig(file, context);
}

it("[K1] an ordinary file is taken, with its own paths, and tells context, server and gateway", () => {
  const ip = "127.0.0.1";
  const extensions = [{ name: "meshwork-gateway", extension: { ip, ports: { 80: 31080 } } }];
  expect(judge({ cluster: { "certificate-authority": "ca.crt", extensions } })).toEqual({
    context: "one",
    server: "https://cluster.example:6443",
    gateway: { ip, ports: { 80: 31080 } },
  });
  expect(judge({ cluster: { server: "http://127.0.0.1:8001" }, user: {} })).toMatchObject({ context: "one" });
});

const instead = "Use a client certificate or a service account's token: kubectl create token NAME.";
const hostile: readonly (readonly [
  title: string,
  parts: Parts,
  context: string | undefined,
  sentence: string,
])[] = [
  ["an unknown context", {}, "three", 'has no context "three"; it knows one, two.'],
  ["a context without a cluster", {}, "two", 'names no cluster for context "two".'],
  [
    "no current context",
    { more: { "current-context": "" } },
    undefined,
    "has no current context; name one with --context (it knows one, two).",
  ],
  [
    "a program that signs in",
    { user: { exec: { command: "/bin/evil", apiVersion: "client.authentication.k8s.io/v1" } } },
    undefined,
    `runs a program (/bin/evil) to sign in, which is refused. ${instead}`,
  ],
  [
    "an auth-provider",
    { user: { "auth-provider": { name: "gcp", config: { "cmd-path": "/bin/evil" } } } },
    undefined,
    `signs in by the auth-provider gcp, which is refused. ${instead}`,
  ],
  [
    "a proxy",
    { cluster: { "proxy-url": "socks5://evil.example" } },
    undefined,
    "sends requests through socks5://evil.example; proxy-url is refused.",
  ],
  [
    "no proof of who answers",
    { cluster: { "insecure-skip-tls-verify": true } },
    undefined,
    "sets insecure-skip-tls-verify, which is refused: anybody could answer in the cluster's place. Put its CA into certificate-authority-data.",
  ],
  [
    "plain http to elsewhere",
    { cluster: { server: "http://cluster.example" } },
    undefined,
    "names http://cluster.example; only https is accepted, or http on this machine.",
  ],
  [
    "a metadata service",
    { cluster: { server: "https://169.254.169.254" } },
    undefined,
    "names https://169.254.169.254, which is a cloud's metadata service.",
  ],
  [
    "a server that is no address",
    { cluster: { server: "cluster" } },
    undefined,
    "has no usable server address: cluster.",
  ],
  ["an unknown user", { more: { users: [] } }, undefined, 'has no user "u".'],
];

it.each(hostile)("[K1] %s is refused with a sentence", (...[, parts, context, sentence]) => {
  expect(() => judge(parts, context)).toThrow(`${file} ${sentence}`);
});

it("[K1] files that are not there, or not kubeconfigs, are refused by their names", () => {
  const missing = path.join(folder, "missing");
  expect(() => judgeKubeconfig(missing, undefined)).toThrow(`${missing} does not exist.`);
  expect(() => judge({ user: { tokenFile: "missing" } })).toThrow(
    `refers to ${missing}, which cannot be read.`,
  );
  expect(() => judge({ user: { "client-key": "/" } })).toThrow("refers to /, which cannot be read.");
  expect(() => judgeKubeconfig(folder, undefined)).toThrow(`${folder} cannot be read: EISDIR`);
  writeFileSync(file, "clusters: nonsense");
  expect(() => judgeKubeconfig(file, undefined)).toThrow(`${file} is not a kubeconfig: clusters: `);
  writeFileSync(file, "a: [b");
  expect(() => judgeKubeconfig(file, undefined)).toThrow(`${file} is not a kubeconfig: `);
});
