import type { BoardRow, ClassPause, StepPace } from "../../../server/contracts/index.ts";
import {
  IDLE_AFTER_MS,
  STUCK_MEDIAN_FROM,
  STUCK_MEDIANS,
  STUCK_NEVER_BEFORE_MS,
  STUCK_WITHOUT_MEDIAN_MS,
} from "./limits.ts";

/** What the page judges the rows by. */
export interface ClassClock {
  readonly now: number;
  readonly pauses: readonly ClassPause[];
  /** By "lab/step". */
  readonly paces: ReadonlyMap<string, StepPace>;
}

export interface Standing {
  readonly row: BoardRow;
  /** Worked on the step so far, without pauses; undefined: no step is open. */
  readonly onStepMs: number | undefined;
  /** Why a look is worth it; undefined: nothing says so. */
  readonly stuck: string | undefined;
  readonly idle: boolean;
}

export const stepKey = (lab: string | undefined, step: string | undefined): string =>
  `${lab ?? ""}/${step ?? ""}`;

export const pacesByStep = (paces: readonly StepPace[]): ReadonlyMap<string, StepPace> =>
  new Map(paces.map((pace) => [stepKey(pace.lab, pace.step), pace]));

export function standingOf(row: BoardRow, clock: ClassClock): Standing {
  const onStepMs = row.stepSince === undefined ? undefined : workedMs(row.stepSince, clock);
  const alive = Math.max(row.activeAt ?? 0, row.lastEvent?.at ?? 0);
  return {
    row,
    onStepMs,
    stuck: whyStuck(row, onStepMs, clock),
    idle: row.connected && alive > 0 && clock.now - alive > IDLE_AFTER_MS,
  };
}

/** docs/classroom.md tells this to instructors; keep the two alike. */
function whyStuck(row: BoardRow, onStepMs: number | undefined, { paces }: ClassClock): string | undefined {
  if (!row.connected || row.stepPassed || onStepMs === undefined) return undefined;
  const pace = paces.get(stepKey(row.lab, row.step));
  if (pace && pace.left >= STUCK_MEDIAN_FROM) {
    const long = Math.max(STUCK_NEVER_BEFORE_MS, pace.medianMs * STUCK_MEDIANS);
    if (onStepMs < long) return undefined;
    return `${duration(onStepMs)} on a step that half of the class did in ${duration(pace.medianMs)}`;
  }
  if (!row.lastFailing || onStepMs < STUCK_WITHOUT_MEDIAN_MS) return undefined;
  return `${duration(onStepMs)} with a condition that fails`;
}

function workedMs(since: number, { now, pauses }: ClassClock): number {
  const paused = pauses.reduce((sum, { from, to }) => {
    const overlap = Math.min(now, to ?? now) - Math.max(since, from);
    return sum + Math.max(0, overlap);
  }, 0);
  return Math.max(0, now - since - paused);
}

/** "6 min": seconds would only flicker. */
export function duration(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  if (minutes < 1) return "< 1 min";
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

export const sortings = ["attention", "name", "progress", "time"] as const;
export type Sorting = (typeof sortings)[number];
export const filters = ["all", "hand", "stuck", "failing", "idle", "away", "finished"] as const;
export type Filter = (typeof filters)[number];

const passes: Readonly<Record<Filter, (standing: Standing) => boolean>> = {
  all: () => true,
  hand: ({ row }) => row.hand !== undefined,
  stuck: ({ stuck }) => stuck !== undefined,
  failing: ({ row }) => row.lastFailing !== undefined,
  idle: ({ idle }) => idle,
  away: ({ row }) => !row.connected,
  finished: ({ row }) => row.stepPassed === true && row.stepNumber === row.stepCount,
};

/** A hand first, the longest up before the others; then who may be stuck; then who is here. */
const attention = ({ row, stuck, idle }: Standing): number => {
  if (row.hand) return -1e15 + row.hand.since;
  if (stuck) return 0;
  return row.connected ? (idle ? 2 : 1) : 3;
};

const orders: Readonly<Record<Sorting, (standing: Standing, labs: readonly string[]) => number>> = {
  attention,
  name: () => 0,
  progress: ({ row }, labs) => labs.indexOf(row.lab ?? "") * 1_000 + (row.stepNumber ?? 0),
  time: ({ onStepMs }) => -(onStepMs ?? -1),
};

export interface BoardView {
  readonly sorting: Sorting;
  readonly filter: Filter;
  readonly search: string;
  /** In teaching order. */
  readonly labs: readonly string[];
  readonly nameOf: (learner: string) => string;
}

/** The rows that are wanted, in the order that is wanted; those alike by the name that is shown. */
export function arranged(standings: readonly Standing[], view: BoardView): Standing[] {
  const wanted = view.search.trim().toLowerCase();
  const found = standings.filter((standing) => {
    if (!passes[view.filter](standing)) return false;
    const { row } = standing;
    const said = [
      view.nameOf(row.learner),
      row.lab,
      row.stepTitle,
      row.lastFailing?.condition,
      row.lastFailing?.message,
    ];
    return wanted === "" || said.some((text) => text?.toLowerCase().includes(wanted));
  });
  const order = orders[view.sorting];
  return found.sort(
    (one, other) =>
      order(one, view.labs) - order(other, view.labs) ||
      view.nameOf(one.row.learner).localeCompare(view.nameOf(other.row.learner)),
  );
}

export const counts = (standings: readonly Standing[]): Readonly<Record<Filter, number>> => {
  const count = (filter: Filter) => standings.filter(passes[filter]).length;
  return {
    ...{ all: count("all"), hand: count("hand"), stuck: count("stuck"), failing: count("failing") },
    ...{ idle: count("idle"), away: count("away"), finished: count("finished") },
  };
};

export interface FailureGroup {
  readonly lab: string;
  readonly step: string;
  readonly stepTitle: string | undefined;
  readonly condition: string;
  readonly messages: readonly string[];
  readonly standings: readonly Standing[];
}

/** Who fails by the same condition of the same step; the largest group first. One hint may help all of it. */
export function byFailure(standings: readonly Standing[]): FailureGroup[] {
  const groups = new Map<string, Standing[]>();
  for (const standing of standings) {
    const { lab, step, lastFailing } = standing.row;
    if (!lastFailing) continue;
    const key = JSON.stringify([lab, step, lastFailing.condition]);
    groups.set(key, [...(groups.get(key) ?? []), standing]);
  }
  return [...groups.values()]
    .sort((one, other) => other.length - one.length)
    .map((members) => ({
      lab: members[0]?.row.lab ?? "",
      step: members[0]?.row.step ?? "",
      stepTitle: members[0]?.row.stepTitle,
      condition: members[0]?.row.lastFailing?.condition ?? "",
      messages: [...new Set(members.flatMap(({ row }) => row.lastFailing?.message ?? []))],
      standings: members,
    }));
}
