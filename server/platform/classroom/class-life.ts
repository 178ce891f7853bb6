import { randomBytes } from "node:crypto";
import type { ClassChange, ClassCreate, ClassInfo, ClassOptions, OwnClass } from "../../contracts/index.ts";
import type { ClassroomChange, ClassroomRecord, ClassState, Database } from "../db/index.ts";
import { OPERATOR, taughtClass } from "./class-rights.ts";
import type { LabShelf } from "./lab-shelf.ts";
import { MAX_CLASSES_TAUGHT, MAX_PAUSES } from "./limits.ts";
import type { PinnedContent } from "./pinned-content.ts";
import { ClassroomRefusal, notYours } from "./refusal.ts";

export interface ClassLifeDeps {
  readonly db: () => Promise<Database>;
  readonly shelf: LabShelf;
  readonly content: PinnedContent;
  readonly istioVersions: readonly string[];
  /** What labs can be read in; the first is what they are written in. */
  readonly languages: () => Promise<readonly string[]>;
  readonly connected: (learner: string) => boolean;
  readonly now: () => number;
  readonly publishInfo: (info: ClassInfo) => void;
  readonly publishOwn: (learner: string, own: OwnClass | null) => void;
  /** What these learners read and run is another from now on. */
  readonly placeChanged: (learners: readonly string[]) => void;
  readonly learnerLeft: (classroom: string, learner: string) => void;
}

/** From what state a class may go where. Out of the archive it comes back as what it was. */
const moves: Readonly<Record<ClassState, readonly ClassState[]>> = {
  planned: ["open", "archived"],
  open: ["closed"],
  closed: ["open", "archived"],
  archived: ["planned", "closed"],
};

/** Making, changing, opening and closing classes. Every method asks the database whether it is the viewer's class. */
export class ClassLife {
  constructor(private readonly deps: ClassLifeDeps) {}

  async list(viewer: string): Promise<ClassInfo[]> {
    const db = await this.deps.db();
    const person = await db.learner(viewer);
    const owner = person ? person.role === "owner" : viewer === OPERATOR;
    const classes = owner ? await db.classes.all() : await db.classes.taughtBy(viewer);
    return Promise.all(classes.map((classroom) => this.info(classroom)));
  }

  async options(): Promise<ClassOptions> {
    const { shelf, istioVersions } = this.deps;
    const [labs, languages] = await Promise.all([shelf.labs(undefined), this.deps.languages()]);
    return {
      workshops: [...new Set(labs.map(({ workshop }) => workshop))],
      ...{ istioVersions, languages },
      labs: labs.map(({ id, title, workshop }) => ({ id, title, workshop })),
    };
  }

  /** `actor`: who makes it for them, where that is somebody else. */
  async create(viewer: string, wanted: ClassCreate, actor = viewer): Promise<ClassInfo> {
    const db = await this.deps.db();
    if ((await db.classes.taughtBy(viewer)).length >= MAX_CLASSES_TAUGHT)
      throw new ClassroomRefusal(
        "too-many",
        `You have ${MAX_CLASSES_TAUGHT} classes already; more are not kept.`,
      );
    await this.judge(wanted);
    const { startsAt, endsAt, capacity, ...rest } = wanted;
    const id = `c-${randomBytes(8).toString("hex")}`;
    const made = await db.classes.create(
      {
        ...{ id, ...rest },
        ...(startsAt !== undefined && { startsAt: new Date(startsAt) }),
        ...(endsAt !== undefined && { endsAt: new Date(endsAt) }),
        ...(capacity !== undefined && { capacity }),
      },
      viewer,
    );
    await db.audit({ actor, action: "class-create", subject: id, detail: { name: made.name } });
    return this.info(made);
  }

  async change(viewer: string, { class: id, ...wanted }: ClassChange): Promise<ClassInfo> {
    const before = await this.taught(viewer, id);
    const settled = ["workshop", "istioVersion", "language"] as const;
    const another = settled.some((name) => wanted[name] !== undefined && wanted[name] !== before[name]);
    if (another && before.state !== "planned")
      throw new ClassroomRefusal(
        "bad-request",
        "Workshop, release and language are settled once a class was opened.",
      );
    await this.judge({
      ...wanted,
      startsAt: orKept(wanted.startsAt, before.startsAt),
      endsAt: orKept(wanted.endsAt, before.endsAt),
    });
    const times = { startsAt: dateOf(wanted.startsAt), endsAt: dateOf(wanted.endsAt) };
    // Workspaces that were started ahead run what the class no longer is; a later start may warm up once more.
    const again = before.warmedAt !== null && (another || this.warmsUpAgain(wanted, before));
    const info = await this.keep(viewer, id, {
      action: "class-change",
      change: { ...wanted, ...times, ...(again && { warmedAt: null }) },
    });
    if (another && before.warmedAt) await this.placesChanged(id);
    return info;
  }

  /** The labs as they lie on the server now take the place of those that the class was opened with. */
  async repin(viewer: string, id: string): Promise<ClassInfo> {
    const { contentDigest, state } = await this.taught(viewer, id);
    if (contentDigest === null || state === "archived")
      throw new ClassroomRefusal(
        "bad-request",
        "This class reads the labs as they are on the server anyhow.",
      );
    const digest = await this.deps.content.pin();
    if (digest === contentDigest)
      throw new ClassroomRefusal("bad-request", "The class has the labs as they are on the server already.");
    const info = await this.keep(viewer, id, {
      action: "class-repin",
      change: { contentDigest: digest },
    });
    await this.placesChanged(id);
    return info;
  }

  async move(viewer: string, { class: id, to }: { class: string; to: ClassState }): Promise<ClassInfo> {
    const before = await this.taught(viewer, id);
    const back = before.openedAt ? "closed" : "planned";
    if (!moves[before.state].includes(to) || (before.state === "archived" && to !== back))
      throw new ClassroomRefusal("bad-request", `A class that is ${before.state} cannot become ${to}.`);
    const now = new Date(this.deps.now());
    const change: ClassroomChange =
      to === "open"
        ? {
            ...{ state: to, openedAt: before.openedAt ?? now, closedAt: null },
            // Opened again, it reads what it read before.
            contentDigest: before.contentDigest ?? (await this.deps.content.pin()),
          }
        : { state: to, ...(to === "closed" && before.state === "open" && { closedAt: now }) };
    const info = await this.keep(viewer, id, { action: `class-${to}`, change });
    // Warmed up, they run already as the class wants them.
    if (to === "open" && !before.warmedAt) await this.placesChanged(id);
    return info;
  }

  async gate(viewer: string, { class: id, lab }: { class: string; lab: string | null }): Promise<ClassInfo> {
    const classroom = await this.taught(viewer, id);
    const labs = await this.deps.shelf.labs(classroom);
    if (lab !== null && !labs.some((known) => known.id === lab))
      throw new ClassroomRefusal("not-found", "There is no such lab in this class.");
    return this.keep(viewer, id, { action: "class-gate", change: { gateLab: lab } });
  }

  async pause(viewer: string, { class: id, paused }: { class: string; paused: boolean }): Promise<ClassInfo> {
    const { pauses } = await this.taught(viewer, id);
    const now = this.deps.now();
    const last = pauses.at(-1);
    const under = last !== undefined && last.to === undefined;
    if (under === paused) return this.infoOf(id);
    if (paused && pauses.length >= MAX_PAUSES)
      throw new ClassroomRefusal("too-many", `A class can be paused ${MAX_PAUSES} times.`);
    const next = paused
      ? [...pauses, { from: now }]
      : pauses.map((pause) => (pause === last ? { ...pause, to: now } : pause));
    return this.keep(viewer, id, {
      action: paused ? "class-pause" : "class-resume",
      change: { pauses: next },
    });
  }

  /** Later than it was planned; a class that has run over its end gets the minutes from now. */
  async extend(
    viewer: string,
    { class: id, minutes }: { class: string; minutes: number },
  ): Promise<ClassInfo> {
    const { endsAt } = await this.taught(viewer, id);
    if (!endsAt) throw new ClassroomRefusal("bad-request", "This class has no end that could be moved.");
    const from = Math.max(endsAt.getTime(), this.deps.now());
    return this.keep(viewer, id, {
      action: "class-extend",
      change: { endsAt: new Date(from + minutes * 60_000) },
    });
  }

  async removeLearner(
    viewer: string,
    { class: id, learner }: { class: string; learner: string },
  ): Promise<void> {
    await this.taught(viewer, id);
    const db = await this.deps.db();
    if (!(await db.classes.removeLearner(id, learner)))
      throw new ClassroomRefusal("not-found", "This person does not learn in this class.");
    await db.audit({
      actor: viewer,
      action: "class-remove-learner",
      subject: learner,
      detail: { class: id },
    });
    this.deps.learnerLeft(id, learner);
    this.deps.publishOwn(learner, await this.own(learner));
    this.deps.placeChanged([learner]);
    this.deps.publishInfo(await this.infoOf(id));
  }

  async own(learner: string): Promise<OwnClass | null> {
    const found = await (await this.deps.db()).classes.learningIn(learner);
    return found ? ownView(found) : null;
  }

  async infoOf(id: string): Promise<ClassInfo> {
    const found = await (await this.deps.db()).classes.find(id);
    if (!found) throw notYours("class");
    return this.info(found);
  }

  async info(classroom: ClassroomRecord): Promise<ClassInfo> {
    const { classes } = await this.deps.db();
    const members = await classes.members(classroom.id, "learner");
    const { contentDigest, state } = classroom;
    const pinned = contentDigest !== null && (state === "open" || state === "closed");
    return {
      ...{ id: classroom.id, name: classroom.name, workshop: classroom.workshop },
      ...{ istioVersion: classroom.istioVersion, language: classroom.language, state },
      ...(classroom.startsAt && { startsAt: classroom.startsAt.getTime() }),
      ...(classroom.endsAt && { endsAt: classroom.endsAt.getTime() }),
      ...(classroom.openedAt && { openedAt: classroom.openedAt.getTime() }),
      ...(classroom.closedAt && { closedAt: classroom.closedAt.getTime() }),
      ...(classroom.gateLab && { gateLab: classroom.gateLab }),
      pauses: [...classroom.pauses],
      warmMinutes: classroom.warmMinutes,
      ...(contentDigest && { contentDigest }),
      ...(classroom.capacity !== null && { capacity: classroom.capacity }),
      contentChanged: pinned && (await this.deps.content.digest()) !== contentDigest,
      learners: members.length,
      connected: members.filter((id) => this.deps.connected(id)).length,
    };
  }

  private warmsUpAgain(
    { startsAt, warmMinutes }: Omit<ClassChange, "class">,
    before: ClassroomRecord,
  ): boolean {
    const minutes = warmMinutes ?? before.warmMinutes;
    return typeof startsAt === "number" && startsAt - minutes * 60_000 > this.deps.now();
  }

  private async placesChanged(id: string): Promise<void> {
    this.deps.placeChanged(await (await this.deps.db()).classes.members(id, "learner"));
  }

  private async taught(viewer: string, id: string): Promise<ClassroomRecord> {
    return taughtClass(await this.deps.db(), viewer, id);
  }

  private async keep(
    viewer: string,
    id: string,
    { action, change }: { action: string; change: ClassroomChange },
  ): Promise<ClassInfo> {
    const db = await this.deps.db();
    const changed = await db.classes.change(id, change);
    await db.audit({ actor: viewer, action, subject: id, detail: told(change) });
    const info = await this.info(changed);
    this.deps.publishInfo(info);
    const here = (await db.classes.members(id, "learner")).filter((learner) => this.deps.connected(learner));
    for (const learner of here) this.deps.publishOwn(learner, await this.own(learner));
    return info;
  }

  /** Whether this server has what a class wants. */
  private async judge(wanted: {
    readonly workshop?: string | undefined;
    readonly istioVersion?: string | undefined;
    readonly language?: string | undefined;
    readonly startsAt?: number | undefined;
    readonly endsAt?: number | undefined;
  }): Promise<void> {
    const { workshops, istioVersions, languages } = await this.options();
    if (wanted.workshop !== undefined && !workshops.includes(wanted.workshop))
      throw new ClassroomRefusal("not-found", `There is no workshop "${wanted.workshop}" on this server.`);
    if (wanted.istioVersion !== undefined && !istioVersions.includes(wanted.istioVersion))
      throw new ClassroomRefusal(
        "bad-request",
        `Istio ${wanted.istioVersion} is not practised here; there is ${istioVersions.join(" and ")}.`,
      );
    if (wanted.language !== undefined && !languages.includes(wanted.language))
      throw new ClassroomRefusal("bad-request", `There is no text in "${wanted.language}".`);
    const { startsAt, endsAt } = wanted;
    if (startsAt !== undefined && endsAt !== undefined && endsAt <= startsAt)
      throw new ClassroomRefusal("bad-request", "A class ends after it starts.");
  }
}

export const isPaused = ({ pauses }: Pick<ClassroomRecord, "pauses">): boolean => {
  const last = pauses.at(-1);
  return last !== undefined && last.to === undefined;
};

const ownView = (classroom: ClassroomRecord): OwnClass => ({
  ...{ id: classroom.id, name: classroom.name, paused: isPaused(classroom) },
  ...(classroom.endsAt && { endsAt: classroom.endsAt.getTime() }),
  ...(classroom.gateLab && { gateLab: classroom.gateLab }),
});

const orKept = (wanted: number | null | undefined, before: Date | null): number | undefined =>
  wanted === undefined ? before?.getTime() : (wanted ?? undefined);

const dateOf = (time: number | null | undefined): Date | null | undefined =>
  typeof time === "number" ? new Date(time) : time;

/** For the audit: what was set, in words. */
const told = (change: ClassroomChange): Record<string, string> =>
  Object.fromEntries(
    Object.entries(change)
      .filter(([name, value]) => value !== undefined && name !== "pauses")
      .map(([name, value]) => [name, value instanceof Date ? value.toISOString() : String(value)]),
  );
