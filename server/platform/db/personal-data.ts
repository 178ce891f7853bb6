import type { PrismaClient } from "./generated/client.ts";

/** All that is kept about one person, as plain data. Not in it: a password's hash and the secrets of sessions. */
export interface PersonalData {
  readonly profile: object;
  readonly signIns: readonly object[];
  readonly sessions: readonly object[];
  readonly classes: readonly object[];
  readonly workspace: object | null;
  readonly preflight: object | null;
  readonly progress: readonly object[];
  readonly events: readonly object[];
  readonly notes: readonly object[];
  /** What they wrote in a class, and what an instructor wrote to them alone. */
  readonly messages: readonly object[];
  readonly helpRequests: readonly object[];
  readonly helpSessions: readonly object[];
  readonly certificates: readonly object[];
  readonly audit: readonly object[];
}

/** `most`: rows of a kind, the newest ones. */
export async function personalData(
  prisma: PrismaClient,
  { learner, most }: { learner: string; most: number },
): Promise<PersonalData | undefined> {
  const mine = { where: { learnerId: learner } };
  const profile = await prisma.learner.findUnique({ where: { id: learner }, omit: { image: true } });
  if (!profile) return undefined;
  const [signIns, sessions, classes, workspace, preflight] = await Promise.all([
    prisma.authAccount.findMany({
      ...mine,
      select: { providerId: true, accountId: true, createdAt: true },
    }),
    prisma.authSession.findMany({
      ...mine,
      select: { createdAt: true, expiresAt: true, ipAddress: true, userAgent: true },
    }),
    prisma.membership.findMany({
      ...mine,
      select: { role: true, joinedAt: true, classroom: { select: { id: true, name: true } } },
    }),
    prisma.workspace.findUnique(mine),
    prisma.preflight.findUnique(mine),
  ]);
  const [progress, events, notes, certificates, audit] = await Promise.all([
    prisma.labProgress.findMany(mine),
    prisma.event.findMany({ ...mine, omit: { position: true }, orderBy: { position: "desc" }, take: most }),
    prisma.stepNote.findMany({ ...mine, take: most }),
    prisma.certificate.findMany(mine),
    prisma.audit.findMany({
      where: { OR: [{ actor: learner }, { subject: learner }] },
      omit: { id: true },
      orderBy: { id: "desc" },
      take: most,
    }),
  ]);
  const [messages, helpRequests, helpSessions] = await Promise.all([
    prisma.classMessage.findMany({
      where: { OR: [{ learnerId: learner }, { authorId: learner }] },
      omit: { position: true },
      orderBy: { position: "desc" },
      take: most,
    }),
    prisma.helpRequest.findMany({ ...mine, take: most }),
    prisma.helpSession.findMany({
      where: { OR: [{ learnerId: learner }, { instructorId: learner }] },
      take: most,
    }),
  ]);
  return {
    ...{ profile, signIns, sessions, classes, workspace, preflight, progress, events, notes },
    ...{ certificates, audit, messages, helpRequests, helpSessions },
  };
}
