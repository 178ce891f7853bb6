import { isAlreadyExists, isNotFound } from "../../../apimachinery/index.ts";
import type { Clock, Logger, Random } from "../../../base/index.ts";
import type { ResourceClient } from "../../../client/index.ts";
import type { Secret } from "../model/kube.ts";
import { type AuthorityPem, CertificateAuthority } from "./authority.ts";

const SELF_SIGNED = "istio-ca-secret";
const PLUGGED_IN = "cacerts";

interface Deps {
  readonly secrets: ResourceClient<Secret>;
  readonly namespace: string;
  readonly trustDomain: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** The mesh's authority: the plugged-in one, else the one of an earlier start, else a new one, which is then kept. */
export async function openAuthority(deps: Deps): Promise<CertificateAuthority> {
  const pluggedIn = await find(deps, PLUGGED_IN);
  if (pluggedIn) return CertificateAuthority.load(deps, fromSecret(pluggedIn));
  const kept = await find(deps, SELF_SIGNED);
  if (kept) return CertificateAuthority.load(deps, fromSecret(kept));
  const made = await CertificateAuthority.create(deps, deps.trustDomain);
  try {
    await deps.secrets.create(toSecret(made.pem, deps.namespace));
    return made;
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    // Another istiod was quicker; both must sign with the same key.
    const theirs = await deps.secrets.get({ namespace: deps.namespace, name: SELF_SIGNED });
    return CertificateAuthority.load(deps, fromSecret(theirs));
  }
}

async function find({ secrets, namespace }: Deps, name: string): Promise<Secret | undefined> {
  try {
    return await secrets.get({ namespace, name });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function fromSecret({ data = {} }: Secret): AuthorityPem {
  const text = (key: string) => Buffer.from(data[key] ?? "", "base64").toString("utf8");
  const certificate = text("ca-cert.pem");
  const root = text("root-cert.pem") || certificate;
  const chain = text("cert-chain.pem");
  // A plugged-in chain file usually ends with the root, which is sent by itself.
  const between = root && chain.includes(root.trim()) ? chain.replace(root.trim(), "").trim() : chain.trim();
  return {
    certificate,
    key: text("ca-key.pem"),
    chain: certificate.trim() === root.trim() ? "" : `${between || certificate.trim()}\n`,
    root: `${root.trim()}\n`,
  };
}

function toSecret(pem: AuthorityPem, namespace: string): Secret {
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: SELF_SIGNED, namespace },
    type: "istio.io/ca-root",
    data: {
      "ca-cert.pem": base64(pem.certificate),
      "ca-key.pem": base64(pem.key),
      "cert-chain.pem": "",
      "key.pem": "",
      "root-cert.pem": base64(pem.root),
    },
  };
}
