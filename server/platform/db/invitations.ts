import type { PrismaClient } from "./generated/client.ts";
import type { Role } from "./records.ts";

export interface NewInvitation {
  readonly id: string;
  readonly tokenHash: string;
  readonly role: Role;
  /** Whose password it may set; without one it makes a new person. */
  readonly learner?: string;
  readonly createdBy: string;
  readonly expiresAt: Date;
}

export interface InvitationRecord {
  readonly id: string;
  readonly role: Role;
  readonly learnerId: string | null;
  readonly createdBy: string;
}

/** Links that are good once. */
export class Invitations {
  constructor(private readonly prisma: PrismaClient) {}

  async add({ learner, ...invitation }: NewInvitation): Promise<void> {
    await this.forgetOld();
    await this.prisma.invitation.create({ data: { ...invitation, learnerId: learner ?? null } });
  }

  /** Without using it up. */
  async find(tokenHash: string): Promise<InvitationRecord | undefined> {
    const found = await this.prisma.invitation.findFirst({
      where: { tokenHash, usedAt: null, expiresAt: { gt: new Date() } },
      select: { id: true, role: true, learnerId: true, createdBy: true },
    });
    return found ?? undefined;
  }

  /** True for one caller only, ever. */
  async use(id: string): Promise<boolean> {
    const { count } = await this.prisma.invitation.updateMany({
      where: { id, usedAt: null, expiresAt: { gt: new Date() } },
      data: { usedAt: new Date() },
    });
    return count === 1;
  }

  /** Open links of this role that make a new person are void from now on. */
  async revokeOpen(role: Role): Promise<void> {
    await this.prisma.invitation.deleteMany({ where: { role, learnerId: null, usedAt: null } });
  }

  private async forgetOld(): Promise<void> {
    await this.prisma.invitation.deleteMany({ where: { expiresAt: { lt: new Date() } } });
  }
}
