import type { BoardRow } from "../../server/contracts/index.ts";

/** Rows that changed replace their learner's row; new learners are added. */
export function mergeRows(rows: readonly BoardRow[], changed: readonly BoardRow[]): BoardRow[] {
  const byLearner = new Map(rows.map((row) => [row.learner, row]));
  for (const row of changed) byLearner.set(row.learner, row);
  return [...byLearner.values()].sort((one, other) => one.name.localeCompare(other.name));
}

// A step that takes this long with a failing condition is worth a look; read from the page, not a judgement.
const stuckAfterMs = 8 * 60_000;

export const looksStuck = (row: BoardRow, now: number): boolean =>
  row.connected &&
  row.lastFailing !== undefined &&
  row.stepSince !== undefined &&
  now - row.stepSince > stuckAfterMs;

export interface BoardTotals {
  readonly learners: number;
  readonly connected: number;
  readonly stuck: number;
}

export const totals = (rows: readonly BoardRow[], now: number): BoardTotals => ({
  learners: rows.length,
  connected: rows.filter((row) => row.connected).length,
  stuck: rows.filter((row) => looksStuck(row, now)).length,
});

/** "6 min" on this step; seconds would only flicker. */
export function timeOnStep(since: number | undefined, now: number): string {
  if (since === undefined) return "–";
  const minutes = Math.max(0, Math.floor((now - since) / 60_000));
  return minutes < 1 ? "< 1 min" : minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}
