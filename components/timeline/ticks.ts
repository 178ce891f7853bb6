import type { Tick } from "../../server/contracts/index.ts";

/** What comes within so long of the one before is one change for the eye. */
const togetherMs = 1_500;

/** Changes that were made together, e.g. by one `kubectl apply -f`. */
export interface TickGroup {
  readonly id: string;
  readonly at: number;
  readonly ticks: readonly Tick[];
}

export function groupTicks(ticks: readonly Tick[]): TickGroup[] {
  const groups: { id: string; at: number; ticks: Tick[]; last: number }[] = [];
  for (const tick of ticks) {
    const group = groups.at(-1);
    if (group && tick.at - group.last <= togetherMs) {
      group.ticks.push(tick);
      group.last = tick.at;
    } else groups.push({ id: tick.id, at: tick.at, ticks: [tick], last: tick.at });
  }
  return groups.map(({ id, at, ticks: members }) => ({ id, at, ticks: members }));
}

export const tickWords = ({ kind, name, verb }: Tick): string => `${kind} ${name} ${verb}`;

export function groupWords({ ticks }: TickGroup): string {
  const [first] = ticks;
  if (!first) return "";
  return ticks.length === 1 ? tickWords(first) : `${tickWords(first)} and ${ticks.length - 1} more`;
}

export type Side = "before" | "after";

/** The end of the window in which the traffic before, or the one after the change, is seen. */
export function momentOf(
  group: TickGroup,
  side: Side,
  { windowSeconds, now }: { windowSeconds: number; now: number },
) {
  if (side === "before") return group.at - 1;
  const last = group.ticks.at(-1)?.at ?? group.at;
  return Math.max(last, Math.min(now, last + windowSeconds * 1_000));
}
