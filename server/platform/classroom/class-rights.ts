import type { ClassroomRecord, Database } from "../db/index.ts";
import { notYours } from "./refusal.ts";

/** Whoever has the server's own terminal: may what an owner may. No person has this id: then it would be that person's. */
export const OPERATOR = "operator";

/** The class, if this person teaches it or owns the server; asked of the database each time. Anybody else: refused. */
export async function taughtClass(db: Database, viewer: string, classroom: string): Promise<ClassroomRecord> {
  const [person, role, found] = await Promise.all([
    db.learner(viewer),
    db.classes.roleIn(classroom, viewer),
    db.classes.find(classroom),
  ]);
  const owns = person ? person.role === "owner" : viewer === OPERATOR;
  const may = owns || (person?.role === "instructor" && role === "instructor");
  if (!found || !may) throw notYours("class");
  return found;
}
