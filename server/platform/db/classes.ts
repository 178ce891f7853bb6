import type { Classroom, Membership, PrismaClient } from "./generated/client.ts";

export type ClassroomRecord = Readonly<Classroom>;
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
}

/** Classes and who is in them. */
export class Classes {
  constructor(private readonly prisma: PrismaClient) {}

  /** The class and its first instructor, or neither. */
  async create(classroom: NewClassroom, instructor: string): Promise<ClassroomRecord> {
    return this.prisma.classroom.create({
      data: { ...classroom, members: { create: { learnerId: instructor, role: "instructor" } } },
    });
  }

  async find(id: string): Promise<ClassroomRecord | undefined> {
    return (await this.prisma.classroom.findUnique({ where: { id } })) ?? undefined;
  }

  async open(id: string): Promise<void> {
    await this.prisma.classroom.update({ where: { id }, data: { state: "open" } });
  }

  /** Harmless when already a member; a role that was given stays. */
  async join(classroom: string, learner: string): Promise<void> {
    await this.prisma.membership.createMany({
      data: [{ classroomId: classroom, learnerId: learner }],
      skipDuplicates: true,
    });
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
    return found?.classroom;
  }

  /** Classes this person teaches, newest first. */
  async taughtBy(instructor: string): Promise<ClassroomRecord[]> {
    const found = await this.prisma.membership.findMany({
      where: { learnerId: instructor, role: "instructor" },
      orderBy: { classroom: { createdAt: "desc" } },
      select: { classroom: true },
    });
    return found.map(({ classroom }) => classroom);
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
