import { createSecureContext, type SecureContext, type SecureVersion } from "node:tls";
import type { CommonTlsContext, DataSource, SdsSecretConfig, Secret } from "../../xds/index.ts";
import { identity, roots } from "./verify.ts";

/** Reads a file of the container; for DataSource.filename and `file-root:` names. */
export type ReadFile = (path: string) => Uint8Array | undefined;

/** The certificates a proxy holds, by SDS name, and the OpenSSL contexts made of them. */
export class SecretStore {
  private readonly secrets = new Map<string, { secret: Secret; version: string; updated: number }>();
  private contexts = new WeakMap<CommonTlsContext, SecureContext>();
  /** By what they are made of: clusters differ in names to expect, hardly in certificates. */
  private shared = new Map<string, SecureContext>();

  constructor(private readonly readFile: ReadFile) {}

  set(secret: Secret, at: { version: string; updated: number }): void {
    this.secrets.set(secret.name, { secret, ...at });
    this.forget();
  }

  delete(name: string): void {
    if (this.secrets.delete(name)) this.forget();
  }

  get(name: string): Secret | undefined {
    return this.secrets.get(name)?.secret;
  }

  all(): readonly { secret: Secret; version: string; updated: number }[] {
    return [...this.secrets.values()];
  }

  /** Undefined while a named secret has not come: Envoy then has no transport socket and closes the connection. */
  context(common: CommonTlsContext): SecureContext | undefined {
    const known = this.contexts.get(common);
    if (known) return known;
    const made = this.make(common);
    if (made) this.contexts.set(common, made);
    return made;
  }

  /** PEM of the trusted roots; undefined when the peer is not to be verified; "missing" while SDS has not answered. */
  trustedCa(common: CommonTlsContext): string | undefined | "missing" {
    const config =
      common.combinedValidationContext?.validationContextSdsSecretConfig ??
      common.validationContextSdsSecretConfig;
    if (config) return this.caOf(config) ?? "missing";
    const inline = common.validationContext?.trustedCa;
    return inline ? (this.text(inline) ?? "missing") : undefined;
  }

  /** The SPIFFE id of the certificate a context presents. */
  ownUri(common: CommonTlsContext): string {
    const name = common.tlsCertificateSdsSecretConfigs?.[0]?.name ?? "";
    const pem = this.pairOf(name)?.cert;
    const leaf = pem === undefined ? undefined : roots(pem)[0];
    return leaf ? identity(leaf).uri : "";
  }

  /** New connections use the new certificates. */
  private forget(): void {
    this.contexts = new WeakMap();
    this.shared.clear();
  }

  private caOf(config: SdsSecretConfig): string | undefined {
    const secret = this.get(config.name)?.validationContext?.trustedCa;
    if (secret) return this.text(secret);
    const path = /^file-root:(.+)$/.exec(config.name)?.[1];
    return path ? this.text({ filename: path }) : undefined;
  }

  private make(common: CommonTlsContext): SecureContext | undefined {
    const ca = this.trustedCa(common);
    if (ca === "missing") return undefined;
    const wanted = common.tlsCertificateSdsSecretConfigs?.[0];
    const pair = wanted ? this.pairOf(wanted.name) : undefined;
    if (wanted && !pair) return undefined;
    const min = VERSION[common.tlsParams?.tlsMinimumProtocolVersion ?? "TLSv1_2"];
    const max = VERSION[common.tlsParams?.tlsMaximumProtocolVersion ?? "TLSv1_3"];
    const key = [pair?.cert, pair?.key, ca, min, max].join("\n");
    const known = this.shared.get(key);
    if (known) return known;
    const made = createSecureContext({
      ...(pair ? { cert: pair.cert, key: pair.key } : {}),
      // An empty list, not none: Node would parse all the roots it brings along, and we verify peers ourselves.
      ca: ca ?? [],
      minVersion: min,
      maxVersion: max,
    });
    if (this.shared.size >= MAX_CONTEXTS) this.shared.clear();
    this.shared.set(key, made);
    return made;
  }

  private pairOf(name: string): { cert: string; key: string } | undefined {
    const secret = this.get(name)?.tlsCertificate;
    if (secret) return this.pair(secret.certificateChain, secret.privateKey);
    const [, cert, key] = /^file-cert:(.+)~(.+)$/.exec(name) ?? [];
    return cert && key ? this.pair({ filename: cert }, { filename: key }) : undefined;
  }

  private pair(chain: DataSource, privateKey: DataSource): { cert: string; key: string } | undefined {
    const cert = this.text(chain);
    const key = this.text(privateKey);
    return cert && key ? { cert, key } : undefined;
  }

  private text(source: DataSource): string | undefined {
    if (source.inlineString !== undefined) return source.inlineString;
    if (source.inlineBytes !== undefined) return Buffer.from(source.inlineBytes, "base64").toString("utf8");
    const bytes = source.filename === undefined ? undefined : this.readFile(source.filename);
    return bytes && Buffer.from(bytes).toString("utf8");
  }
}

const MAX_CONTEXTS = 64;

const VERSION: Readonly<Record<"TLSv1_0" | "TLSv1_1" | "TLSv1_2" | "TLSv1_3", SecureVersion>> = {
  TLSv1_0: "TLSv1",
  TLSv1_1: "TLSv1.1",
  TLSv1_2: "TLSv1.2",
  TLSv1_3: "TLSv1.3",
};
