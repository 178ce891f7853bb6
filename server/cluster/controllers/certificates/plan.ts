import type { CertificateSigningRequest } from "../../apis/index.ts";

const CLIENT = ["client auth", "digital signature", "key encipherment"];
const SERVING = ["digital signature", "key encipherment", "server auth"];

/** Which usages each of Kubernetes' own signers allows, and which it wants. Follows pkg/apis/certificates/helpers.go. */
const SIGNERS: Readonly<
  Record<string, { allowed: readonly string[] | undefined; wanted: readonly string[] }>
> = {
  "kubernetes.io/kube-apiserver-client": { allowed: CLIENT, wanted: ["client auth"] },
  "kubernetes.io/kube-apiserver-client-kubelet": { allowed: CLIENT, wanted: ["client auth"] },
  "kubernetes.io/kubelet-serving": { allowed: SERVING, wanted: ["server auth"] },
  "kubernetes.io/legacy-unknown": { allowed: undefined, wanted: [] },
};

/** Why a signer of ours would not sign, "not ours" when the signer is somebody else's, "" when it would. */
export function signingRefusal({ spec }: CertificateSigningRequest): string {
  const signer = SIGNERS[spec.signerName ?? ""];
  if (!signer) return "not ours";
  const usages = [...(spec.usages ?? [])].sort();
  const { allowed = usages, wanted } = signer;
  const fits =
    wanted.every((usage) => usages.includes(usage)) && usages.every((usage) => allowed.includes(usage));
  return fits ? "" : `invalid usages for client certificate: [${usages.join(" ")}]`;
}
