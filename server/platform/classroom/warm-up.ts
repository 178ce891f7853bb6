import { randomUUID } from "node:crypto";
import type { ClassActionNews, ClassActionResult } from "../../contracts/index.ts";
import type { ClassroomRecord, Database } from "../db/index.ts";
import { taughtClass } from "./class-rights.ts";
import { inParallel } from "./in-parallel.ts";
import type { LabShelf } from "./lab-shelf.ts";
import { WARM_AT_A_TIME } from "./limits.ts";
import type { PinnedContent } from "./pinned-content.ts";
import { ClassroomRefusal } from "./refusal.ts";

export interface WarmUpDeps {
  readonly db: () => Promise<Database>;
  readonly shelf: LabShelf;
  readonly content: PinnedContent;
  readonly now: () => number;
  /** Starts the learner's workspace and prepares it for the lab; resolves when that has begun, rejects with the reason. */
  readonly warm: (learner: string, lab: string) => Promise<void>;
  readonly publishAction: (news: ClassActionNews) => void;
  readonly failed: (error: unknown) => void;
}

/** Starts workspaces before their learners come, a few at a time: then nobody waits when all come at once. */
export class WarmUp {
  private readonly busy = new Set<string>();

  constructor(private readonly deps: WarmUpDeps) {}

  async start(viewer: string, id: string): Promise<{ run: string }> {
    const db = await this.deps.db();
    const classroom = await taughtClass(db, viewer, id);
    if (classroom.state !== "planned" && classroom.state !== "open")
      throw new ClassroomRefusal("bad-request", `A class that is ${classroom.state} needs no workspaces.`);
    if (this.busy.has(id))
      throw new ClassroomRefusal("too-many", "The workspaces are being started already.");
    await db.audit({ actor: viewer, action: "class-warm", subject: id });
    return { run: await this.begin(classroom) };
  }

  /** Classes whose time has come; to be called now and then. */
  async look(): Promise<void> {
    const db = await this.deps.db();
    for (const classroom of await db.classes.dueForWarmUp(new Date(this.deps.now())))
      if (!this.busy.has(classroom.id)) await this.begin(classroom);
  }

  private async begin({ id, contentDigest }: ClassroomRecord): Promise<string> {
    this.busy.add(id);
    const run = randomUUID();
    const results: ClassActionResult[] = [];
    try {
      const db = await this.deps.db();
      // Its learners read and run from now on what the class will be opened with.
      const classroom = await db.classes.change(id, {
        warmedAt: new Date(this.deps.now()),
        contentDigest: contentDigest ?? (await this.deps.content.pin()),
      });
      const [first] = await this.deps.shelf.labs(classroom);
      const members = await db.board.members(id);
      const tell = (finished: boolean) =>
        this.deps.publishAction({ class: id, run, results: [...results], of: members.length, finished });
      inParallel(members, WARM_AT_A_TIME, async ({ learner, latest }) => {
        const lab = latest?.lab ?? classroom.gateLab ?? first?.id ?? "";
        results.push(
          await this.deps.warm(learner, lab).then(
            (): ClassActionResult => ({ learner, outcome: "done", said: "Started." }),
            (error: unknown): ClassActionResult => ({
              ...{ learner, outcome: "refused" },
              said: error instanceof Error ? error.message : String(error),
            }),
          ),
        );
        tell(false);
      })
        .catch(this.deps.failed)
        .finally(() => {
          this.busy.delete(id);
          tell(true);
        });
      return run;
    } catch (error) {
      this.busy.delete(id);
      throw error;
    }
  }
}
