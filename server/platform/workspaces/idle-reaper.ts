import { BUSY_CPU_SHARE, MISSED_LOOK_MS, REAP_AFTER_MS, WARN_AFTER_MS } from "./limits.ts";

export interface IdleReaperDeps {
  readonly running: () => readonly string[];
  /** A browser of its learner is connected. */
  readonly present: (workspace: string) => Promise<boolean>;
  /** Processor time of everything in it so far, by workspace; one is missing where it cannot be told. */
  readonly cpuMs: (workspaces: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  readonly stop: (workspace: string) => Promise<void>;
  /** It will be stopped after so many milliseconds unless somebody comes. */
  readonly warn: (workspace: string, stopsIn: number) => void;
  /** Monotonic: a clock that is set must not stop anybody. */
  readonly now: () => number;
}

interface Use {
  at: number;
  cpuMs: number | undefined;
  lookedAt: number;
  warned: boolean;
}

/**
 * Stops workspaces that nobody looks at and in which nothing runs; files and cluster stay, and whoever comes back finds
 * them as they were. What was running before we were started counts as used at the first look.
 */
export class IdleReaper {
  private readonly uses = new Map<string, Use>();

  constructor(private readonly deps: IdleReaperDeps) {}

  /** To be called about once a minute. */
  async look(): Promise<void> {
    const { deps, uses } = this;
    const running = deps.running();
    for (const known of uses.keys()) if (!running.includes(known)) uses.delete(known);
    const cpu = await deps.cpuMs(running);
    const now = deps.now();
    for (const workspace of running) {
      const use = uses.get(workspace) ?? { at: now, cpuMs: undefined, lookedAt: now, warned: false };
      uses.set(workspace, use);
      // A machine that slept, or a web that was held up, has seen nobody: such a time is nobody's idleness.
      use.at += Math.max(0, now - use.lookedAt - MISSED_LOOK_MS);
      const cpuMs = cpu.get(workspace);
      if ((await deps.present(workspace)) || isBusy(use, cpuMs, now)) {
        use.at = now;
        use.warned = false;
      }
      use.cpuMs = cpuMs;
      use.lookedAt = now;
      const idle = now - use.at;
      if (idle >= REAP_AFTER_MS) {
        uses.delete(workspace);
        await deps.stop(workspace);
      } else if (idle >= WARN_AFTER_MS && !use.warned) {
        use.warned = true;
        deps.warn(workspace, use.at + REAP_AFTER_MS - now);
      }
    }
  }

  /** When those that nobody uses will be stopped, in milliseconds from now, the soonest first. */
  freeIn(): number[] {
    const now = this.deps.now();
    return [...this.uses.values()]
      .filter(({ at, lookedAt }) => lookedAt > at)
      .map(({ at }) => Math.max(0, at + REAP_AFTER_MS - now))
      .sort((one, other) => one - other);
  }
}

function isBusy(use: Use, cpuMs: number | undefined, now: number): boolean {
  if (cpuMs === undefined || use.cpuMs === undefined || now <= use.lookedAt) return false;
  return (cpuMs - use.cpuMs) / (now - use.lookedAt) > BUSY_CPU_SHARE;
}
