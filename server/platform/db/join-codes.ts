import type { ClassState } from "./classes.ts";
import type { JoinCode, PrismaClient } from "./generated/client.ts";

export type JoinCodeRecord = Readonly<JoinCode>;

/** Codes that let people into a class. Holds keyed digests, never a code. */
export class JoinCodes {
  constructor(private readonly prisma: PrismaClient) {}

  /** The new code; those that the class had before are void from now on. */
  async replace(code: Pick<JoinCodeRecord, "id" | "classroomId" | "digest" | "createdBy" | "expiresAt">) {
    await this.prisma.$transaction([
      this.prisma.joinCode.updateMany({
        where: { classroomId: code.classroomId, revokedAt: null },
        data: { revokedAt: new Date() },
      }),
      this.prisma.joinCode.create({ data: code }),
    ]);
  }

  async revoke(classroom: string): Promise<void> {
    await this.prisma.joinCode.updateMany({
      where: { classroomId: classroom, revokedAt: null },
      data: { revokedAt: new Date() },
    });
  }

  /** Expired and revoked ones too: the caller judges, so that a wrong code and an old one cost the same. */
  async find(
    digest: string,
  ): Promise<(JoinCodeRecord & { readonly classroom: { readonly state: ClassState } }) | undefined> {
    const found = await this.prisma.joinCode.findUnique({
      where: { digest },
      include: { classroom: { select: { state: true } } },
    });
    return found ?? undefined;
  }

  /** The code that is in force in a class. */
  async current(classroom: string): Promise<JoinCodeRecord | undefined> {
    const found = await this.prisma.joinCode.findFirst({
      where: { classroomId: classroom, revokedAt: null, expiresAt: { gt: new Date() } },
      orderBy: { createdAt: "desc" },
    });
    return found ?? undefined;
  }
}
