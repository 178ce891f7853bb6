import type { Logger } from "pino";
import { SESSION_WATCH_MS } from "./limits.ts";

export interface SessionWatchDeps {
  /** Sessions that have sockets. */
  readonly open: () => ReadonlySet<string>;
  /** Those of them that still stand for somebody; with the role under which they were given. */
  readonly standing: (ids: readonly string[]) => Promise<readonly { readonly session: string }[]>;
  readonly ended: (session: string) => void;
  readonly log: Logger;
}

/**
 * Ends the sockets of sessions that ended. Every event asks the database who sent it; but a socket that only listens, to a
 * terminal or to a class, sends none.
 */
export class SessionWatch {
  private timer: NodeJS.Timeout | undefined;
  private looking = false;
  private again = false;

  constructor(private readonly deps: SessionWatchDeps) {}

  start(): void {
    this.timer = setInterval(() => this.look(), SESSION_WATCH_MS).unref();
  }

  /** One question at a time; asked meanwhile, it is asked once more afterwards. */
  look(): void {
    if (this.looking) {
      this.again = true;
      return;
    }
    this.looking = true;
    this.compare()
      // A database that is away is no reason to sign people out; their events are refused by themselves.
      .catch((error: unknown) => this.deps.log.warn({ err: error }, "sessions could not be looked up"))
      .finally(() => {
        this.looking = false;
        if (!this.again) return;
        this.again = false;
        this.look();
      });
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async compare(): Promise<void> {
    const open = [...this.deps.open()];
    if (open.length === 0) return;
    const standing = new Set((await this.deps.standing(open)).map(({ session }) => session));
    for (const session of open) if (!standing.has(session)) this.deps.ended(session);
  }
}
