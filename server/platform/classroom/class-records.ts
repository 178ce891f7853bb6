import type { ClassExport } from "../../contracts/index.ts";
import type { Database } from "../db/index.ts";
import { taughtClass } from "./class-rights.ts";
import { MAX_EXPORTED_ROWS } from "./limits.ts";
import { ClassroomRefusal } from "./refusal.ts";

export interface ClassRecordsDeps {
  readonly db: () => Promise<Database>;
  /** The person with their workspace, files and progress. */
  readonly removePerson: (id: string, actor: string) => Promise<void>;
}

export interface ClassDelete {
  readonly class: string;
  /** Typed once more: nobody does this by a slip. */
  readonly name: string;
  /** Also those who came by its code, have no account and are in no other class. */
  readonly learners: boolean;
}

/** What is kept about a class: handed out, and deleted. */
export class ClassRecords {
  constructor(private readonly deps: ClassRecordsDeps) {}

  async export(viewer: string, id: string): Promise<ClassExport> {
    const db = await this.deps.db();
    await taughtClass(db, viewer, id);
    const data = await db.classData(id, MAX_EXPORTED_ROWS);
    if (!data) throw new ClassroomRefusal("not-found", "This class was deleted just now.");
    await db.audit({ actor: viewer, action: "class-export", subject: id });
    return data;
  }

  async delete(viewer: string, wanted: ClassDelete): Promise<{ removed: number }> {
    const db = await this.deps.db();
    const classroom = await taughtClass(db, viewer, wanted.class);
    if (classroom.state === "open")
      throw new ClassroomRefusal("bad-request", "An open class is not deleted: close it first.");
    if (wanted.name.normalize("NFKC").trim() !== classroom.name.normalize("NFKC").trim())
      throw new ClassroomRefusal(
        "bad-request",
        `To delete the class, type its name as it stands here: ${classroom.name}`,
      );
    const learners = wanted.learners ? await db.classes.onlyHere(classroom.id) : [];
    for (const learner of learners) await this.deps.removePerson(learner, viewer);
    await db.classes.remove(classroom.id);
    const detail = { name: classroom.name, learners: String(learners.length) };
    await db.audit({ actor: viewer, action: "class-delete", subject: classroom.id, detail });
    return { removed: learners.length };
  }
}
