import type { BoardRow, LabSummary, WorkspaceStatus } from "../../contracts/index.ts";
import type { BoardMember } from "../db/index.ts";

export interface Whereabouts {
  readonly connected: (learner: string) => boolean;
  readonly workspace: (learner: string) => WorkspaceStatus | undefined;
  /** The last sign of life; undefined: none since this server was started. */
  readonly activeAt: (learner: string) => number | undefined;
  /** The learner's hand, if it is up. */
  readonly hand?: (learner: string) => BoardRow["hand"] | undefined;
}

/** One line of the board: what is committed, and who is here now. */
export function boardRow(member: BoardMember, labs: readonly LabSummary[], now: Whereabouts): BoardRow {
  const { learner, name, latest, finished } = member;
  const hand = now.hand?.(learner);
  const workspace = now.workspace(learner);
  const activeAt = now.activeAt(learner);
  const known = new Set(labs.map(({ id }) => id));
  return {
    ...{ learner, name, connected: now.connected(learner), workspace: workspace?.phase ?? "not started" },
    ...(workspace && { isolation: workspace.isolation }),
    ...(activeAt !== undefined && { activeAt }),
    ...(hand && { hand }),
    ...(isVerdict(member.preflight) && { preflight: member.preflight }),
    labsFinished: finished.filter((lab) => known.has(lab)).length,
    ...(latest && { lab: latest.lab, ...place(latest, labs) }),
  };
}

type Verdict = NonNullable<BoardRow["preflight"]>;
const isVerdict = (text: string | undefined): text is Verdict =>
  text === "good" || text === "limited" || text === "bad";

/** Where in a lab somebody stands. */
export function place(
  standing: NonNullable<BoardMember["latest"]>,
  labs: readonly LabSummary[],
): Partial<BoardRow> {
  const { currentStep, stepSince, lastFailing, lastEvent, passedSteps } = standing;
  const lab = labs.find(({ id }) => id === standing.lab);
  const index = lab?.steps.findIndex(({ id }) => id === currentStep) ?? -1;
  const title = lab?.steps[index]?.title;
  return {
    ...(lab && { stepCount: lab.steps.length }),
    ...(currentStep && { step: currentStep, stepPassed: passedSteps.includes(currentStep) }),
    ...(title && { stepTitle: title, stepNumber: index + 1 }),
    ...(stepSince && { stepSince: stepSince.getTime() }),
    ...(lastFailing && { lastFailing }),
    ...(lastEvent && { lastEvent }),
  };
}
