export { Board, type BoardDeps } from "./board.ts";
export { isNotKept } from "./not-kept.ts";
export { Progress, type ProgressDeps, progressOf, type ReportOutcome } from "./progress.ts";
