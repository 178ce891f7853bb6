import type { ClassroomRecord, Database } from "../db/index.ts";
import { notYours } from "./refusal.ts";

/** The class, if this person teaches it or owns the server; asked of the database each time. Anybody else: refused. */
export async function taughtClass(db: Database, viewer: string, classroom: string): Promise<ClassroomRecord> {
  const [person, role, found] = await Promise.all([
    db.learner(viewer),
    db.classes.roleIn(classroom, viewer),
    db.classes.find(classroom),
  ]);
  const may = person?.role === "owner" || (person?.role === "instructor" && role === "instructor");
  if (!found || !may) throw notYours("class");
  return found;
}
