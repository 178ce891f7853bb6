import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import type { DataSource, Secret } from "../../xds/index.ts";
import { roots } from "./verify.ts";

/** Why a secret cannot be used, in Envoy's words (extensions/transport_sockets/tls/context_impl.cc); undefined: it can. */
export function secretProblem(secret: Secret): string | undefined {
  const { tlsCertificate, validationContext } = secret;
  if (tlsCertificate) {
    const leaf = leafOf(textOf(tlsCertificate.certificateChain));
    if (!leaf) return "Failed to load certificate chain from <inline>";
    const key = keyOf(textOf(tlsCertificate.privateKey));
    if (!key) return "Failed to load private key from <inline>, Cause: invalid PEM";
    if (!leaf.checkPrivateKey(key))
      return "Failed to load private key from <inline>, Cause: error:0b000074:X.509 certificate routines:OPENSSL_internal:KEY_VALUES_MISMATCH";
  }
  if (validationContext?.trustedCa && !holdsCertificates(textOf(validationContext.trustedCa)))
    return "Failed to load trusted CA certificates from <inline>";
  return undefined;
}

/** A file is read when it is used. */
function textOf(source: DataSource): string | undefined {
  if (source.inlineString !== undefined) return source.inlineString;
  return source.inlineBytes === undefined
    ? undefined
    : Buffer.from(source.inlineBytes, "base64").toString("utf8");
}

function leafOf(pem: string | undefined): X509Certificate | undefined {
  try {
    return pem === undefined ? undefined : new X509Certificate(pem);
  } catch {
    return undefined; // no certificate: the caller says so
  }
}

function keyOf(pem: string | undefined): KeyObject | undefined {
  try {
    return pem === undefined ? undefined : createPrivateKey(pem);
  } catch {
    return undefined; // no key: the caller says so
  }
}

function holdsCertificates(pem: string | undefined): boolean {
  try {
    return pem === undefined || roots(pem).length > 0;
  } catch {
    return false;
  }
}
