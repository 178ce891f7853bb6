import type { Clock, Disposable, Logger } from "../../../base/index.ts";
import { JWKS_REFRESH_MS, JWKS_RETRY_MAX_MS, JWKS_RETRY_MIN_MS, MAX_JWKS_URIS } from "../limits.ts";
import type { JwtRule } from "../model/security.ts";

/**
 * Keys of nobody: until an issuer's keys are here, every token of it is refused. The modulus is our own and its private
 * half was thrown away.
 */
export const FAKE_JWKS =
  '{"keys":[{"kty":"RSA","e":"AQAB","n":"noSK9lna_7ZG2UuvYDk_Buv1Z2bQ7Xgx-WS31lLo7VsPf4UcVUFYTmk1sxu4DfDsCxKufHke8Q7w8LIsUzWo0ekvmmKiMcFbpTHETGsHheIi9f595lwyDf43sQMbep8OqxiuIFgQcl7D_iSFl627f3-K36m4IhDkkOYnPYboH0_4G3xGvZhOWmE2TzTTLoF1G90Fm3FpGn6zeVt8LYpb5fGyIqUvqHxe1rPD4j5InwdcMHXlIl1u1diPdGE-kY_26EzfECAZihXAVwW-NCQMRMhQJ6idD0JgSKufldCj3DHCpx8Ul0098RAh-0o6-q530uTjIKckmNe73ruLGTe_Fw"}]}';

export interface JwksDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  get(uri: string): Promise<string>;
  /** Keys have come or have changed: rules that name them must be pushed again. */
  onChange(): void;
}

interface Entry {
  keys?: string;
  timer?: Disposable;
  failures: number;
}

/** Fetches the keys that rules point to by jwksUri, or that an issuer's OpenID configuration names. Follows pilot jwks_resolver.go. */
export class JwksResolver implements Disposable {
  private readonly entries = new Map<string, Entry>();
  private disposed = false;

  constructor(private readonly deps: JwksDeps) {}

  /** What is known now; asking makes it known later. */
  keysOf(rule: JwtRule): string {
    const uri = rule.jwksUri ?? rule.jwks_uri;
    const key = uri ? `uri ${uri}` : `issuer ${rule.issuer}`;
    const known = this.entries.get(key);
    if (known) return known.keys ?? FAKE_JWKS;
    if (this.entries.size >= MAX_JWKS_URIS) this.forgetOldest();
    const entry: Entry = { failures: 0 };
    this.entries.set(key, entry);
    this.refresh(entry, rule);
    return FAKE_JWKS;
  }

  dispose(): void {
    this.disposed = true;
    for (const { timer } of this.entries.values()) timer?.dispose();
    this.entries.clear();
  }

  private refresh(entry: Entry, rule: JwtRule): void {
    this.fetch(rule).then(
      (keys) => this.fetched(entry, rule, keys),
      (error: unknown) => {
        const uri = rule.jwksUri ?? rule.jwks_uri ?? "";
        const text = error instanceof Error ? error.message : String(error);
        this.deps.logger.error(
          { scope: "model" },
          `Failed to fetch public key from issuer "${rule.issuer}", jwks uri "${uri}": ${text}`,
        );
        entry.failures += 1;
        this.later(entry, rule, Math.min(JWKS_RETRY_MIN_MS * 2 ** entry.failures, JWKS_RETRY_MAX_MS));
      },
    );
  }

  private fetched(entry: Entry, rule: JwtRule, keys: string): void {
    if (this.disposed) return;
    entry.failures = 0;
    const changed = entry.keys !== keys;
    entry.keys = keys;
    this.later(entry, rule, JWKS_REFRESH_MS);
    if (changed) this.deps.onChange();
  }

  private later(entry: Entry, rule: JwtRule, ms: number): void {
    if (this.disposed) return;
    entry.timer?.dispose();
    entry.timer = this.deps.clock.setTimeout(() => this.refresh(entry, rule), ms);
  }

  private async fetch(rule: JwtRule): Promise<string> {
    const uri = rule.jwksUri ?? rule.jwks_uri ?? (await this.discover(rule.issuer));
    const keys = await this.deps.get(uri);
    JSON.parse(keys);
    return keys;
  }

  private async discover(issuer: string): Promise<string> {
    const text = await this.deps.get(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
    const parsed: unknown = JSON.parse(text);
    const uri =
      typeof parsed === "object" && parsed !== null && "jwks_uri" in parsed ? parsed.jwks_uri : undefined;
    if (typeof uri !== "string") throw new Error("invalid jwks_uri in openid discovery configuration");
    return uri;
  }

  private forgetOldest(): void {
    for (const [key, { timer }] of this.entries) {
      timer?.dispose();
      this.entries.delete(key);
      return;
    }
  }
}
