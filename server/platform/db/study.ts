import type { Certificate, PrismaClient, StepNote } from "./generated/client.ts";
import { NOTES_OF_A_LAB } from "./limits.ts";

export type NoteRecord = Readonly<StepNote>;
export type CertificateRecord = Readonly<Certificate>;

/** What learners keep for themselves: notes and marks beside steps, certificates. */
export class Study {
  constructor(private readonly prisma: PrismaClient) {}

  notes(learner: string, lab: string): Promise<NoteRecord[]> {
    return this.prisma.stepNote.findMany({
      where: { learnerId: learner, lab },
      orderBy: { step: "asc" },
      take: NOTES_OF_A_LAB,
    });
  }

  async keepNote(note: Omit<NoteRecord, "updatedAt">): Promise<NoteRecord | undefined> {
    const { learnerId, lab, step, text, bookmarked } = note;
    if (text === "" && !bookmarked) {
      await this.prisma.stepNote.deleteMany({ where: { learnerId, lab, step } });
      return undefined;
    }
    return this.prisma.stepNote.upsert({
      where: { learnerId_lab_step: { learnerId, lab, step } },
      create: note,
      update: { text, bookmarked, updatedAt: new Date() },
    });
  }

  async certificate(code: string): Promise<CertificateRecord | undefined> {
    return (await this.prisma.certificate.findUnique({ where: { code } })) ?? undefined;
  }

  /** The learner's own for this workshop: the one there is, or this one. Two who ask at once get the same. */
  async giveCertificate(fresh: Omit<CertificateRecord, "issuedAt">): Promise<CertificateRecord> {
    await this.prisma.certificate.createMany({ data: [fresh], skipDuplicates: true });
    const { learnerId, workshop } = fresh;
    return this.prisma.certificate.findUniqueOrThrow({
      where: { learnerId_workshop: { learnerId, workshop } },
    });
  }
}
