import { HASHES_AT_ONCE, HASHES_WAITING } from "./limits.ts";

/** Lets a few through at a time, the rest wait in order; beyond that they are refused. */
export class Turnstile {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly atOnce: number,
    private readonly waitingLimit: number,
  ) {}

  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= this.atOnce) {
      if (this.waiting.length >= this.waitingLimit) throw new Error("too many password hashes at once");
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    this.running++;
    try {
      return await work();
    } finally {
      this.running--;
      this.waiting.shift()?.();
    }
  }
}

/** scrypt, as the library does it, but never so much at once that learners' terminals would feel it. */
export function hashing({ hashPassword, verifyPassword }: typeof import("better-auth/crypto")) {
  const turnstile = new Turnstile(HASHES_AT_ONCE, HASHES_WAITING);
  return {
    hash: (password: string) => turnstile.pass(() => hashPassword(password)),
    verify: (data: { hash: string; password: string }) => turnstile.pass(() => verifyPassword(data)),
  };
}
