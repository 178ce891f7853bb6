export { Board, type BoardDeps } from "./board.ts";
export { Classroom, type ClassroomDeps } from "./classroom.ts";
export { HelpDesk, type HelpDeskDeps, type HelpNewsPort } from "./help/index.ts";
export { LabShelf, type LabSource } from "./lab-shelf.ts";
export { isNotKept } from "./not-kept.ts";
export { PinnedContent } from "./pinned-content.ts";
export { Progress, type ProgressDeps, progressOf, type ReportOutcome } from "./progress.ts";
export { ClassroomRefusal, isClassroomRefusal, notYours } from "./refusal.ts";
