import { expect, it } from "vitest";
import { signingRefusal } from "./plan.ts";

const request = (signer: string, usages: readonly string[]) => ({
  ...{ apiVersion: "certificates.k8s.io/v1", kind: "CertificateSigningRequest", metadata: { name: "r" } },
  spec: { signerName: signer, usages },
});

it("signs for Kubernetes' own signers, with the usages that each of them allows", () => {
  const client = "kubernetes.io/kube-apiserver-client";
  expect([
    signingRefusal(request(client, ["client auth", "key encipherment"])),
    signingRefusal(request(client, ["server auth", "client auth"])),
    signingRefusal(request(client, ["digital signature"])),
    signingRefusal(request("kubernetes.io/kubelet-serving", ["server auth"])),
    signingRefusal(request("kubernetes.io/legacy-unknown", ["code signing"])),
    signingRefusal(request("example.com/mine", ["client auth"])),
  ]).toEqual([
    "",
    "invalid usages for client certificate: [client auth server auth]",
    "invalid usages for client certificate: [digital signature]",
    "",
    "",
    "not ours",
  ]);
});
