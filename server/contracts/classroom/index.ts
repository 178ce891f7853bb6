export type {
  ClassAction,
  ClassActionNews,
  ClassActionPreview,
  ClassActionRequest,
  ClassActionResult,
} from "./action.ts";
export type {
  ClassBoard,
  ClassReport,
  ClassRows,
  QuizReport,
  StepPace,
  StepReport,
} from "./board.ts";
export {
  type CapacityReport,
  type ClassChange,
  type ClassCreate,
  type ClassExport,
  type ClassInfo,
  type ClassOptions,
  type ClassPause,
  classChange,
  classCreate,
  classPause,
  type OwnClass,
} from "./class.ts";
export { type ClassEvents, type ClassNews, classRequests } from "./events.ts";
export {
  type ClassMessage,
  classroomId,
  type HelpEventName,
  type HelpEvents,
  type HelpMode,
  type HelpNews,
  type HelpParams,
  type HelpQueue,
  type HelpSession,
  helpRequests,
  type LearnerDetail,
  type LearnerHelp,
  personId,
  type QueuedHand,
  type RaisedHand,
  type TerminalPicture,
} from "./help.ts";
export {
  judgePreflight,
  type Preflight,
  type PreflightFinding,
  type PreflightVerdict,
} from "./preflight.ts";
export { MAX_WALL_TILES, type WallEdge, type WallNews, type WallNode, type WallTile } from "./wall.ts";
