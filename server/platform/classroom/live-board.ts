import type {
  BoardRow,
  ClassBoard,
  ClassInfo,
  ClassRows,
  LabSummary,
  StepPace,
} from "../../contracts/index.ts";
import type { ClassroomRecord, Database } from "../db/index.ts";
import { boardRow, type Whereabouts } from "./board-row.ts";
import { ClassPace } from "./class-pace.ts";
import { BOARD_GATHER_MS, PACE_EVERY_MS } from "./limits.ts";
import { notYours } from "./refusal.ts";

export interface LiveBoardDeps {
  readonly db: () => Promise<Database>;
  readonly labs: (classroom: ClassroomRecord) => Promise<readonly LabSummary[]>;
  readonly whereabouts: Whereabouts;
  readonly info: (classroom: ClassroomRecord) => Promise<ClassInfo>;
  /** Classes whose board somebody looks at. Nothing is read for the others. */
  readonly watched: () => readonly string[];
  readonly publishRows: (rows: ClassRows) => void;
  readonly publishInfo: (info: ClassInfo) => void;
  readonly publishPaces: (classroom: string, paces: readonly StepPace[]) => void;
  readonly failed: (error: unknown) => void;
}

interface Shown {
  readonly pace: ClassPace;
  /** What was sent last, by learner: a row that says the same is not sent again. */
  readonly rows: Map<string, string>;
  paces: string;
  info: string;
  /** Whose row somebody was shown: who joined since, and has opened no page yet, is missing. */
  readonly known: Set<string>;
}

/**
 * The boards that somebody looks at. What moves is gathered for a moment and read by one query a class, so a class that
 * moves together costs as much as one learner; and nothing is read while nobody looks.
 */
export class LiveBoards {
  private readonly moved = new Set<string>();
  private readonly shown = new Map<string, Shown>();
  private gathering: NodeJS.Timeout | undefined;
  private pacing: NodeJS.Timeout | undefined;
  private flushing: Promise<void> = Promise.resolve();

  constructor(private readonly deps: LiveBoardDeps) {}

  /** Something about this learner may look different now. */
  learnerMoved(learner: string): void {
    if (this.deps.watched().length === 0) return;
    this.moved.add(learner);
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined;
      this.flushing = this.flushing.then(() => this.flush()).catch(this.deps.failed);
    }, BOARD_GATHER_MS).unref();
  }

  learnerLeft(classroom: string, learner: string): void {
    const shown = this.shown.get(classroom);
    shown?.rows.delete(learner);
    shown?.known.delete(learner);
    shown?.pace.forget(learner);
    this.deps.publishRows({ class: classroom, rows: [], gone: [learner] });
  }

  /** Everything, for a page that begins to look. */
  async whole(id: string): Promise<ClassBoard> {
    const { db, labs, whereabouts, info } = this.deps;
    const database = await db();
    const classroom = await database.classes.find(id);
    if (!classroom) throw notYours("class");
    const [members, summaries] = await Promise.all([database.board.members(id), labs(classroom)]);
    const { pace, known } = this.shownOf(database, classroom);
    for (const { learner } of members) known.add(learner);
    await pace.read();
    this.pacing ??= setInterval(() => void this.paced().catch(this.deps.failed), PACE_EVERY_MS).unref();
    return {
      info: await info(classroom),
      rows: members.map((member) => boardRow(member, summaries, whereabouts)),
      paces: pace.paces(classroom.pauses),
    };
  }

  stop(): void {
    clearTimeout(this.gathering);
    clearInterval(this.pacing);
  }

  private shownOf(db: Database, classroom: ClassroomRecord): Shown {
    const known = this.shown.get(classroom.id);
    if (known) return known;
    const fresh = {
      pace: new ClassPace(db, classroom),
      rows: new Map(),
      paces: "",
      info: "",
      known: new Set<string>(),
    };
    // Opened later, everything counts from then on.
    if (classroom.openedAt) this.shown.set(classroom.id, fresh);
    return fresh;
  }

  private async flush(): Promise<void> {
    const learners = [...this.moved];
    this.moved.clear();
    const { db, labs, whereabouts, watched } = this.deps;
    const database = await db();
    const byClass = new Map<string, string[]>();
    for (const { learner, class: id } of await database.board.classesOf(learners, watched()))
      byClass.set(id, [...(byClass.get(id) ?? []), learner]);
    for (const [id, some] of byClass) {
      const classroom = await database.classes.find(id);
      if (!classroom) continue;
      const summaries = await labs(classroom);
      const { rows: sent, known } = this.shownOf(database, classroom);
      const rows: BoardRow[] = [];
      for (const member of await database.board.members(id, some)) {
        const row = boardRow(member, summaries, whereabouts);
        const text = JSON.stringify(row);
        if (sent.get(member.learner) === text) continue;
        sent.set(member.learner, text);
        known.add(member.learner);
        rows.push(row);
      }
      if (rows.length > 0) this.deps.publishRows({ class: id, rows, gone: [] });
    }
  }

  private async paced(): Promise<void> {
    const watched = new Set(this.deps.watched());
    for (const id of this.shown.keys()) if (!watched.has(id)) this.shown.delete(id);
    if (watched.size === 0) {
      clearInterval(this.pacing);
      this.pacing = undefined;
      return;
    }
    const database = await this.deps.db();
    for (const id of watched) {
      const classroom = await database.classes.find(id);
      if (!classroom) continue;
      const shown = this.shownOf(database, classroom);
      for (const learner of await database.classes.members(id, "learner"))
        if (!shown.known.has(learner)) this.learnerMoved(learner);
      await shown.pace.read();
      const paces = shown.pace.paces(classroom.pauses);
      const info = await this.deps.info(classroom);
      if (JSON.stringify(paces) !== shown.paces) this.deps.publishPaces(id, paces);
      if (JSON.stringify(info) !== shown.info) this.deps.publishInfo(info);
      shown.paces = JSON.stringify(paces);
      shown.info = JSON.stringify(info);
    }
  }
}
