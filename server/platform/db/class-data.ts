import type { ClassExport } from "../../contracts/index.ts";
import type { PrismaClient } from "./generated/client.ts";

/** `most`: rows of a kind, the newest ones. What its learners did before the class was made is not the class's. */
export async function classData(
  prisma: PrismaClient,
  { classroom, most }: { classroom: string; most: number },
): Promise<ClassExport | undefined> {
  const found = await prisma.classroom.findUnique({ where: { id: classroom } });
  if (!found) return undefined;
  const mine = { where: { classroomId: classroom } };
  const learner = { classes: { some: { classroomId: classroom, role: "learner" as const } } };
  const since = { gte: found.createdAt };
  const [members, joinCodes, progress, events, messages, helpRequests, helpSessions, audit] =
    await Promise.all([
      prisma.membership.findMany({
        ...mine,
        select: {
          role: true,
          joinedAt: true,
          learner: { select: { id: true, name: true, email: true, preflight: true } },
        },
        orderBy: { joinedAt: "asc" },
      }),
      // Not the digest: it is half of a code.
      prisma.joinCode.findMany({ ...mine, omit: { digest: true }, orderBy: { createdAt: "asc" } }),
      prisma.labProgress.findMany({ where: { learner, updatedAt: since } }),
      prisma.event.findMany({
        where: { learner, at: since },
        omit: { position: true },
        orderBy: { position: "desc" },
        take: most,
      }),
      prisma.classMessage.findMany({
        ...mine,
        omit: { position: true },
        orderBy: { position: "desc" },
        take: most,
      }),
      prisma.helpRequest.findMany({ ...mine, orderBy: { raisedAt: "asc" }, take: most }),
      prisma.helpSession.findMany({ ...mine, orderBy: { askedAt: "asc" }, take: most }),
      prisma.audit.findMany({
        where: { OR: [{ subject: classroom }, { detail: { path: ["class"], equals: classroom } }] },
        omit: { id: true },
        orderBy: { id: "desc" },
        take: most,
      }),
    ]);
  return {
    ...{ class: found, members, joinCodes, progress, events, messages, helpRequests, helpSessions, audit },
  };
}
