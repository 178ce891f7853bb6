// First tries are quick: a web restart should cost a learner about a second. The cap keeps a class of a hundred from
// hammering a server that is really down.
const delaysMs = [150, 250, 400, 600, 1_000, 2_000, 3_000, 5_000];

/** `chance` in [0, 1) spreads the tries of many pages by up to a quarter. */
export function reconnectDelay(attempt: number, chance: number): number {
  const base = delaysMs[Math.min(attempt, delaysMs.length - 1)] ?? 5_000;
  return Math.round(base * (1 + chance / 4));
}
