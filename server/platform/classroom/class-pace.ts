import type { StepPace } from "../../contracts/index.ts";
import type { ClassroomRecord, Database } from "../db/index.ts";
import { StepTimes } from "./step-times.ts";

/** Two transactions may be committed in another order than they took their positions: so many are read again. */
const OVERLAP = 100n;

/** A class's step times, kept up by reading only what is new. */
export class ClassPace {
  private readonly times = new StepTimes();
  private position = 0n;

  constructor(
    private readonly db: Database,
    private readonly classroom: ClassroomRecord,
  ) {}

  /** Since the class was opened; before, nothing counts. */
  async read(): Promise<void> {
    const since = this.classroom.openedAt;
    if (!since) return;
    for (;;) {
      const after = this.position > OVERLAP ? this.position - OVERLAP : 0n;
      const moments = await this.db.board.moments(this.classroom.id, { after, since });
      for (const moment of moments) this.times.take(moment);
      const last = moments.at(-1)?.position ?? 0n;
      if (last <= this.position) return;
      this.position = last;
    }
  }

  forget(learner: string): void {
    this.times.forget(learner);
  }

  paces(pauses: ClassroomRecord["pauses"]): StepPace[] {
    return this.times.paces(pauses);
  }

  /** lab/step → learners whose last step it is. */
  whereabouts(): Map<string, number> {
    return this.times.whereabouts();
  }
}
