export {
  type ClientEvents,
  clientEventSchemas,
  type LabReference,
  type ServerEvents,
  type StepReference,
} from "./events.ts";
export {
  type ConditionResult,
  type ConditionView,
  conditionId,
  conditionResult,
  type HastNode,
  type LabSummary,
  type LabView,
  labId,
  labSummary,
  type StepConditions,
  type StepView,
  stepConditions,
  stepId,
} from "./lab.ts";
export {
  type GraphEdge,
  type GraphNode,
  type MeshGraph,
  type MeshGraphRequest,
  type MtlsBadge,
  type MtlsReason,
  type MtlsState,
  meshGraph,
  meshGraphRequest,
} from "./mesh-graph.ts";
export { type BoardRow, type LabProgress, type ProgressReport, progressReport } from "./progress.ts";
export { type ErrorCode, type Result, resultOf, type WireError } from "./result.ts";
export {
  type TerminalAck,
  type TerminalAttach,
  type TerminalAttached,
  type TerminalExit,
  type TerminalInput,
  type TerminalOutput,
  type TerminalResize,
  type TerminalSize,
  terminalAttach,
  terminalAttached,
} from "./terminal.ts";
export { type ClusterIdentity, clusterIdentity, type WorkspaceStatus, workspaceStatus } from "./workspace.ts";
