import type { Clock } from "../../base/index.ts";
import { MAX_REDIS_BYTES } from "../limits.ts";

export type RedisValue = string | string[] | Map<string, string>;

interface Entry {
  value: RedisValue;
  /** Monotonic milliseconds; absent: never. */
  expiresAt?: number;
}

export class OutOfMemory extends Error {}

/** The keys of one redis, bounded. What has expired is gone when it is next looked for. */
export class RedisStore {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly clock: Clock) {}

  get(key: string): RedisValue | undefined {
    return this.find(key)?.value;
  }

  set(key: string, value: RedisValue, expiresInMs?: number): void {
    const expiry = expiresInMs === undefined ? {} : { expiresAt: this.clock.monotonic() + expiresInMs };
    this.entries.set(key, { value, ...expiry });
    if (this.bytes() > MAX_REDIS_BYTES) {
      this.entries.delete(key);
      throw new OutOfMemory("OOM command not allowed when used memory > 'maxmemory'.");
    }
  }

  delete(key: string): boolean {
    return this.find(key) !== undefined && this.entries.delete(key);
  }

  /** Keeps the key's remaining life. */
  update(key: string, value: RedisValue): void {
    const expiresAt = this.find(key)?.expiresAt;
    this.set(key, value, expiresAt === undefined ? undefined : expiresAt - this.clock.monotonic());
  }

  expire(key: string, ms: number): boolean {
    const entry = this.find(key);
    if (entry) entry.expiresAt = this.clock.monotonic() + ms;
    return entry !== undefined;
  }

  /** Milliseconds left; -1: for ever, -2: no such key. */
  ttl(key: string): number {
    const entry = this.find(key);
    if (!entry) return -2;
    return entry.expiresAt === undefined ? -1 : Math.max(0, entry.expiresAt - this.clock.monotonic());
  }

  keys(pattern: string): string[] {
    const words = pattern
      .replace(/[.+^${}()|\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".");
    const glob = new RegExp(`^${words}$`, "s");
    return [...this.entries.keys()].filter((key) => this.find(key) && glob.test(key));
  }

  clear(): void {
    this.entries.clear();
  }

  bytes(): number {
    let sum = 0;
    for (const [key, { value }] of this.entries)
      sum += key.length + (typeof value === "string" ? value.length : [...value].join("").length);
    return sum;
  }

  private find(key: string): Entry | undefined {
    const entry = this.entries.get(key);
    if (entry?.expiresAt !== undefined && entry.expiresAt <= this.clock.monotonic()) {
      this.entries.delete(key);
      return undefined;
    }
    return entry;
  }
}
