import { z } from "zod";
import type { PrismaClient } from "./generated/client.ts";
import { EVENTS_AT_A_TIME } from "./limits.ts";
import type { Standing } from "./projection.ts";
import { standingOf } from "./rows.ts";

export interface BoardMember {
  readonly learner: string;
  readonly name: string;
  /** The lab that moved last; undefined: none was opened. */
  readonly latest: (Standing & { readonly lab: string }) | undefined;
  /** Labs that are finished. */
  readonly finished: readonly string[];
  readonly preflight: string | undefined;
}

/** A learner came to a step, or all of its conditions held. */
export interface StepMoment {
  readonly position: bigint;
  readonly learner: string;
  readonly kind: "viewed" | "passed";
  readonly lab: string;
  readonly step: string;
  readonly at: number;
}

const complete = z.object({ complete: z.literal(true) });

/** What the board and the report of a class are made from: a few queries for all of a class, not some for each learner. */
export class BoardQueries {
  constructor(private readonly prisma: PrismaClient) {}

  /** Learners of a class as the board shows them, in the order they came; `only`: these. */
  async members(classroom: string, only?: readonly string[]): Promise<BoardMember[]> {
    const found = await this.prisma.membership.findMany({
      where: { classroomId: classroom, role: "learner", ...(only && { learnerId: { in: [...only] } }) },
      orderBy: { joinedAt: "asc" },
      select: {
        learner: {
          select: {
            id: true,
            name: true,
            progress: { orderBy: { updatedAt: "desc" } },
            preflight: { select: { verdict: true } },
          },
        },
      },
    });
    return found.map(({ learner: { id, name, progress, preflight } }) => {
      const [latest] = progress;
      return {
        learner: id,
        name,
        latest: latest && { ...standingOf(latest), lab: latest.lab },
        finished: progress.filter(({ finishedAt }) => finishedAt !== null).map(({ lab }) => lab),
        preflight: preflight?.verdict,
      };
    });
  }

  /** Which of these classes have which of these learners. */
  async classesOf(
    learners: readonly string[],
    classes: readonly string[],
  ): Promise<{ learner: string; class: string }[]> {
    const found = await this.prisma.membership.findMany({
      where: { learnerId: { in: [...learners] }, classroomId: { in: [...classes] }, role: "learner" },
      select: { learnerId: true, classroomId: true },
    });
    return found.map(({ learnerId, classroomId }) => ({ learner: learnerId, class: classroomId }));
  }

  /** How many learn in each of these classes. */
  async sizes(classes: readonly string[]): Promise<Map<string, number>> {
    const groups = await this.prisma.membership.groupBy({
      by: ["classroomId"],
      where: { classroomId: { in: [...classes] }, role: "learner" },
      _count: { learnerId: true },
    });
    return new Map(groups.map(({ classroomId, _count }) => [classroomId, _count.learnerId]));
  }

  /** In the order they were written, at most EVENTS_AT_A_TIME; call again from the last position for more. */
  async moments(classroom: string, { after, since }: { after: bigint; since: Date }): Promise<StepMoment[]> {
    const rows = await this.prisma.event.findMany({
      where: {
        position: { gt: after },
        at: { gte: since },
        step: { not: null },
        learner: { classes: { some: { classroomId: classroom, role: "learner" } } },
        OR: [{ kind: "step-viewed" }, { kind: "conditions", payload: { path: ["complete"], equals: true } }],
      },
      orderBy: { position: "asc" },
      take: EVENTS_AT_A_TIME,
      select: { position: true, learnerId: true, kind: true, lab: true, step: true, at: true, payload: true },
    });
    return rows.flatMap(({ position, learnerId, kind, lab, step, at, payload }): StepMoment[] => {
      const passed = kind === "conditions";
      if (step === null || (passed && !complete.safeParse(payload).success)) return [];
      return [
        { position, learner: learnerId, kind: passed ? "passed" : "viewed", lab, step, at: at.getTime() },
      ];
    });
  }

  /** What learners of a class answered to quizzes, the oldest first. */
  async quizAnswers(classroom: string, since: Date) {
    return this.prisma.event.findMany({
      where: {
        kind: "quiz-answered",
        at: { gte: since },
        learner: { classes: { some: { classroomId: classroom, role: "learner" } } },
      },
      orderBy: { position: "asc" },
      take: EVENTS_AT_A_TIME,
      select: { learnerId: true, lab: true, payload: true },
    });
  }

  async keepPreflight(
    learner: string,
    verdict: string,
    found: Readonly<Record<string, number | boolean | undefined>>,
  ): Promise<void> {
    const result = Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
    const data = { verdict, result, at: new Date() };
    await this.prisma.preflight.upsert({
      where: { learnerId: learner },
      create: { learnerId: learner, ...data },
      update: data,
    });
  }
}
