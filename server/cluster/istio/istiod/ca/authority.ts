import "reflect-metadata";
import { createPrivateKey, generateKeyPair, type KeyObject, webcrypto } from "node:crypto";
import { promisify } from "node:util";
import * as x509 from "@peculiar/x509";
import type { Clock, Random } from "../../../base/index.ts";

const RSA = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" } as const;
const KEY_BITS = 2048;
const DAY_MS = 24 * 3600_000;
const ROOT_LIFE_MS = 3650 * DAY_MS;
/** Certificates begin a little in the past, so that a clock that is slow by less still takes them. */
const CLOCK_SKEW_MS = 2 * 60_000;
const MAX_LEAF_LIFE_MS = 90 * DAY_MS;

const newKeys = promisify(generateKeyPair);

/** What the authority is made of, as PEM: what the secret keeps. */
export interface AuthorityPem {
  readonly certificate: string;
  readonly key: string;
  /** Between certificate and root, when the authority was plugged in. Empty otherwise. */
  readonly chain: string;
  readonly root: string;
}

export interface ServingPair {
  readonly certificate: string;
  readonly key: string;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
}

interface Issuer {
  readonly certificate: x509.X509Certificate;
  readonly signingKey: webcrypto.CryptoKey;
}

/** Signs workload certificates with the mesh's key. Facts of every certificate: security/pkg/pki of upstream. */
export class CertificateAuthority {
  private constructor(
    private readonly deps: Deps,
    readonly pem: AuthorityPem,
    private readonly issuer: Issuer,
  ) {}

  /** A new self-signed root: O = trust domain, RSA 2048, ten years. */
  static async create(deps: Deps, trustDomain: string): Promise<CertificateAuthority> {
    const keys = await newKeys("rsa", { modulusLength: KEY_BITS });
    const signingKey = await signer(keys.privateKey);
    const publicKey = await webcrypto.subtle.importKey(
      "spki",
      keys.publicKey.export({ type: "spki", format: "der" }),
      RSA,
      true,
      ["verify"],
    );
    const now = deps.clock.now();
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serial(deps.random),
      subject: `O=${trustDomain}`,
      issuer: `O=${trustDomain}`,
      notBefore: wholeSecond(now),
      notAfter: wholeSecond(now + ROOT_LIFE_MS),
      publicKey,
      signingKey,
      signingAlgorithm: RSA,
      extensions: [
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
        new x509.BasicConstraintsExtension(true, undefined, true),
        await x509.SubjectKeyIdentifierExtension.create(publicKey),
      ],
    });
    const root = pemOf(certificate);
    const key = keys.privateKey.export({ type: "pkcs1", format: "pem" }).toString();
    return new CertificateAuthority(
      deps,
      { certificate: root, key, chain: "", root },
      { certificate, signingKey },
    );
  }

  /** The authority of a secret. Rejects when the texts are no certificate and key. */
  static async load(deps: Deps, pem: AuthorityPem): Promise<CertificateAuthority> {
    const signingKey = await signer(createPrivateKey(pem.key));
    return new CertificateAuthority(deps, pem, {
      certificate: new x509.X509Certificate(pem.certificate),
      signingKey,
    });
  }

  /** Certificate for the key of a signing request; the name in it is ours to say, not the request's. Leaf first, root last. */
  async signWorkload(request: {
    readonly csr: string;
    readonly spiffeId: string;
    readonly validitySeconds: number;
  }): Promise<readonly string[]> {
    const csr = new x509.Pkcs10CertificateRequest(request.csr);
    if (!(await csr.verify())) throw new Error("the signature of the certificate request is wrong");
    const publicKey = await csr.publicKey.export();
    const leaf = await this.sign({
      publicKey,
      subject: "",
      lifeMs: Math.min(request.validitySeconds * 1000, MAX_LEAF_LIFE_MS),
      names: new x509.SubjectAlternativeNameExtension([{ type: "url", value: request.spiffeId }], true),
    });
    return [leaf, ...(this.pem.chain ? [this.pem.chain] : []), this.pem.root];
  }

  /** istiod's own serving certificate, a new key each start: elliptic, as nobody waits for one longer than need be. */
  async serve(dnsNames: readonly string[]): Promise<ServingPair> {
    const keys = await newKeys("ec", { namedCurve: "P-256" });
    const publicKey = await webcrypto.subtle.importKey(
      "spki",
      keys.publicKey.export({ type: "spki", format: "der" }),
      { name: "ECDSA", namedCurve: "P-256" },
      true,
      ["verify"],
    );
    const certificate = await this.sign({
      publicKey,
      subject: "",
      lifeMs: 365 * DAY_MS,
      names: new x509.SubjectAlternativeNameExtension(
        dnsNames.map((value) => ({ type: "dns" as const, value })),
        true,
      ),
    });
    const key = keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    return { certificate: `${certificate}${this.pem.chain}`, key };
  }

  private async sign(of: {
    readonly publicKey: webcrypto.CryptoKey;
    readonly subject: string;
    readonly lifeMs: number;
    readonly names: x509.SubjectAlternativeNameExtension;
  }): Promise<string> {
    const { clock, random } = this.deps;
    const now = clock.now();
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serial(random),
      subject: of.subject,
      issuer: this.issuer.certificate.subject,
      notBefore: wholeSecond(now - CLOCK_SKEW_MS),
      notAfter: wholeSecond(now + of.lifeMs),
      publicKey: of.publicKey,
      signingKey: this.issuer.signingKey,
      signingAlgorithm: RSA,
      extensions: [
        new x509.KeyUsagesExtension(
          x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment,
          true,
        ),
        new x509.ExtendedKeyUsageExtension([
          x509.ExtendedKeyUsage.serverAuth,
          x509.ExtendedKeyUsage.clientAuth,
        ]),
        new x509.BasicConstraintsExtension(false, undefined, true),
        await x509.AuthorityKeyIdentifierExtension.create(this.issuer.certificate.publicKey),
        of.names,
      ],
    });
    return pemOf(certificate);
  }
}

function signer(key: KeyObject): Promise<webcrypto.CryptoKey> {
  const der = key.export({ type: "pkcs8", format: "der" });
  return webcrypto.subtle.importKey("pkcs8", der, RSA, false, ["sign"]);
}

/** 128 random bits; the top one is clear, as a serial number is positive. */
function serial(random: Random): string {
  const bytes = Buffer.from(random.bytes(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x01;
  return bytes.toString("hex");
}

/** X.509 counts whole seconds. */
function wholeSecond(ms: number): Date {
  return new Date(Math.floor(ms / 1000) * 1000);
}

function pemOf(certificate: x509.X509Certificate): string {
  return `${certificate.toString("pem").trimEnd()}\n`;
}
