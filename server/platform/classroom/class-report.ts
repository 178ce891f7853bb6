import { z } from "zod";
import type { ClassReport, LabSummary, QuizReport } from "../../contracts/index.ts";
import type { ClassroomRecord, Database } from "../db/index.ts";
import { ClassPace } from "./class-pace.ts";

export interface ReportOf {
  readonly classroom: ClassroomRecord;
  readonly labs: readonly LabSummary[];
  readonly now: number;
}

/** How a class went, from what was recorded since it was opened. Labs nobody opened are left out. */
export async function classReport(db: Database, { classroom, labs, now }: ReportOf): Promise<ClassReport> {
  const pace = new ClassPace(db, classroom);
  await pace.read();
  const paces = new Map(pace.paces(classroom.pauses).map((entry) => [`${entry.lab}/${entry.step}`, entry]));
  const last = pace.whereabouts();
  const members = await db.board.members(classroom.id);
  return {
    ...{ class: classroom.id, madeAt: now, learners: members.length },
    labs: labs.flatMap((lab) => {
      const steps = lab.steps.map(({ id, title }, index) => {
        const none = { lab: lab.id, step: id, left: 0, seen: 0, medianMs: 0, p90Ms: 0 };
        const here = last.get(`${lab.id}/${id}`) ?? 0;
        return {
          ...(paces.get(`${lab.id}/${id}`) ?? none),
          ...{ title, stoppedHere: index < lab.steps.length - 1 ? here : 0 },
        };
      });
      const started = Math.max(0, ...steps.map(({ seen }) => seen));
      if (started === 0) return [];
      const finished = members.filter((member) => member.finished.includes(lab.id)).length;
      return [{ lab: lab.id, title: lab.title, started, finished, steps }];
    }),
    quizzes: await quizzes(db, classroom),
  };
}

const answer = z.object({ quiz: z.string(), right: z.boolean() });

async function quizzes(db: Database, classroom: ClassroomRecord): Promise<QuizReport[]> {
  if (!classroom.openedAt) return [];
  const learners = new Map<string, Map<string, boolean[]>>();
  for (const { learnerId, lab, payload } of await db.board.quizAnswers(classroom.id, classroom.openedAt)) {
    const parsed = answer.safeParse(payload);
    if (!parsed.success) continue;
    const key = `${lab}/${parsed.data.quiz}`;
    const of = learners.get(key) ?? new Map<string, boolean[]>();
    learners.set(key, of);
    of.set(learnerId, [...(of.get(learnerId) ?? []), parsed.data.right]);
  }
  return [...learners].map(([key, of]) => {
    const slash = key.indexOf("/");
    const tries = [...of.values()];
    return {
      ...{ lab: key.slice(0, slash), question: key.slice(slash + 1), answered: tries.length },
      rightAtOnce: tries.filter(([first]) => first).length,
      rightAtLast: tries.filter((all) => all.includes(true)).length,
    };
  });
}
