import type { Clock, Random } from "../../base/index.ts";
import type { LbPolicy, SlowStart } from "../../xds/index.ts";
import { milliseconds } from "../duration.ts";
import type { Endpoint } from "./endpoint.ts";

export interface PickOptions {
  /** For RING_HASH and MAGLEV; without a hash they choose at random. */
  readonly hash?: string | undefined;
  /** Endpoints a retry would rather not see again (previous_hosts). */
  readonly avoid?: ReadonlySet<Endpoint> | undefined;
}

/** What the warm-up of new hosts needs to know. */
export interface Warming {
  readonly config: SlowStart;
  readonly clock: Pick<Clock, "now">;
}

/** Chooses among candidates, which are all usable. Keeps the turn of ROUND_ROBIN. */
export class LoadBalancer {
  private turn: number | undefined;

  constructor(
    private readonly policy: LbPolicy,
    private readonly random: Random,
    private readonly warming?: Warming | undefined,
  ) {}

  pick(candidates: readonly Endpoint[], options: PickOptions): Endpoint | undefined {
    const fresh = options.avoid ? candidates.filter((one) => !options.avoid?.has(one)) : candidates;
    const among = fresh.length > 0 ? fresh : candidates;
    if (among.length <= 1) return among[0];
    switch (this.policy) {
      case "RING_HASH":
      case "MAGLEV":
        return options.hash === undefined ? this.weighted(among) : highestRandomWeight(among, options.hash);
      case "LEAST_REQUEST":
        return this.leastRequest(among);
      case "RANDOM":
      case "CLUSTER_PROVIDED":
        return this.weighted(among);
      case "ROUND_ROBIN":
        return this.isWarming(among) ? this.weighted(among) : this.next(among);
    }
  }

  private next(among: readonly Endpoint[]): Endpoint | undefined {
    const slots = among.flatMap((one) => Array<Endpoint>(Math.max(1, one.weight)).fill(one));
    const list = slots.length > MAX_SLOTS ? among : slots;
    // Envoy starts at a random place, so that many proxies do not all begin with the same host.
    this.turn = this.turn === undefined ? this.random.int(list.length) : this.turn + 1;
    return list[this.turn % list.length];
  }

  /** Power of two choices (Envoy's default choice_count 2). */
  private leastRequest(among: readonly Endpoint[]): Endpoint | undefined {
    const first = this.weighted(among);
    const second = this.weighted(among);
    if (!first || !second) return first;
    return second.active < first.active ? second : first;
  }

  private weighted(among: readonly Endpoint[]): Endpoint | undefined {
    const weights = among.map((one) => one.weight * this.warmth(one));
    let at = this.random.fraction() * weights.reduce((sum, one) => sum + one, 0);
    for (const [index, one] of among.entries()) {
      at -= weights[index] ?? 0;
      if (at < 0) return one;
    }
    return among.at(-1);
  }

  private isWarming(among: readonly Endpoint[]): boolean {
    return this.warming !== undefined && among.some((one) => this.warmth(one) < 1);
  }

  /** Share of its weight that a host gets: all once the window is over (Envoy load_balancer_impl.cc applySlowStartFactor). */
  private warmth(endpoint: Endpoint): number {
    if (!this.warming) return 1;
    const { config, clock } = this.warming;
    const window = milliseconds(config.slowStartWindow) ?? 0;
    const age = clock.now() - endpoint.since;
    if (age >= window) return 1;
    const least = (config.minWeightPercent?.value ?? 10) / 100;
    const grown = (Math.max(age, 1_000) / window) ** (1 / (config.aggression?.defaultValue ?? 1));
    return Math.min(1, Math.max(grown, least));
  }
}

const MAX_SLOTS = 1024;

/** Same key, same host, and a change of hosts moves only the keys of the changed one: what a ring promises. */
function highestRandomWeight(among: readonly Endpoint[], hash: string): Endpoint | undefined {
  let best: Endpoint | undefined;
  let bestScore = -1;
  for (const one of among) {
    const score = fnv(`${one.key}|${hash}`) ** (1 / one.weight);
    if (score > bestScore) {
      best = one;
      bestScore = score;
    }
  }
  return best;
}

function fnv(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return ((hash ^ (hash >>> 12)) >>> 0) / 0x1_0000_0000;
}
