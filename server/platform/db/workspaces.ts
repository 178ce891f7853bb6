import type { PrismaClient } from "./generated/client.ts";

export interface UnusedWorkspace {
  readonly id: string;
  readonly learner: string;
  readonly usedAt: Date;
  /** Its end was announced then. */
  readonly announcedAt: Date | null;
}

/** How long workspaces have not been used. */
export class Workspaces {
  constructor(private readonly prisma: PrismaClient) {}

  /** They run: nothing that was announced of them holds. */
  async touch(ids: readonly string[], at: Date): Promise<void> {
    if (ids.length === 0) return;
    await this.prisma.workspace.updateMany({
      where: { id: { in: [...ids] } },
      data: { usedAt: at, announcedAt: null },
    });
  }

  /** Those last used before this time, the oldest first. */
  async unusedSince(time: Date, most: number): Promise<UnusedWorkspace[]> {
    const found = await this.prisma.workspace.findMany({
      where: { usedAt: { lte: time } },
      orderBy: { usedAt: "asc" },
      take: most,
    });
    return found.map(({ id, learnerId, usedAt, announcedAt }) => ({
      ...{ id, learner: learnerId, usedAt, announcedAt },
    }));
  }

  async announced(id: string, at: Date): Promise<void> {
    await this.prisma.workspace.updateMany({ where: { id }, data: { announcedAt: at } });
  }

  /** The learner keeps what they have reached, and gets a new one when they come back. */
  async forget(id: string): Promise<void> {
    await this.prisma.workspace.deleteMany({ where: { id } });
  }
}
