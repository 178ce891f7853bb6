import { randomUUID } from "node:crypto";
import type {
  ClassMessage,
  HelpParams,
  HelpQueue,
  HelpSession,
  LearnerDetail,
  LearnerHelp,
} from "../../../contracts/index.ts";
import type { Database, HandRecord, HelpSessionRecord, LearnerRecord } from "../../db/index.ts";
import { ClassroomRefusal, notYours } from "../refusal.ts";
import { ANSWER_WITHIN_MS, MAX_SESSIONS_OF_INSTRUCTOR, MAX_SESSIONS_OF_LEARNER } from "./limits.ts";
import { classMessage, helpSession, learnerHelp, queuedHand } from "./views.ts";

/** Who hears of what. Each is called after the commit. */
export interface HelpNewsPort {
  learner(learner: string, state: LearnerHelp): void;
  queue(queue: Pick<HelpQueue, "classroom" | "hands">): void;
  /** To the instructor who asked. */
  session(session: HelpSession): void;
  /** To the class's instructors and to these learners. */
  message(message: ClassMessage, learners: readonly string[]): void;
  place(learner: string, place: number): void;
}

export interface HelpDeskDeps {
  readonly db: () => Promise<Database>;
  readonly news: HelpNewsPort;
  /** Asked of the learner's running workspace; empty when it is not running. */
  readonly commands: (learner: string) => Promise<readonly string[]>;
  readonly terminals: (learner: string) => Promise<readonly string[]>;
  /** Somebody's hand went up or down, or asks something else. */
  readonly handMoved: (learner: string) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Help in a class. A learner's terminal is watched or typed in only between the learner's yes and the first end that
 * either side says; both are in the audit. Nothing here trusts an id: every call asks the database who is who.
 */
export class HelpDesk {
  private readonly waiting = new Map<string, NodeJS.Timeout>();
  /** Hands that are up, by learner: the board asks for them with every row. */
  private readonly up = new Map<string, { classroom: string; since: number; note: string }>();
  private readonly listeners = new Set<(session: string) => void>();

  constructor(private readonly deps: HelpDeskDeps) {}

  /** A session of an earlier process has nobody who would end it. */
  async start(): Promise<void> {
    const db = await this.deps.db();
    for (const session of await db.help.openSessions())
      await this.finish(session, "The server was restarted.");
    for (const classroom of await db.help.classesWithHands())
      this.remember(classroom, await db.help.hands(classroom));
  }

  stop(): void {
    for (const timer of this.waiting.values()) clearTimeout(timer);
    this.waiting.clear();
  }

  /** The learner's hand, if it is up. */
  hand(learner: string): { since: number; note: string } | undefined {
    const hand = this.up.get(learner);
    return hand && { since: hand.since, note: hand.note };
  }

  /** Called with a session's id at its end, before anybody is told. */
  onEnd(listener: (session: string) => void): void {
    this.listeners.add(listener);
  }

  async state(learner: string): Promise<LearnerHelp> {
    const db = await this.deps.db();
    const classroom = await db.classes.learningIn(learner);
    const [hands, sessions, messages] = await Promise.all([
      classroom ? db.help.hands(classroom.id) : [],
      db.help.openSessions({ learnerId: learner }),
      classroom ? db.help.thread(classroom.id, learner) : [],
    ]);
    return learnerHelp({ classroom, learner, hands, sessions, messages });
  }

  async raise(learner: string, { id, note, lab, step }: HelpParams<"help:raise">): Promise<LearnerHelp> {
    const db = await this.deps.db();
    const classroomId = await this.classOf(learner);
    await db.help.raise({ id, classroomId, learnerId: learner, note, lab: lab ?? null, step: step ?? null });
    await this.queueMoved(classroomId, learner);
    return this.state(learner);
  }

  async lower(learner: string): Promise<LearnerHelp> {
    const db = await this.deps.db();
    if (await db.help.lower(learner, learner)) await this.queueMoved(await this.classOf(learner), learner);
    return this.state(learner);
  }

  async answer(learner: string, { session: id, allow }: HelpParams<"help:answer">): Promise<LearnerHelp> {
    const db = await this.deps.db();
    const session = await db.help.session(id);
    if (session?.learnerId !== learner) throw notYours("question");
    if (!allow) await this.finish(session, `${session.learnerName} would rather not.`);
    else if (await db.help.grant(id)) {
      this.answered(id);
      await this.audit("help-granted", session);
      const granted = await db.help.session(id);
      if (granted) this.deps.news.session(helpSession(granted));
    }
    return this.tellLearner(learner);
  }

  /** Either side. Nothing more is seen or typed when this returns. */
  async end(viewer: LearnerRecord, { session: id }: HelpParams<"help:end">): Promise<void> {
    const session = await (await this.deps.db()).help.session(id);
    if (!session || ![session.learnerId, session.instructorId].includes(viewer.id)) throw notYours("session");
    await this.finish(session, `${viewer.name} ended it.`);
    await this.tellLearner(session.learnerId);
  }

  async say(learner: string, { id, text }: HelpParams<"help:say">): Promise<LearnerHelp> {
    const db = await this.deps.db();
    const classroomId = await this.classOf(learner);
    const base = { classroomId, learnerId: learner, authorId: learner };
    const said = await db.help.say({ ...base, id, fromInstructor: false, kind: "text", text });
    // Sent again, it is shown again; somebody else's id shows nobody what they said.
    if (!said && (await db.help.message(id))?.authorId !== learner) throw notYours("message");
    await this.spread(id, [learner]);
    return this.state(learner);
  }

  async queue(viewer: LearnerRecord, classroom: string): Promise<HelpQueue> {
    const db = await this.deps.db();
    await this.mustTeach(viewer, classroom);
    const [hands, sessions] = await Promise.all([
      db.help.hands(classroom),
      db.help.openSessions({ instructorId: viewer.id }),
    ]);
    return { classroom, hands: hands.map(queuedHand), sessions: sessions.map(helpSession) };
  }

  async detail(
    viewer: LearnerRecord,
    { classroom, learner }: HelpParams<"help:learner">,
  ): Promise<LearnerDetail> {
    const db = await this.deps.db();
    await this.mustTeach(viewer, classroom, learner);
    const [hands, sessions, messages] = await Promise.all([
      db.help.hands(classroom),
      db.help.openSessions({ learnerId: learner }),
      db.help.thread(classroom, learner),
    ]);
    const granted = sessions.some((one) => one.instructorId === viewer.id && one.grantedAt !== null);
    // Commands are the learner's own until they ask for help.
    const open = granted || hands.some(({ learnerId }) => learnerId === learner);
    const [commands, terminals] = await Promise.all([
      open ? this.deps.commands(learner) : undefined,
      granted ? this.deps.terminals(learner) : [],
    ]);
    return { messages: messages.map(classMessage), ...(commands && { commands }), terminals };
  }

  async take(viewer: LearnerRecord, { classroom, learner }: HelpParams<"help:take">): Promise<void> {
    await this.mustTeach(viewer, classroom, learner);
    await (await this.deps.db()).help.take(classroom, learner, viewer.id);
    await this.queueMoved(classroom, learner);
    await this.tellLearner(learner);
  }

  async done(viewer: LearnerRecord, { classroom, learner }: HelpParams<"help:done">): Promise<void> {
    await this.mustTeach(viewer, classroom, learner);
    await (await this.deps.db()).help.lower(learner, viewer.id);
    await this.queueMoved(classroom, learner);
    await this.tellLearner(learner);
  }

  async ask(viewer: LearnerRecord, request: HelpParams<"help:ask">): Promise<HelpSession> {
    const db = await this.deps.db();
    const { id, classroom, learner, mode, reason } = request;
    await this.mustTeach(viewer, classroom, learner);
    const [theirs, mine] = await Promise.all([
      db.help.openSessions({ learnerId: learner }),
      db.help.openSessions({ instructorId: viewer.id }),
    ]);
    if (theirs.length >= MAX_SESSIONS_OF_LEARNER || mine.length >= MAX_SESSIONS_OF_INSTRUCTOR)
      throw new ClassroomRefusal("too-many", "There are too many open sessions; end one of them first.");
    await db.help.ask({
      id,
      classroomId: classroom,
      learnerId: learner,
      instructorId: viewer.id,
      mode,
      reason,
    });
    const session = await db.help.session(id);
    if (session?.instructorId !== viewer.id || session.learnerId !== learner) throw notYours("session");
    this.expire(id);
    await this.audit("help-asked", session);
    await this.tellLearner(learner);
    return helpSession(session);
  }

  /** The session if this instructor may now do this with it; whoever asks for less than was granted may, too. */
  async granted(viewer: LearnerRecord, id: string, mode: "view" | "type"): Promise<HelpSessionRecord> {
    const session = await (await this.deps.db()).help.session(id);
    if (session?.instructorId !== viewer.id) throw notYours("session");
    await this.mustTeach(viewer, session.classroomId, session.learnerId);
    if (session.endedAt || !session.grantedAt)
      throw new ClassroomRefusal("forbidden", `${session.learnerName} has not agreed, or it has ended.`);
    if (mode === "type" && session.mode !== "type")
      throw new ClassroomRefusal(
        "forbidden",
        `${session.learnerName} agreed to be watched, not to be typed for.`,
      );
    return session;
  }

  async tell(viewer: LearnerRecord, request: HelpParams<"help:tell">): Promise<{ told: number }> {
    const db = await this.deps.db();
    const { id, classroom, learners, kind, text, lab, step } = request;
    await this.mustTeach(viewer, classroom);
    if (kind === "jump" && lab === undefined)
      throw new ClassroomRefusal("bad-request", "A jump needs the lab it leads to.");
    const members = await db.classes.members(classroom, "learner");
    const told = learners ? members.filter((member) => learners.includes(member)) : members;
    const base = { classroomId: classroom, authorId: viewer.id, fromInstructor: true, kind, text };
    const place = { lab: lab ?? null, step: step ?? null };
    // One row for everybody, or one for each; the first has the client's id: if that was said before, all was.
    const threads = learners ? told : [undefined];
    const rows = threads.map((learner, index) => ({
      row: { ...base, ...place, id: index === 0 ? id : randomUUID(), learnerId: learner ?? null },
      hearers: learner === undefined ? told : [learner],
    }));
    for (const [index, { row }] of rows.entries())
      if (!(await db.help.say(row)) && index === 0) return { told: told.length };
    await db.audit({
      actor: viewer.id,
      action: "class-told",
      subject: classroom,
      detail: { kind, to: learners ? told.join(",").slice(0, 2_000) : "everybody" },
    });
    for (const { row, hearers } of rows) await this.spread(row.id, hearers);
    return { told: told.length };
  }

  /** This learner, or everybody, learns there no more: hands go down, and nobody is watched from this moment. */
  async over(classroom: string, { learner, why }: { learner?: string; why: string }): Promise<void> {
    const db = await this.deps.db();
    const concerns = (one: { learnerId: string }) => learner === undefined || one.learnerId === learner;
    const open = await db.help.openSessions({ classroomId: classroom });
    for (const session of open.filter(concerns)) {
      await this.finish(session, why);
      await this.tellLearner(session.learnerId);
    }
    for (const { learnerId } of (await db.help.hands(classroom)).filter(concerns)) {
      await db.help.lower(learnerId, learnerId);
      await this.queueMoved(classroom, learnerId);
      await this.tellLearner(learnerId);
    }
  }

  private async finish(session: HelpSessionRecord, reason: string): Promise<void> {
    const db = await this.deps.db();
    this.answered(session.id);
    for (const listener of this.listeners) listener(session.id);
    if (!(await db.help.end(session.id, reason))) return;
    await this.audit("help-ended", session, reason);
    const ended = await db.help.session(session.id);
    if (ended) this.deps.news.session(helpSession(ended));
  }

  private expire(id: string): void {
    const late = async () => {
      const session = await (await this.deps.db()).help.session(id);
      if (!session || session.grantedAt || session.endedAt) return;
      await this.finish(session, `${session.learnerName} did not answer.`);
      await this.tellLearner(session.learnerId);
    };
    this.waiting.set(id, setTimeout(() => void late().catch(this.deps.failed), ANSWER_WITHIN_MS).unref());
  }

  private answered(id: string): void {
    clearTimeout(this.waiting.get(id));
    this.waiting.delete(id);
  }

  private async tellLearner(learner: string): Promise<LearnerHelp> {
    const state = await this.state(learner);
    this.deps.news.learner(learner, state);
    return state;
  }

  /** The instructors see the queue, and everybody in it their place. */
  private async queueMoved(classroom: string, learner: string): Promise<void> {
    const hands = await (await this.deps.db()).help.hands(classroom);
    this.remember(classroom, hands);
    this.deps.handMoved(learner);
    this.deps.news.queue({ classroom, hands: hands.map(queuedHand) });
    for (const [index, { learnerId }] of hands.entries()) this.deps.news.place(learnerId, index + 1);
  }

  private remember(classroom: string, hands: readonly HandRecord[]): void {
    for (const [learner, hand] of this.up) if (hand.classroom === classroom) this.up.delete(learner);
    for (const { learnerId, note, raisedAt } of hands)
      this.up.set(learnerId, { classroom, note, since: raisedAt.getTime() });
  }

  private async spread(id: string, hearers: readonly string[]): Promise<void> {
    const said = await (await this.deps.db()).help.message(id);
    if (said) this.deps.news.message(classMessage(said), hearers);
  }

  private async classOf(learner: string): Promise<string> {
    const classroom = await (await this.deps.db()).classes.learningIn(learner);
    if (!classroom) throw new ClassroomRefusal("forbidden", "You are in no class that is open now.");
    return classroom.id;
  }

  /** Throws unless the viewer teaches the class, and the learner, if one is named, learns in it. */
  private async mustTeach(viewer: LearnerRecord, classroom: string, learner?: string): Promise<void> {
    const { classes } = await this.deps.db();
    const [mine, theirs] = await Promise.all([
      classes.roleIn(classroom, viewer.id),
      learner === undefined ? undefined : classes.roleIn(classroom, learner),
    ]);
    if (viewer.role === "learner" || mine !== "instructor") throw notYours("class");
    if (learner !== undefined && theirs !== "learner") throw notYours("learner");
  }

  private async audit(action: string, session: HelpSessionRecord, why?: string): Promise<void> {
    const { id, mode, reason, classroomId, instructorId, learnerId } = session;
    const detail = { session: id, classroom: classroomId, mode, reason, ...(why !== undefined && { why }) };
    const actor = action === "help-granted" ? learnerId : instructorId;
    const subject = action === "help-granted" ? instructorId : learnerId;
    await (await this.deps.db()).audit({ actor, action, subject, detail });
  }
}
