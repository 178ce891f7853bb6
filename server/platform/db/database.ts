import type { ClassExport } from "../../contracts/index.ts";
import { type AuthStore, authStore } from "./auth-store.ts";
import { BoardQueries } from "./board-queries.ts";
import { classData } from "./class-data.ts";
import { Classes } from "./classes.ts";
import type { PrismaClient } from "./generated/client.ts";
import { Help } from "./help.ts";
import { Invitations } from "./invitations.ts";
import { JoinCodes } from "./join-codes.ts";
import { LabTimes } from "./lab-times.ts";
import { AUDITS_SHOWN } from "./limits.ts";
import { People } from "./people.ts";
import { type PersonalData, personalData } from "./personal-data.ts";
import { nowhere, project, type RecordedEvent, type Standing } from "./projection.ts";
import type { AuditRecord, LearnerRecord, SessionRecord } from "./records.ts";
import { failingColumn, lastEventColumn, standingOf } from "./rows.ts";
import { Study } from "./study.ts";
import { Workspaces } from "./workspaces.ts";

export interface LabStanding extends Standing {
  readonly learner: string;
  readonly lab: string;
}

/** Everything the platform keeps. No Prisma type leaves this folder. */
export class Database {
  readonly classes: Classes;
  readonly help: Help;
  readonly board: BoardQueries;
  readonly people: People;
  readonly invitations: Invitations;
  readonly joinCodes: JoinCodes;
  readonly study: Study;
  readonly workspaces: Workspaces;
  readonly labTimes: LabTimes;

  constructor(private readonly prisma: PrismaClient) {
    this.classes = new Classes(prisma);
    this.help = new Help(prisma);
    this.board = new BoardQueries(prisma);
    this.people = new People(prisma);
    this.invitations = new Invitations(prisma);
    this.joinCodes = new JoinCodes(prisma);
    this.study = new Study(prisma);
    this.workspaces = new Workspaces(prisma);
    this.labTimes = new LabTimes(prisma);
  }

  authStore(): Promise<AuthStore> {
    return authStore(this.prisma);
  }

  personalData(learner: string, most: number): Promise<PersonalData | undefined> {
    return personalData(this.prisma, { learner, most });
  }

  /** Undefined: there is no such class. `most`: rows of a kind. */
  classData(classroom: string, most: number): Promise<ClassExport | undefined> {
    return classData(this.prisma, { classroom, most });
  }

  /** Answers when the database does. */
  async ping(): Promise<void> {
    await this.prisma.$queryRaw`SELECT 1`;
  }

  async ensureLearner(learner: LearnerRecord): Promise<void> {
    await this.prisma.learner.upsert({ where: { id: learner.id }, create: learner, update: {} });
  }

  async learners(): Promise<LearnerRecord[]> {
    return this.prisma.learner.findMany({
      select: { id: true, name: true, role: true },
      orderBy: { createdAt: "asc" },
    });
  }

  async learner(id: string): Promise<LearnerRecord | undefined> {
    const found = await this.prisma.learner.findUnique({
      where: { id },
      select: { id: true, name: true, role: true },
    });
    return found ?? undefined;
  }

  async ensureWorkspace(id: string, learner: string): Promise<void> {
    await this.prisma.workspace.upsert({ where: { id }, create: { id, learnerId: learner }, update: {} });
  }

  /** The learner's workspace; `fresh` is its name if there is none yet. Two who ask at once get the same. */
  async workspaceOf(learner: string, fresh: () => string | Promise<string>): Promise<string> {
    const found = await this.existingWorkspace(learner);
    if (found !== undefined) return found;
    await this.prisma.workspace.createMany({
      data: [{ id: await fresh(), learnerId: learner }],
      skipDuplicates: true,
    });
    const mine = { where: { learnerId: learner }, select: { id: true } };
    return (await this.prisma.workspace.findUniqueOrThrow(mine)).id;
  }

  async existingWorkspace(learner: string): Promise<string | undefined> {
    return (await this.prisma.workspace.findUnique({ where: { learnerId: learner }, select: { id: true } }))
      ?.id;
  }

  async workspaceOwner(id: string): Promise<string | undefined> {
    return (await this.prisma.workspace.findUnique({ where: { id } }))?.learnerId;
  }

  /** For one person on a laptop; a class's sessions are made by the accounts' library. */
  async addSession(tokenHash: string, learner: LearnerRecord, expiresAt: Date): Promise<void> {
    await this.prisma.authSession.deleteMany({ where: { expiresAt: { lt: new Date() } } });
    const { id: learnerId, role } = learner;
    await this.prisma.authSession.create({
      data: { id: tokenHash, token: tokenHash, learnerId, role, expiresAt },
    });
  }

  /** Who a session's token stands for. A session that was given under another role stands for nobody. */
  async sessionLearner(token: string): Promise<SessionRecord | undefined> {
    const found = await this.prisma.authSession.findUnique({
      where: { token, expiresAt: { gt: new Date() } },
      select: { id: true, role: true, learner: { select: { id: true, name: true, role: true } } },
    });
    return found && found.role === found.learner.role ? { ...found.learner, session: found.id } : undefined;
  }

  /** Commits the event and what follows from it together. An id that is known already changes nothing. */
  async record(event: RecordedEvent): Promise<LabStanding> {
    const { id, learner, lab, kind, step, payload, at } = event;
    const key = { learnerId_lab: { learnerId: learner, lab } };
    return this.prisma.$transaction(async (transaction) => {
      // The upsert also takes the row's lock: two events of one learner follow each other.
      const row = await transaction.labProgress.upsert({
        where: key,
        create: { learnerId: learner, lab },
        update: { updatedAt: at },
      });
      const { count } = await transaction.event.createMany({
        data: [{ id, learnerId: learner, kind, lab, step: step ?? null, payload: { ...payload }, at }],
        skipDuplicates: true,
      });
      if (count === 0) return { ...standingOf(row), learner, lab };
      const standing = project(standingOf(row), event);
      await transaction.labProgress.update({
        where: key,
        data: {
          currentStep: standing.currentStep,
          stepSince: standing.stepSince,
          passedSteps: [...standing.passedSteps],
          passedConditions: [...standing.passedConditions],
          lastFailing: failingColumn(standing),
          lastEvent: lastEventColumn(standing),
          finishedAt: standing.finishedAt,
        },
      });
      return { ...standing, learner, lab };
    });
  }

  async standing(learner: string, lab: string): Promise<LabStanding> {
    const row = await this.prisma.labProgress.findUnique({
      where: { learnerId_lab: { learnerId: learner, lab } },
    });
    return { ...(row ? standingOf(row) : nowhere), learner, lab };
  }

  /** Each learner's lab that moved last. */
  async latestStandings(): Promise<LabStanding[]> {
    const rows = await this.prisma.labProgress.findMany({
      orderBy: [{ learnerId: "asc" }, { updatedAt: "desc" }],
      distinct: ["learnerId"],
    });
    return rows.map((row) => ({ ...standingOf(row), learner: row.learnerId, lab: row.lab }));
  }

  async eventCount(learner: string): Promise<number> {
    return this.prisma.event.count({ where: { learnerId: learner } });
  }

  async audit(entry: {
    actor: string;
    action: string;
    subject: string;
    detail?: Record<string, string>;
  }): Promise<void> {
    const { actor, action, subject, detail = {} } = entry;
    await this.prisma.audit.create({ data: { actor, action, subject, detail } });
  }

  /** Audit rows about somebody or something, oldest first. */
  async audits({ subject }: { subject: string }): Promise<AuditRecord[]> {
    const found = await this.prisma.audit.findMany({
      where: { subject },
      orderBy: { id: "desc" },
      take: AUDITS_SHOWN,
    });
    return found.reverse();
  }
}
