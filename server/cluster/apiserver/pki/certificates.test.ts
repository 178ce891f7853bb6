import "reflect-metadata";
import { createPrivateKey, webcrypto } from "node:crypto";
import { request as httpsRequest } from "node:https";
import * as x509 from "@peculiar/x509";
import { afterEach, beforeEach, expect, it } from "vitest";
import { StatusError, valueAt } from "../../apimachinery/index.ts";
import { type Harness, startHarness } from "../testing/harness.ts";
import { ALGORITHM } from "./serving-certificate.ts";

const CSRS = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
const MERGE = "application/merge-patch+json";

let api: Harness;
let port = 0;
beforeEach(async () => {
  api = await startHarness();
  ({ port } = await api.server.listen({ port: 0 }));
});
afterEach(() => api.server.dispose());

async function requestFor(name: string): Promise<{ pem: string; key: string }> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name,
    keys,
    signingAlgorithm: ALGORITHM,
  });
  const der = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  return { pem: request.toString("pem"), key: key.export({ type: "pkcs8", format: "pem" }).toString() };
}

/** Who the server takes the holder of a certificate for; the status code when it is nobody. */
function whoami(identity: { cert?: string; key?: string }): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    const headers = { "Content-Type": "application/json" };
    const outgoing = httpsRequest(
      {
        port,
        host: "127.0.0.1",
        ca: api.server.caPem,
        method: "POST",
        path,
        headers,
        agent: false,
        ...identity,
      },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (part: string) => {
          text += part;
        });
        answer.on("end", () => {
          if (answer.statusCode === 201) resolve(valueAt(JSON.parse(text), "status", "userInfo"));
          else resolve(text.includes("selfsubjectreviews") ? JSON.parse(text).message : answer.statusCode);
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end("{}");
  });
}

it("takes the holder of its own authority's certificate for whom the subject names", async () => {
  const { pem, key } = await requestFor("CN=john,O=devs,O=ops team");
  const client = { usages: ["client auth", "digital signature"], seconds: 3600 };
  const cert = await api.server.signCertificate(pem, client);
  // The role that lets everybody ask is part of the bootstrap policy, which this server starts without.
  expect(await whoami({ cert, key })).toBe(
    'selfsubjectreviews.authentication.k8s.io is forbidden: User "john" cannot create resource "selfsubjectreviews" in API group "authentication.k8s.io" at the cluster scope',
  );
  const rules = [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }];
  await api.create("/apis/rbac.authorization.k8s.io/v1/clusterroles", { metadata: { name: "all" }, rules });
  await api.create("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", {
    metadata: { name: "all" },
    roleRef: { kind: "ClusterRole", name: "all" },
    subjects: [{ kind: "Group", name: "ops team" }],
  });
  expect(await whoami({ cert, key })).toEqual({
    username: "john",
    groups: ["devs", "ops team", "system:authenticated"],
  });
  expect(await whoami({})).toBe(401);
  const server = await api.server.signCertificate(pem, { ...client, usages: ["server auth"] });
  expect(await whoami({ cert: server, key })).toBe(401);
  // Another authority of the same name.
  const other = await startHarness();
  expect(await whoami({ cert: await other.server.signCertificate(pem, client), key })).toBe(401);
  await api.clock.advance(3600_000);
  expect(await whoami({ cert, key })).toBe(401);
});

it("keeps who asked, and takes a decision from those who may decide", async () => {
  const { pem } = await requestFor("CN=ann");
  const spec = {
    request: Buffer.from(pem).toString("base64"),
    signerName: "kubernetes.io/kube-apiserver-client",
    usages: ["client auth"],
    username: "somebody-else",
  };
  const made = await api.create(CSRS, { metadata: { name: "ann" }, spec });
  expect(made.spec).toEqual({ ...spec, username: "tester", groups: ["system:masters"] });
  expect(made.status).toEqual({});
  const body = { status: { conditions: [{ type: "Approved", status: "True", reason: "Because" }] } };
  const approve = { method: "PATCH", path: `${CSRS}/ann/approval`, contentType: MERGE, body } as const;
  const rules = [
    {
      apiGroups: ["certificates.k8s.io"],
      resources: ["certificatesigningrequests/approval"],
      verbs: ["patch"],
    },
  ];
  await api.create("/apis/rbac.authorization.k8s.io/v1/clusterroles", { metadata: { name: "r" }, rules });
  await api.create("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", {
    metadata: { name: "r" },
    roleRef: { kind: "ClusterRole", name: "r" },
    subjects: [{ kind: "User", name: "bob" }],
  });
  const bob = api.server.transportFor({ name: "bob", groups: ["system:authenticated"] });
  const refused: unknown = await bob.request(approve).catch((error: unknown) => error);
  expect(refused instanceof StatusError && refused.status.message).toBe(
    'certificatesigningrequests.certificates.k8s.io "ann" is forbidden: user not permitted to approve requests with signerName "kubernetes.io/kube-apiserver-client"',
  );
  await api.request(approve);
  expect(valueAt((await api.get(`${CSRS}/ann`)).status, "conditions")).toEqual([
    { type: "Approved", status: "True", reason: "Because" },
  ]);
});

it("refuses requests that nobody could sign", async () => {
  const { pem } = await requestFor("CN=ann,O=system:masters");
  const spec = {
    request: Buffer.from(pem).toString("base64"),
    signerName: "kubernetes.io/kube-apiserver-client",
    usages: ["client auth"],
  };
  const refusal = async (change: object) => {
    const body = { metadata: { name: "x" }, spec: { ...spec, ...change } };
    return (await api.refusal({ method: "POST", path: CSRS, body })).status.message;
  };
  const head = 'CertificateSigningRequest.certificates.k8s.io "x" is invalid: ';
  expect([
    await refusal({}),
    await refusal({ usages: [] }),
    await refusal({ expirationSeconds: 60, signerName: "me" }),
    await refusal({ request: Buffer.from("no").toString("base64") }),
  ]).toEqual([
    'certificatesigningrequests.certificates.k8s.io "x" is forbidden: use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
    `${head}spec.usages: Required value: usages must be provided`,
    `${head}[spec.signerName: Invalid value: "me": must be a fully qualified domain and path of the form 'example.com/signer-name', spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 600 seconds (10 minutes)]`,
    `${head}spec.request: Invalid value: []byte{0x6e, 0x6f}: PEM block type must be CERTIFICATE REQUEST`,
  ]);
});
