import { randomInt } from "node:crypto";
import type { Certificate, ErrorCode, LabSummary, StepNote } from "../../contracts/index.ts";
import type { CertificateRecord, Database, NoteRecord } from "../db/index.ts";

export interface StudyDeps {
  readonly db: () => Promise<Database>;
  /** All labs as this learner reads them. */
  readonly labs: (learner: string) => Promise<readonly LabSummary[]>;
}

/** A refusal in words for the learner. */
export class StudyRefusal extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
    this.name = "StudyRefusal";
  }
}

/** Crockford's alphabet: nothing that is read as something else. */
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** 80 bits: nobody finds one by trying. */
const newCode = (): string => Array.from({ length: 16 }, () => alphabet[randomInt(alphabet.length)]).join("");

/** Notes, marks and certificates. A certificate follows from what the server itself has recorded, and from nothing a page says. */
export class StudyDesk {
  constructor(private readonly deps: StudyDeps) {}

  async notes(learner: string, lab: string): Promise<StepNote[]> {
    return (await (await this.deps.db()).study.notes(learner, lab)).map(noteOf);
  }

  async keep(
    learner: string,
    change: Omit<StepNote, "updatedAt"> & { lab: string },
  ): Promise<StepNote | null> {
    const lab = (await this.deps.labs(learner)).find(({ id }) => id === change.lab);
    if (!lab?.steps.some(({ id }) => id === change.step))
      throw new StudyRefusal("not-found", "There is no such lab or step.");
    const kept = await (await this.deps.db()).study.keepNote({ ...change, learnerId: learner });
    return kept ? noteOf(kept) : null;
  }

  async certify(learner: string, lab: string): Promise<Certificate> {
    const db = await this.deps.db();
    const all = await this.deps.labs(learner);
    const workshop = all.find(({ id }) => id === lab)?.workshop;
    if (workshop === undefined) throw new StudyRefusal("not-found", "There is no such lab.");
    const labs = all.filter((one) => one.workshop === workshop);
    const standings = await Promise.all(labs.map(({ id }) => db.standing(learner, id)));
    // A lab that checks nothing cannot be finished, and is not asked for.
    const wanted = labs.filter(({ steps }) => steps.some(({ conditions }) => conditions > 0));
    const finished = new Map(standings.flatMap((one) => (one.finishedAt ? [[one.lab, one.finishedAt]] : [])));
    const missing = wanted.filter(({ id }) => !finished.has(id)).map(({ title }) => title);
    if (missing.length > 0)
      throw new StudyRefusal("not-found", `Not finished yet: ${missing.join("; ")}.`.slice(0, 2_000));
    if (wanted.length === 0)
      throw new StudyRefusal(
        "not-found",
        "No lab of this workshop checks anything: there is nothing to certify.",
      );
    const name = (await db.learner(learner))?.name ?? "Learner";
    const record = await db.study.giveCertificate({
      ...{ code: newCode(), learnerId: learner, workshop, name, labs: wanted.map(({ title }) => title) },
      finishedAt: new Date(Math.max(...wanted.map(({ id }) => finished.get(id)?.getTime() ?? 0))),
    });
    return certificateOf(record);
  }

  /** What a code stands for; somebody may type it in small letters, with spaces. */
  async verify(code: string): Promise<Certificate | undefined> {
    const plain = code.toUpperCase().replace(/[\s-]/g, "");
    if (!/^[0-9A-HJKMNP-TV-Z]{16}$/.test(plain)) return undefined;
    const found = await (await this.deps.db()).study.certificate(plain);
    return found && certificateOf(found);
  }
}

const noteOf = ({ step, text, bookmarked, updatedAt }: NoteRecord): StepNote => ({
  ...{ step, text, bookmarked },
  updatedAt: updatedAt.getTime(),
});

const certificateOf = ({
  code,
  workshop,
  name,
  labs,
  finishedAt,
  issuedAt,
}: CertificateRecord): Certificate => ({
  ...{ code, workshop, name, labs },
  finishedAt: finishedAt.getTime(),
  issuedAt: issuedAt.getTime(),
});
