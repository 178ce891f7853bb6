import type { Database, UnusedWorkspace } from "../db/index.ts";
import { ANNOUNCE_DAYS, KEEP_DAYS, KEEP_LOOK_MS, MAX_EXPIRED_AT_ONCE } from "./limits.ts";

export interface KeepingDeps {
  readonly db: () => Promise<Database>;
  readonly running: () => readonly string[];
  /** Deletes the home and the cluster. */
  readonly discard: (workspace: string) => Promise<void>;
  /** The learner has none any more. */
  readonly forget: (learner: string) => void;
  /** Writes to whoever has an address that can be written to. */
  readonly write: (learner: string, letter: { subject: string; text: string }) => Promise<void>;
  readonly now: () => number;
  readonly log: { info(facts: object, message: string): void; error(facts: object, message: string): void };
}

const DAY_MS = 86_400_000;
const SERVER = "server";

/**
 * Deletes homes and clusters that nobody has used for KEEP_DAYS. The end is announced ANNOUNCE_DAYS before, and nothing is
 * deleted sooner after its announcement than that, whatever a clock that was set wrongly says of its age.
 */
export class Keeping {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly deps: KeepingDeps) {}

  start(): void {
    const look = () =>
      void this.look().catch((error: unknown) =>
        this.deps.log.error({ err: error }, "old workspaces were not looked for"),
      );
    look();
    this.timer = setInterval(look, KEEP_LOOK_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** To be called about once an hour. */
  async look(): Promise<void> {
    const { deps } = this;
    const { workspaces } = await deps.db();
    const now = deps.now();
    // What runs is used: what is not is stopped within the hour.
    await workspaces.touch(deps.running(), new Date(now));
    const old = new Date(now - (KEEP_DAYS - ANNOUNCE_DAYS) * DAY_MS);
    for (const workspace of await workspaces.unusedSince(old, MAX_EXPIRED_AT_ONCE)) {
      const { announcedAt, usedAt } = workspace;
      if (announcedAt === null) await this.announce(workspace, now);
      else if (
        now - announcedAt.getTime() >= ANNOUNCE_DAYS * DAY_MS &&
        now - usedAt.getTime() >= KEEP_DAYS * DAY_MS &&
        !deps.running().includes(workspace.id)
      )
        await this.expire(workspace);
    }
  }

  private async announce({ id, learner, usedAt }: UnusedWorkspace, now: number): Promise<void> {
    const { db, write, log } = this.deps;
    const database = await db();
    const ends = Math.max(usedAt.getTime() + KEEP_DAYS * DAY_MS, now + ANNOUNCE_DAYS * DAY_MS);
    const day = new Date(ends).toISOString().slice(0, 10);
    await database.workspaces.announced(id, new Date(now));
    const detail = { workspace: id, usedAt: usedAt.toISOString(), deletes: day };
    await database.audit({ actor: SERVER, action: "workspace-expiring", subject: learner, detail });
    log.info({ workspace: id, deletes: day }, "nobody has used this workspace for long: it will be deleted");
    await write(learner, {
      subject: "Your Meshwork workspace will be deleted",
      text: [
        `You last used your workspace on ${usedAt.toISOString().slice(0, 10)}.`,
        `Its files and its cluster are deleted on ${day} unless you open a lab before.`,
        "What you have reached in the labs is kept.",
      ].join("\n"),
    }).catch((error: unknown) => log.error({ err: error, workspace: id }, "the letter could not be sent"));
  }

  private async expire({ id, learner, usedAt }: UnusedWorkspace): Promise<void> {
    const { db, discard, forget, log } = this.deps;
    const database = await db();
    await discard(id);
    await database.workspaces.forget(id);
    forget(learner);
    const detail = { workspace: id, usedAt: usedAt.toISOString() };
    await database.audit({ actor: SERVER, action: "workspace-expired", subject: learner, detail });
    log.info({ workspace: id }, "nobody has used this workspace for long: home and cluster are deleted");
  }
}
