import { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import type { StringMatcher } from "../../xds/index.ts";
import { matchString } from "../matchers.ts";

/** What a peer's certificate says about it. */
export interface PeerIdentity {
  /** The first URI name, `spiffe://…`. */
  readonly uri: string;
  readonly subject: string;
  readonly dns: readonly string[];
  /** SHA-256 of the certificate, lower-case hex. */
  readonly hash: string;
  /** DER, for what wants to show it. */
  readonly certificate: X509Certificate;
}

export type Verdict = { readonly peer: PeerIdentity | undefined } | { readonly failure: string };

export interface VerifyRules {
  /** PEM; undefined: the chain is not verified. */
  readonly trustedCa: string | undefined;
  readonly subjectAltNames: readonly StringMatcher[];
  readonly required: boolean;
  readonly now: number;
}

const VERIFY_FAILED = "CERTIFICATE_VERIFY_FAILED";

/** Judges the peer of a finished handshake: chain to the trusted roots, dates by our own clock, names. */
export function verifyPeer(socket: TLSSocket, rules: VerifyRules): Verdict {
  const chain = peerChain(socket);
  const leaf = chain[0];
  if (!leaf) return rules.required ? { failure: "PEER_DID_NOT_RETURN_A_CERTIFICATE" } : { peer: undefined };
  const peer = identity(leaf);
  if (rules.trustedCa !== undefined && !chainsTo(chain, roots(rules.trustedCa), rules.now))
    return { failure: VERIFY_FAILED };
  const names = [peer.uri, ...peer.dns].filter(Boolean);
  const wanted = rules.subjectAltNames;
  if (wanted.length > 0 && !wanted.some((matcher) => names.some((name) => matchString(matcher, name))))
    return { failure: VERIFY_FAILED };
  return { peer };
}

function peerChain(socket: TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = [];
  const seen = new Set<string>();
  let certificate = socket.getPeerX509Certificate();
  while (certificate && !seen.has(certificate.fingerprint256)) {
    seen.add(certificate.fingerprint256);
    chain.push(certificate);
    certificate = certificate.issuerCertificate;
  }
  return chain;
}

/** Follows issuers from the leaf until a trusted root has signed. */
function chainsTo(
  chain: readonly X509Certificate[],
  trusted: readonly X509Certificate[],
  now: number,
): boolean {
  for (const [depth, certificate] of chain.entries()) {
    if (!validAt(certificate, now)) return false;
    const signer = trusted.find((root) => signedBy(certificate, root));
    if (signer) return validAt(signer, now);
    const issuer = chain[depth + 1];
    if (!issuer?.ca || !signedBy(certificate, issuer)) return false;
  }
  return false;
}

function signedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function validAt(certificate: X509Certificate, now: number): boolean {
  return Date.parse(certificate.validFrom) <= now && now < Date.parse(certificate.validTo);
}

const parsedRoots = new Map<string, readonly X509Certificate[]>();
const MAX_PARSED_ROOTS = 64;

export function roots(pem: string): readonly X509Certificate[] {
  const known = parsedRoots.get(pem);
  if (known) return known;
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  const made = blocks.map((block) => new X509Certificate(block));
  if (parsedRoots.size >= MAX_PARSED_ROOTS) parsedRoots.clear();
  parsedRoots.set(pem, made);
  return made;
}

export function identity(certificate: X509Certificate): PeerIdentity {
  const names = (certificate.subjectAltName ?? "").split(", ");
  const of = (kind: string) =>
    names.filter((name) => name.startsWith(kind)).map((name) => name.slice(kind.length));
  return {
    uri: of("URI:")[0] ?? "",
    subject: certificate.subject ? certificate.subject.split("\n").reverse().join(",") : "",
    dns: of("DNS:"),
    hash: certificate.fingerprint256.replaceAll(":", "").toLowerCase(),
    certificate,
  };
}
