import { z } from "zod";
import type { Classroom, Membership, PrismaClient } from "./generated/client.ts";

const pauses = z
  .array(z.object({ from: z.number(), to: z.number().optional() }))
  .readonly()
  .catch([]);
export type PauseRecord = z.infer<typeof pauses>[number];

export interface ClassroomRecord extends Readonly<Omit<Classroom, "pauses">> {
  readonly pauses: readonly PauseRecord[];
}
export type ClassState = Classroom["state"];
export type MembershipRole = Membership["role"];

export interface NewClassroom {
  readonly id: string;
  readonly name: string;
  readonly istioVersion: string;
  readonly workshop?: string;
  readonly language?: string;
  readonly startsAt?: Date;
  readonly endsAt?: Date;
  readonly capacity?: number;
}

/** What may change in a class that is there. */
export interface ClassroomChange {
  readonly name?: string | undefined;
  readonly workshop?: string | undefined;
  readonly istioVersion?: string | undefined;
  readonly language?: string | undefined;
  readonly startsAt?: Date | null | undefined;
  readonly endsAt?: Date | null | undefined;
  readonly state?: ClassState | undefined;
  readonly openedAt?: Date | undefined;
  readonly closedAt?: Date | null | undefined;
  readonly contentDigest?: string | undefined;
  readonly gateLab?: string | null | undefined;
  readonly pauses?: readonly PauseRecord[] | undefined;
  readonly warmMinutes?: number | undefined;
  readonly warmedAt?: Date | null | undefined;
  readonly capacity?: number | null | undefined;
}

/** A JSON column is parsed like any other edge. */
const record = (row: Classroom): ClassroomRecord => ({ ...row, pauses: pauses.parse(row.pauses) });

/** Classes and who is in them. */
export class Classes {
  constructor(private readonly prisma: PrismaClient) {}

  /** The class and its first instructor, or neither. */
  async create(classroom: NewClassroom, instructor: string): Promise<ClassroomRecord> {
    return record(
      await this.prisma.classroom.create({
        data: { ...classroom, members: { create: { learnerId: instructor, role: "instructor" } } },
      }),
    );
  }

  async find(id: string): Promise<ClassroomRecord | undefined> {
    const found = await this.prisma.classroom.findUnique({ where: { id } });
    return found ? record(found) : undefined;
  }

  /** Every class of this server, newest first. */
  async all(): Promise<ClassroomRecord[]> {
    return (await this.prisma.classroom.findMany({ orderBy: { createdAt: "desc" } })).map(record);
  }

  async change(id: string, { pauses: paused, ...change }: ClassroomChange): Promise<ClassroomRecord> {
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    const data = { ...given, ...(paused && { pauses: paused.map((pause) => ({ ...pause })) }) };
    return record(await this.prisma.classroom.update({ where: { id }, data }));
  }

  /** False: was no learner of this class. */
  async removeLearner(classroom: string, learner: string): Promise<boolean> {
    const where = { classroomId: classroom, learnerId: learner, role: "learner" as const };
    return (await this.prisma.membership.deleteMany({ where })).count > 0;
  }

  async open(id: string): Promise<void> {
    await this.prisma.classroom.update({ where: { id }, data: { state: "open" } });
  }

  /** False: the class is full. Harmless when already a member; a role that was given stays. */
  async join(classroom: string, learner: string): Promise<boolean> {
    return this.prisma.$transaction(async (transaction) => {
      // The class's row is locked: two who come at once do not both get the last seat.
      const [found] = await transaction.$queryRaw<
        { capacity: number | null }[]
      >`SELECT "capacity" FROM "classroom" WHERE "id" = ${classroom} FOR UPDATE`;
      const key = { classroomId: classroom, learnerId: learner };
      const already = await transaction.membership.findUnique({ where: { classroomId_learnerId: key } });
      if (already) return true;
      const capacity = found?.capacity ?? undefined;
      const where = { classroomId: classroom, role: "learner" as const };
      if (capacity !== undefined && (await transaction.membership.count({ where })) >= capacity) return false;
      await transaction.membership.create({ data: key });
      return true;
    });
  }

  /** With its codes, messages and raised hands; the people and what they did stay, and so do the audit's rows. */
  async remove(id: string): Promise<void> {
    await this.prisma.classroom.deleteMany({ where: { id } });
  }

  /** Learners who came by a code, have no way to sign in again, and are in no other class. */
  async onlyHere(classroom: string): Promise<string[]> {
    const found = await this.prisma.learner.findMany({
      where: {
        role: "learner",
        email: null,
        accounts: { none: {} },
        classes: { some: { classroomId: classroom, role: "learner" }, every: { classroomId: classroom } },
      },
      select: { id: true },
    });
    return found.map(({ id }) => id);
  }

  /** Undefined: not a member. */
  async roleIn(classroom: string, learner: string): Promise<MembershipRole | undefined> {
    const key = { classroomId: classroom, learnerId: learner };
    const found = await this.prisma.membership.findUnique({ where: { classroomId_learnerId: key } });
    return found?.role;
  }

  /** The open class in which this person learns; the newest if an error of the past left several. */
  async learningIn(learner: string): Promise<ClassroomRecord | undefined> {
    const found = await this.prisma.membership.findFirst({
      where: { learnerId: learner, role: "learner", classroom: { state: "open" } },
      orderBy: { joinedAt: "desc" },
      select: { classroom: true },
    });
    return found ? record(found.classroom) : undefined;
  }

  /** The class whose labs and release this person works with: the open one, else the one that closed last. */
  async studies(learner: string): Promise<ClassroomRecord | undefined> {
    const open = await this.learningIn(learner);
    if (open) return open;
    // Warmed up before it opens: its workspaces are already as it will be.
    const warm = await this.prisma.membership.findFirst({
      where: {
        learnerId: learner,
        role: "learner",
        classroom: { state: "planned", warmedAt: { not: null } },
      },
      orderBy: { joinedAt: "desc" },
      select: { classroom: true },
    });
    if (warm) return record(warm.classroom);
    const found = await this.prisma.membership.findFirst({
      where: { learnerId: learner, role: "learner", classroom: { state: "closed" } },
      orderBy: { classroom: { closedAt: "desc" } },
      select: { classroom: true },
    });
    return found ? record(found.classroom) : undefined;
  }

  /** Classes whose workspaces should be started by now, and were not. */
  async dueForWarmUp(now: Date): Promise<ClassroomRecord[]> {
    const found = await this.prisma.classroom.findMany({
      where: {
        state: { in: ["planned", "open"] },
        warmedAt: null,
        warmMinutes: { gt: 0 },
        startsAt: { gt: now },
      },
    });
    return found
      .map(record)
      .filter(
        ({ startsAt, warmMinutes }) => startsAt && startsAt.getTime() - warmMinutes * 60_000 <= now.getTime(),
      );
  }

  /** Classes this person teaches, newest first. */
  async taughtBy(instructor: string): Promise<ClassroomRecord[]> {
    const found = await this.prisma.membership.findMany({
      where: { learnerId: instructor, role: "instructor" },
      orderBy: { classroom: { createdAt: "desc" } },
      select: { classroom: true },
    });
    return found.map(({ classroom }) => record(classroom));
  }

  /** Ids of those who learn, or teach, in a class; in the order they came. */
  async members(classroom: string, role: MembershipRole): Promise<string[]> {
    const found = await this.prisma.membership.findMany({
      where: { classroomId: classroom, role },
      orderBy: { joinedAt: "asc" },
      select: { learnerId: true },
    });
    return found.map(({ learnerId }) => learnerId);
  }
}
