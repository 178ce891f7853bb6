import { randomBytes } from "node:crypto";

/** The only door to chance. */
export interface Random {
  bytes(count: number): Uint8Array;
  /** A version 4 UUID. */
  uuid(): string;
  /** An integer in [0, below). */
  int(below: number): number;
  /** A number in [0, 1). */
  fraction(): number;
  /** A name suffix from the alphabet that Kubernetes uses (apimachinery util/rand): no vowels, no confusable digits. */
  suffix(length: number): string;
}

const SUFFIX_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

function fromBytes(bytes: (count: number) => Uint8Array): Random {
  const uint32 = () => new DataView(bytes(4).buffer).getUint32(0);
  const random: Random = {
    bytes,
    uuid() {
      const b = bytes(16);
      b[6] = ((b[6] ?? 0) & 0x0f) | 0x40;
      b[8] = ((b[8] ?? 0) & 0x3f) | 0x80;
      const hex = Buffer.from(b).toString("hex");
      return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
        "-",
      );
    },
    int: (below) => Math.floor(random.fraction() * below),
    fraction: () => uint32() / 0x1_0000_0000,
    suffix: (length) =>
      Array.from({ length }, () => SUFFIX_ALPHABET[random.int(SUFFIX_ALPHABET.length)]).join(""),
  };
  return random;
}

const POOL_BYTES = 4096;

/** Asks the system for many bytes at once: proxies want a few for every request. No byte is given twice. */
function pooledBytes(): (count: number) => Uint8Array {
  let pool = Buffer.alloc(0);
  let at = 0;
  return (count) => {
    if (count > POOL_BYTES) return new Uint8Array(randomBytes(count));
    if (at + count > pool.length) {
      pool = randomBytes(POOL_BYTES);
      at = 0;
    }
    // A fresh copy, so that the buffer behind it is the bytes and nothing else.
    const taken = new Uint8Array(pool.subarray(at, at + count));
    pool.fill(0, at, at + count);
    at += count;
    return taken;
  };
}

export const systemRandom: Random = fromBytes(pooledBytes());

/** Repeatable chance for tests (mulberry32). Never for keys. */
export function seededRandom(seed = 1): Random {
  let state = seed >>> 0;
  const byte = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) & 0xff;
  };
  return fromBytes((count) => Uint8Array.from({ length: count }, byte));
}
