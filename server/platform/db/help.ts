import type { ClassMessage, HelpRequest, HelpSession, PrismaClient } from "./generated/client.ts";
import { MESSAGES_SHOWN } from "./limits.ts";
import { failingOf } from "./rows.ts";

export interface HandRecord extends Readonly<HelpRequest> {
  readonly learnerName: string;
  readonly takenByName: string | undefined;
  readonly failing: { readonly condition: string; readonly message: string } | undefined;
}

export interface HelpSessionRecord extends Readonly<HelpSession> {
  readonly learnerName: string;
  readonly instructorName: string;
}

export interface MessageRecord extends Readonly<ClassMessage> {
  readonly authorName: string;
}

export type NewHand = Pick<HelpRequest, "id" | "classroomId" | "learnerId" | "note"> &
  Partial<Pick<HelpRequest, "lab" | "step">>;
export type NewHelpSession = Pick<
  HelpSession,
  "id" | "classroomId" | "learnerId" | "instructorId" | "mode" | "reason"
>;
export type NewMessage = Pick<
  ClassMessage,
  "id" | "classroomId" | "learnerId" | "authorId" | "fromInstructor" | "kind" | "text"
> &
  Partial<Pick<ClassMessage, "lab" | "step">>;

const up = { loweredAt: null };

/** Raised hands, help sessions and what is said in a class. */
export class Help {
  constructor(private readonly prisma: PrismaClient) {}

  /** Puts the hand up; when it is up already, only what is asked changes, not the place in the queue. */
  async raise(hand: NewHand): Promise<void> {
    const { learnerId, note, lab = null, step = null } = hand;
    await this.prisma.$transaction(async (transaction) => {
      // Two tabs of one learner follow each other here.
      await transaction.$queryRaw`SELECT 1 FROM learner WHERE id = ${learnerId} FOR UPDATE`;
      const data = { note, lab, step };
      const { count } = await transaction.helpRequest.updateMany({ where: { learnerId, ...up }, data });
      if (count === 0) await transaction.helpRequest.createMany({ data: [hand], skipDuplicates: true });
    });
  }

  /** False: no hand was up. */
  async lower(learner: string, by: string): Promise<boolean> {
    const { count } = await this.prisma.helpRequest.updateMany({
      where: { learnerId: learner, ...up },
      data: { loweredAt: new Date(), loweredBy: by },
    });
    return count > 0;
  }

  async take(classroom: string, learner: string, instructor: string): Promise<boolean> {
    const { count } = await this.prisma.helpRequest.updateMany({
      where: { classroomId: classroom, learnerId: learner, ...up },
      data: { takenBy: instructor },
    });
    return count > 0;
  }

  /** Hands that are up, who waits longest first. */
  async hands(classroom: string): Promise<HandRecord[]> {
    const found = await this.prisma.helpRequest.findMany({
      where: { classroomId: classroom, ...up },
      orderBy: [{ raisedAt: "asc" }, { id: "asc" }],
      include: { learner: { select: { name: true, progress: { orderBy: { updatedAt: "desc" }, take: 1 } } } },
    });
    const names = await this.names(found.map(({ takenBy }) => takenBy));
    return found.map(({ learner, ...hand }) => ({
      ...hand,
      learnerName: learner.name,
      takenByName: hand.takenBy === null ? undefined : names.get(hand.takenBy),
      failing: failingOf(learner.progress[0]) ?? undefined,
    }));
  }

  async classesWithHands(): Promise<string[]> {
    const found = await this.prisma.helpRequest.findMany({
      where: up,
      distinct: ["classroomId"],
      select: { classroomId: true },
    });
    return found.map(({ classroomId }) => classroomId);
  }

  async ask(session: NewHelpSession): Promise<void> {
    await this.prisma.helpSession.createMany({ data: [session], skipDuplicates: true });
  }

  async session(id: string): Promise<HelpSessionRecord | undefined> {
    const found = await this.prisma.helpSession.findUnique({
      where: { id },
      include: { learner: { select: { name: true } } },
    });
    return found ? (await this.named([found]))[0] : undefined;
  }

  /** False: it was answered or ended before. */
  async grant(id: string): Promise<boolean> {
    const { count } = await this.prisma.helpSession.updateMany({
      where: { id, grantedAt: null, endedAt: null },
      data: { grantedAt: new Date() },
    });
    return count > 0;
  }

  /** False: it had ended before; the first reason stays. */
  async end(id: string, reason: string): Promise<boolean> {
    const { count } = await this.prisma.helpSession.updateMany({
      where: { id, endedAt: null },
      data: { endedAt: new Date(), endReason: reason },
    });
    return count > 0;
  }

  /** Those that have not ended: of a learner, of an instructor, of a class, or all. */
  async openSessions(
    of: { learnerId?: string; instructorId?: string; classroomId?: string } = {},
  ): Promise<HelpSessionRecord[]> {
    const found = await this.prisma.helpSession.findMany({
      where: { ...of, endedAt: null },
      orderBy: { askedAt: "asc" },
      include: { learner: { select: { name: true } } },
    });
    return this.named(found);
  }

  /** False: it was said before. */
  async say(message: NewMessage): Promise<boolean> {
    const { count } = await this.prisma.classMessage.createMany({ data: [message], skipDuplicates: true });
    return count > 0;
  }

  async message(id: string): Promise<MessageRecord | undefined> {
    const found = await this.prisma.classMessage.findUnique({
      where: { id },
      include: { author: { select: { name: true } } },
    });
    if (!found) return undefined;
    const { author, ...message } = found;
    return { ...message, authorName: author.name };
  }

  /** The last of what this learner was told, said, or heard as part of the class; newest last. */
  async thread(classroom: string, learner: string): Promise<MessageRecord[]> {
    const found = await this.prisma.classMessage.findMany({
      where: { classroomId: classroom, OR: [{ learnerId: learner }, { learnerId: null }] },
      orderBy: { position: "desc" },
      take: MESSAGES_SHOWN,
      include: { author: { select: { name: true } } },
    });
    return found.reverse().map(({ author, ...message }) => ({ ...message, authorName: author.name }));
  }

  private async named(
    sessions: readonly (HelpSession & { learner: { name: string } })[],
  ): Promise<HelpSessionRecord[]> {
    const names = await this.names(sessions.map(({ instructorId }) => instructorId));
    return sessions.map(({ learner, ...session }) => ({
      ...session,
      learnerName: learner.name,
      instructorName: names.get(session.instructorId) ?? "an instructor",
    }));
  }

  private async names(ids: readonly (string | null)[]): Promise<Map<string, string>> {
    const wanted = [...new Set(ids.filter((id) => id !== null))];
    if (wanted.length === 0) return new Map();
    const found = await this.prisma.learner.findMany({
      where: { id: { in: wanted } },
      select: { id: true, name: true },
    });
    return new Map(found.map(({ id, name }) => [id, name]));
  }
}
