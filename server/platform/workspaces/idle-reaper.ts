import {
  BUSY_CPU_SHARE,
  MISSED_LOOK_MS,
  REAP_AFTER_MS,
  REAP_OPEN_AFTER_MS,
  WARN_AFTER_MS,
  WARN_OPEN_AFTER_MS,
} from "./limits.ts";

export interface IdleReaperDeps {
  readonly running: () => readonly string[];
  /** A page that works with it is open. */
  readonly present: (workspace: string) => Promise<boolean>;
  /** Processor time of everything in it so far, by workspace; one is missing where it cannot be told. */
  readonly cpuMs: (workspaces: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  readonly stop: (workspace: string) => Promise<void>;
  /** It will be stopped after so many milliseconds unless somebody comes; undefined: somebody came. */
  readonly warn: (workspace: string, stopsIn: number | undefined) => void;
  /** Monotonic: a clock that is set must not stop anybody. */
  readonly now: () => number;
}

interface Use {
  /** Somebody did something in it, or something ran. */
  at: number;
  /** A page of it was open. */
  openAt: number;
  open: boolean;
  cpuMs: number | undefined;
  lookedAt: number;
  warned: boolean;
}

/**
 * Stops workspaces that nobody looks at and in which nothing runs, and, later, those whose page is open and untouched.
 * Files and cluster stay, and whoever comes back finds them as they were. What was running before we were started counts as used at the first look.
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
      const use = uses.get(workspace) ?? fresh(now);
      uses.set(workspace, use);
      // A machine that slept, or a web that was held up, has seen nobody: such a time is nobody's idleness.
      const missed = Math.max(0, now - use.lookedAt - MISSED_LOOK_MS);
      use.at += missed;
      use.openAt += missed;
      const cpuMs = cpu.get(workspace);
      if (isBusy(use, cpuMs, now)) this.used(workspace);
      use.open = await deps.present(workspace);
      if (use.open) use.openAt = now;
      use.cpuMs = cpuMs;
      use.lookedAt = now;
      const leftMs = endOf(use) - now;
      const warnFrom = use.open ? REAP_OPEN_AFTER_MS - WARN_OPEN_AFTER_MS : REAP_AFTER_MS - WARN_AFTER_MS;
      if (leftMs <= 0) {
        uses.delete(workspace);
        await deps.stop(workspace);
      } else if (leftMs > warnFrom) this.calm(workspace, use);
      else if (!use.warned) {
        use.warned = true;
        deps.warn(workspace, leftMs);
      }
    }
  }

  /** Somebody does something in it. */
  used(workspace: string): void {
    const use = this.uses.get(workspace);
    if (!use) return;
    use.at = this.deps.now();
    this.calm(workspace, use);
  }

  private calm(workspace: string, use: Use): void {
    if (!use.warned) return;
    use.warned = false;
    this.deps.warn(workspace, undefined);
  }

  /** When those that nobody uses will be stopped, in milliseconds from now, the soonest first. */
  freeIn(): number[] {
    const now = this.deps.now();
    return [...this.uses.values()]
      .filter(({ at, open, lookedAt }) => !open && lookedAt > at)
      .map((use) => Math.max(0, endOf(use) - now))
      .sort((one, other) => one - other);
  }
}

const fresh = (now: number): Use => ({
  ...{ at: now, openAt: now, open: false, cpuMs: undefined, lookedAt: now, warned: false },
});

const endOf = ({ at, open, openAt }: Use): number =>
  open ? at + REAP_OPEN_AFTER_MS : Math.max(at, openAt) + REAP_AFTER_MS;

function isBusy(use: Use, cpuMs: number | undefined, now: number): boolean {
  if (cpuMs === undefined || use.cpuMs === undefined || now <= use.lookedAt) return false;
  return (cpuMs - use.cpuMs) / (now - use.lookedAt) > BUSY_CPU_SHARE;
}
