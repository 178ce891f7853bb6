import type { PrismaClient } from "./generated/client.ts";
import { MAX_PEOPLE_LISTED, MAX_SESSIONS_LISTED } from "./limits.ts";
import type { LearnerRecord, Role, SessionRecord } from "./records.ts";

/** Somebody as the people page and their own account page show them. */
export interface Person extends LearnerRecord {
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly createdAt: Date;
  /** "credential" for a password, otherwise the identity provider's name; none: joined by a code. */
  readonly ways: readonly string[];
  /** When they last signed in; null: no browser of theirs is signed in. */
  readonly signedInAt: Date | null;
}

export interface BrowserSession {
  readonly id: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
}

/** "last-owner": a server without an owner could not be run any more. */
export type PersonChange = "done" | "unknown" | "last-owner";

const personSelect = {
  id: true,
  name: true,
  role: true,
  email: true,
  emailVerified: true,
  createdAt: true,
  accounts: { select: { providerId: true } },
  sessions: { select: { createdAt: true }, orderBy: { createdAt: "desc" }, take: 1 },
} as const;

interface PersonRow extends Omit<Person, "ways" | "signedInAt"> {
  readonly accounts: readonly { readonly providerId: string }[];
  readonly sessions: readonly { readonly createdAt: Date }[];
}

const personOf = ({ accounts, sessions, ...rest }: PersonRow): Person => ({
  ...rest,
  ways: accounts.map(({ providerId }) => providerId),
  signedInAt: sessions[0]?.createdAt ?? null,
});

/** Who there is, what they may, and which browsers speak for them. */
export class People {
  constructor(private readonly prisma: PrismaClient) {}

  async list(): Promise<Person[]> {
    const rows = await this.prisma.learner.findMany({
      select: personSelect,
      orderBy: [{ role: "asc" }, { createdAt: "asc" }],
      take: MAX_PEOPLE_LISTED,
    });
    return rows.map(personOf);
  }

  async find(id: string): Promise<Person | undefined> {
    const row = await this.prisma.learner.findUnique({ where: { id }, select: personSelect });
    return row ? personOf(row) : undefined;
  }

  async findByEmail(email: string): Promise<Person | undefined> {
    const row = await this.prisma.learner.findUnique({
      where: { email: email.toLowerCase() },
      select: personSelect,
    });
    return row ? personOf(row) : undefined;
  }

  async count(): Promise<number> {
    return this.prisma.learner.count();
  }

  async hasOwner(): Promise<boolean> {
    return (await this.prisma.learner.findFirst({ where: { role: "owner" }, select: { id: true } })) !== null;
  }

  async add(person: LearnerRecord): Promise<void> {
    await this.prisma.learner.create({ data: { ...person } });
  }

  /** False: the address belongs to somebody else. */
  async setEmail(id: string, email: string): Promise<boolean> {
    const other = await this.prisma.learner.findUnique({ where: { email }, select: { id: true } });
    if (other) return other.id === id;
    await this.prisma.learner.update({
      where: { id },
      data: { email, emailVerified: false, updatedAt: new Date() },
    });
    return true;
  }

  async rename(id: string, name: string): Promise<void> {
    await this.prisma.learner.updateMany({ where: { id }, data: { name, updatedAt: new Date() } });
  }

  /** Also ends every session of theirs: what was allowed under the old role must be asked for anew. */
  async setRole(id: string, role: Role): Promise<PersonChange> {
    return this.keepingAnOwner(id, role === "owner", async (transaction) => {
      await transaction.learner.update({ where: { id }, data: { role, updatedAt: new Date() } });
      await transaction.authSession.deleteMany({ where: { learnerId: id } });
    });
  }

  /** With everything that hangs on them; the audit rows stay. */
  async remove(id: string): Promise<PersonChange> {
    return this.keepingAnOwner(id, false, async (transaction) => {
      await transaction.learner.delete({ where: { id } });
    });
  }

  async sessionsOf(id: string): Promise<BrowserSession[]> {
    return this.prisma.authSession.findMany({
      where: { learnerId: id, expiresAt: { gt: new Date() } },
      select: { id: true, createdAt: true, expiresAt: true, ipAddress: true, userAgent: true },
      orderBy: { createdAt: "desc" },
      take: MAX_SESSIONS_LISTED,
    });
  }

  /** By its id, as far as it still stands for somebody. */
  async session(id: string): Promise<SessionRecord | undefined> {
    return (await this.standing([id]))[0];
  }

  /** Those of these sessions that still stand for somebody, with what their people may now. */
  async standing(ids: readonly string[]): Promise<SessionRecord[]> {
    if (ids.length === 0) return [];
    const found = await this.prisma.authSession.findMany({
      where: { id: { in: [...ids] }, expiresAt: { gt: new Date() } },
      select: { id: true, role: true, learner: { select: { id: true, name: true, role: true } } },
    });
    return found.flatMap(({ id, role, learner }) =>
      role === learner.role ? [{ ...learner, session: id }] : [],
    );
  }

  /** Those that ended just now. */
  async endSessions(learner: string, which: { only?: string; except?: string } = {}): Promise<string[]> {
    const id = {
      ...(which.only !== undefined && { equals: which.only }),
      ...(which.except !== undefined && { not: which.except }),
    };
    const where = { learnerId: learner, id };
    const ending = await this.prisma.authSession.findMany({ where, select: { id: true } });
    await this.prisma.authSession.deleteMany({ where });
    return ending.map((session) => session.id);
  }

  async forgetExpiredSessions(): Promise<void> {
    await this.prisma.authSession.deleteMany({ where: { expiresAt: { lt: new Date() } } });
  }

  private async keepingAnOwner(
    id: string,
    staysOwner: boolean,
    change: (transaction: Transaction) => Promise<void>,
  ): Promise<PersonChange> {
    return this.prisma.$transaction(async (transaction) => {
      // All owners' rows are locked: two owners who remove each other at once must not both succeed.
      const owners = await transaction.$queryRaw<
        { id: string }[]
      >`SELECT "id" FROM "learner" WHERE "role" = 'owner' FOR UPDATE`;
      const person = await transaction.learner.findUnique({ where: { id }, select: { role: true } });
      if (!person) return "unknown";
      if (person.role === "owner" && !staysOwner && owners.length === 1) return "last-owner";
      await change(transaction);
      return "done";
    });
  }
}

type Transaction = Parameters<Parameters<PrismaClient["$transaction"]>[0]>[0];
