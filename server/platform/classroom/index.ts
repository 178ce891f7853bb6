export { Board, type BoardDeps } from "./board.ts";
export { HelpDesk, type HelpDeskDeps, type HelpNewsPort } from "./help/index.ts";
export { isNotKept } from "./not-kept.ts";
export { Progress, type ProgressDeps, progressOf, type ReportOutcome } from "./progress.ts";
export { ClassroomRefusal, isClassroomRefusal, notYours } from "./refusal.ts";
