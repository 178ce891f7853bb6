import type { BoardRow, LabSummary, WorkspaceStatus } from "../../contracts/index.ts";
import type { Database, LabStanding, LearnerRecord } from "../db/index.ts";
import { place } from "./board-row.ts";

export interface BoardDeps {
  readonly db: () => Promise<Database>;
  readonly lab: (id: string) => Promise<LabSummary | undefined>;
  readonly connected: (learner: string) => boolean;
  readonly workspace: (learner: string) => WorkspaceStatus | undefined;
}

/** What an instructor sees: one row per learner, made from what is committed and who is here now. */
export class Board {
  constructor(private readonly deps: BoardDeps) {}

  async rows(): Promise<BoardRow[]> {
    const db = await this.deps.db();
    const [learners, standings] = await Promise.all([db.learners(), db.latestStandings()]);
    const byLearner = new Map(standings.map((standing) => [standing.learner, standing]));
    return Promise.all(learners.map((learner) => this.row(learner, byLearner.get(learner.id))));
  }

  async rowOf(id: string): Promise<BoardRow | undefined> {
    return (await this.rows()).find((row) => row.learner === id);
  }

  private async row(learner: LearnerRecord, standing: LabStanding | undefined): Promise<BoardRow> {
    const lab = standing && (await this.deps.lab(standing.lab));
    return {
      learner: learner.id,
      name: learner.name,
      connected: this.deps.connected(learner.id),
      workspace: this.deps.workspace(learner.id)?.phase ?? "not started",
      ...(standing && { lab: standing.lab, ...place(standing, lab ? [lab] : []) }),
    };
  }
}
