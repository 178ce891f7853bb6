import { createHmac, randomBytes } from "node:crypto";
import type { RateLimiterMemory } from "rate-limiter-flexible";
import { ADDRESS_GROUPS } from "./limits.ts";

// Which keys share a counter is chosen anew at each start: nobody can aim at somebody else's, nor fill the memory.
const salt = randomBytes(16);
const groupOf = (key: string) =>
  `${createHmac("sha256", salt).update(key).digest().readUInt32BE(0) % ADDRESS_GROUPS}`;

/** Attempts under one key within a window. Kept in memory: a restart forgets them, and 65 or 256 bits do not mind. */
export class Counter {
  private readonly limiter: Promise<RateLimiterMemory>;

  constructor({ attempts, seconds }: { attempts: number; seconds: number }) {
    // Loaded by a class server only.
    this.limiter = import("rate-limiter-flexible").then(
      ({ RateLimiterMemory }) => new RateLimiterMemory({ points: attempts, duration: seconds }),
    );
  }

  /** Counts before the work is done, so that many at once get no further than one after the other. */
  async attempt(key: string): Promise<boolean> {
    const limiter = await this.limiter;
    const { consumedPoints } = await limiter.penalty(groupOf(key));
    return consumedPoints <= limiter.points;
  }

  /** What was counted was no failure. */
  async takeBack(key: string): Promise<void> {
    await (await this.limiter).reward(groupOf(key));
  }

  async forget(key: string): Promise<void> {
    await (await this.limiter).delete(groupOf(key));
  }
}

export interface ThrottleLimits {
  readonly perAddress: number;
  readonly altogether: number;
  readonly seconds: number;
}

const EVERYBODY = "everybody";

/** What fails too often, from one address or from all together, is refused for a while: right or wrong. */
export class Throttle {
  private readonly address: Counter;
  private readonly all: Counter;

  constructor({ perAddress, altogether, seconds }: ThrottleLimits) {
    this.address = new Counter({ attempts: perAddress, seconds });
    this.all = new Counter({ attempts: altogether, seconds });
  }

  async attempt(address: string): Promise<boolean> {
    // An address that is locked out must not use up what the others have.
    return (await this.address.attempt(address)) && (await this.all.attempt(EVERYBODY));
  }

  async succeeded(address: string): Promise<void> {
    await Promise.all([this.address.takeBack(address), this.all.takeBack(EVERYBODY)]);
  }
}
