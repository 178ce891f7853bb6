import {
  type CapacityReport,
  type ClassReport,
  judgePreflight,
  type LabSummary,
  type Preflight,
  type PreflightFinding,
} from "../../contracts/index.ts";
import type { ClassroomRecord, Database } from "../db/index.ts";
import type { Whereabouts } from "./board-row.ts";
import { ClassActions, type ClassActionsDeps } from "./class-actions.ts";
import { ClassLife, type ClassLifeDeps } from "./class-life.ts";
import { ClassRecords, type ClassRecordsDeps } from "./class-records.ts";
import { classReport } from "./class-report.ts";
import { taughtClass } from "./class-rights.ts";
import type { LabShelf, LabSource } from "./lab-shelf.ts";
import { ACTIVE_EVERY_MS, MAX_PRESENT, SCHEDULE_LOOK_MS } from "./limits.ts";
import { type LiveBoardDeps, LiveBoards } from "./live-board.ts";
import { MeshWall, type MeshWallDeps } from "./mesh-wall.ts";
import { ClassroomRefusal } from "./refusal.ts";
import { WarmUp, type WarmUpDeps } from "./warm-up.ts";

export interface ClassroomDeps
  extends Omit<ClassLifeDeps, "learnerLeft">,
    Omit<LiveBoardDeps, "labs" | "whereabouts" | "info">,
    ClassActionsDeps,
    ClassRecordsDeps,
    Omit<MeshWallDeps, "members">,
    WarmUpDeps {
  /** How many workspaces the server can run; asked to `measure`, it weighs one of this lab in the background. */
  readonly capacity: (measure: string | undefined) => CapacityReport;
  readonly workspace: Whereabouts["workspace"];
  readonly hand?: Whereabouts["hand"];
  readonly shelf: LabShelf;
}

/** Everything of this server's classes; what a page asks of them ends here. */
export class Classroom {
  readonly life: ClassLife;
  readonly boards: LiveBoards;
  readonly actions: ClassActions;
  readonly warmUp: WarmUp;
  readonly records: ClassRecords;
  readonly wall: MeshWall;
  private clock: NodeJS.Timeout | undefined;
  private readonly activity = new Map<string, number>();

  constructor(private readonly deps: ClassroomDeps) {
    this.boards = new LiveBoards({
      ...deps,
      labs: (classroom) => deps.shelf.labs(classroom),
      info: (classroom) => this.life.info(classroom),
      whereabouts: {
        connected: deps.connected,
        workspace: deps.workspace,
        activeAt: (learner) => this.activity.get(learner),
        ...(deps.hand && { hand: deps.hand }),
      },
    });
    this.actions = new ClassActions(deps);
    this.warmUp = new WarmUp(deps);
    this.records = new ClassRecords(deps);
    this.wall = new MeshWall({
      ...deps,
      members: async (id) => (await deps.db()).classes.members(id, "learner"),
    });
    this.life = new ClassLife({
      ...deps,
      learnerLeft: (classroom, learner) => this.boards.learnerLeft(classroom, learner),
    });
  }

  /** The class if the viewer teaches it or owns the server; else refused. */
  async taught(viewer: string, classroom: string): Promise<ClassroomRecord> {
    return taughtClass(await this.deps.db(), viewer, classroom);
  }

  async report(classroom: ClassroomRecord): Promise<ClassReport> {
    return classReport(await this.deps.db(), {
      classroom,
      labs: await this.deps.shelf.labs(classroom),
      now: this.deps.now(),
    });
  }

  async capacity(measure: boolean): Promise<CapacityReport> {
    const [first] = await this.deps.shelf.labs(undefined);
    return this.deps.capacity(measure ? first?.id : undefined);
  }

  async keepPreflight(learner: string, found: Preflight): Promise<PreflightFinding> {
    const finding = judgePreflight(found);
    await (await this.deps.db()).board.keepPreflight(learner, finding.verdict, { ...found });
    this.moved(learner);
    return finding;
  }

  moved(learner: string): void {
    this.boards.learnerMoved(learner);
  }

  /** A learner's page sent something. The board is told now and then, not at every key. */
  active(learner: string): void {
    const now = this.deps.now();
    const before = this.activity.get(learner);
    if (before !== undefined && now - before < ACTIVE_EVERY_MS) return;
    if (this.activity.size >= MAX_PRESENT) this.activity.clear();
    this.activity.set(learner, now);
    this.boards.learnerMoved(learner);
  }

  /** Refuses a lab that lies beyond the gate of the learner's class, with the reason. */
  async admitTo(learner: string, lab: string): Promise<void> {
    const classroom = await (await this.deps.db()).classes.learningIn(learner);
    if (!classroom?.gateLab) return;
    const labs = await this.deps.shelf.labs(classroom);
    const gate = labs.findIndex(({ id }) => id === classroom.gateLab);
    const wanted = labs.findIndex(({ id }) => id === lab);
    if (gate === -1 || wanted <= gate) return;
    throw new ClassroomRefusal(
      "forbidden",
      `Your class stays at "${labs[gate]?.title}" for now. Your instructor opens what comes after it.`,
    );
  }

  /** What this learner reads and runs. */
  async sourceFor(learner: string): Promise<LabSource> {
    return this.deps.shelf.source(await this.studies(learner));
  }

  /** What somebody who comes next will most likely study: the class that was opened last, with its first lab. */
  async studiesAhead(): Promise<LabSource & { readonly lab: string | undefined }> {
    const db: Database = await this.deps.db();
    const open = (await db.classes.all()).filter(({ state }) => state === "open");
    const [latest] = open.sort((a, b) => Number(b.openedAt ?? 0) - Number(a.openedAt ?? 0));
    const [first] = await this.deps.shelf.labs(latest);
    return { ...this.deps.shelf.source(latest), lab: first?.id };
  }

  /** All labs as this learner reads them. */
  async labsFor(learner: string): Promise<readonly LabSummary[]> {
    return this.deps.shelf.labs(await this.studies(learner));
  }

  async labFor(learner: string, id: string): Promise<LabSummary | undefined> {
    return this.deps.shelf.lab(id, await this.studies(learner));
  }

  private async studies(learner: string): Promise<ClassroomRecord | undefined> {
    const db: Database = await this.deps.db();
    return db.classes.studies(learner);
  }

  /** From now on, what is planned happens by itself. */
  start(): void {
    this.clock = setInterval(() => void this.warmUp.look().catch(this.deps.failed), SCHEDULE_LOOK_MS).unref();
  }

  stop(): void {
    clearInterval(this.clock);
    this.boards.stop();
    this.wall.stop();
  }
}
