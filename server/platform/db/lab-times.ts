import { z } from "zod";
import type { PrismaClient } from "./generated/client.ts";
import { FINISHES_MEASURED, LAB_TIMES_KEPT_MS, LEARNERS_TO_MEASURE, LONGEST_PAUSE_S } from "./limits.ts";

/** How long a lab took the learners of this installation who finished it: half of them less, half more. */
export interface LabTime {
  readonly lab: string;
  readonly minutes: number;
  readonly learners: number;
}

const row = z.object({ lab: z.string(), seconds: z.number(), learners: z.number() });

/**
 * Read off the event log. Time at a lab is the time between one event and the next until the lab was finished; a longer
 * pause than LONGEST_PAUSE_S counts as that much, since somebody was at lunch. Who teaches or owns is no measure of who
 * learns, and with too few learners one of them could be told.
 */
export class LabTimes {
  private kept: { readonly times: Promise<readonly LabTime[]>; readonly until: number } | undefined;

  constructor(private readonly prisma: PrismaClient) {}

  /** Remembered for some minutes: a page of labs asks often, and a median moves slowly. */
  all(now = Date.now()): Promise<readonly LabTime[]> {
    if (!this.kept || this.kept.until <= now) {
      const times = this.measure();
      this.kept = { times, until: now + LAB_TIMES_KEPT_MS };
      times.catch(() => {
        this.kept = undefined;
      });
    }
    return this.kept.times;
  }

  private async measure(): Promise<readonly LabTime[]> {
    const found = await this.prisma.$queryRaw`
      WITH finishes AS (
        SELECT learner_id, lab, finished_at FROM (
          SELECT p.learner_id, p.lab, p.finished_at,
            row_number() OVER (PARTITION BY p.lab ORDER BY p.finished_at DESC) AS recent
          FROM lab_progress p JOIN learner l ON l.id = p.learner_id
          WHERE p.finished_at IS NOT NULL AND l.role = 'learner'
        ) newest WHERE recent <= ${FINISHES_MEASURED}
      ), gaps AS (
        SELECT e.learner_id, e.lab,
          extract(epoch FROM e.at - lag(e.at) OVER (PARTITION BY e.learner_id, e.lab ORDER BY e.at)) AS gap
        FROM event e JOIN finishes f ON f.learner_id = e.learner_id AND f.lab = e.lab AND e.at <= f.finished_at
      ), spent AS (
        SELECT learner_id, lab, sum(least(gap, ${LONGEST_PAUSE_S})) AS seconds
        FROM gaps WHERE gap IS NOT NULL GROUP BY learner_id, lab
      )
      SELECT lab, percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds)::float8 AS seconds,
        count(*)::int AS learners
      FROM spent GROUP BY lab HAVING count(*) >= ${LEARNERS_TO_MEASURE} ORDER BY lab`;
    return z
      .array(row)
      .parse(found)
      .map(({ lab, seconds, learners }) => ({
        lab,
        learners,
        minutes: Math.max(1, Math.round(seconds / 60)),
      }));
  }
}
