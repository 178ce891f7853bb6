import { z } from "zod";
import {
  type ClassEvents,
  type ClassNews,
  classRequests,
  type HelpEvents,
  type HelpNews,
  helpRequests,
} from "./classroom/index.ts";
import {
  type LabAction,
  type LabActionPreview,
  labAction,
  labId,
  languageTag,
  type StepConditions,
  stepId,
} from "./lab.ts";
import { type MeshGraph, type MeshGraphRequest, meshGraphRequest } from "./mesh-graph.ts";
import { type BoardRow, type LabProgress, type ProgressReport, progressReport } from "./progress.ts";
import { type ReadEvents, readRequests } from "./reads/index.ts";
import type { Result } from "./result.ts";
import { type StudyEvents, studyRequests } from "./study.ts";
import {
  type TerminalAck,
  type TerminalAttach,
  type TerminalAttached,
  type TerminalExit,
  type TerminalInput,
  type TerminalOutput,
  type TerminalResize,
  terminalAck,
  terminalAttach,
  terminalInput,
  terminalResize,
} from "./terminal.ts";
import type { IdleNotice, WorkspaceStatus } from "./workspace.ts";

type Answer<T> = (result: Result<T>) => void;

export const stepReference = z.strictObject({
  lab: labId,
  step: stepId,
  /** In which the lab's conditions speak; without it, as the lab was written. */
  language: languageTag.optional(),
});
export type StepReference = z.infer<typeof stepReference>;
export const labReference = z.strictObject({ lab: labId });
export type LabReference = z.infer<typeof labReference>;

/** Browser to web. Every event is parsed by the schema of the same name below before anything else happens. */
export interface ClientEvents extends ReadEvents, HelpEvents, ClassEvents, StudyEvents {
  /** Starts (or finds) the learner's workspace and prepares it for the lab. Answers at once; `workspace` events follow. */
  "workspace:open": (request: LabReference, answer: Answer<WorkspaceStatus>) => void;
  /** Somebody touched the page. */
  "presence:here": (request: Record<string, never>, answer: Answer<null>) => void;
  "terminal:attach": (request: TerminalAttach, answer: Answer<TerminalAttached>) => void;
  "terminal:detach": (request: { terminal: string }, answer: Answer<null>) => void;
  /** Ends the shell and forgets the terminal. */
  "terminal:close": (request: { terminal: string }, answer: Answer<null>) => void;
  /** Answers when the workspace host has taken the input. */
  "terminal:input": (request: TerminalInput, answer: Answer<{ seq: number }>) => void;
  "terminal:resize": (request: TerminalResize, answer: Answer<null>) => void;
  /** No answer: acknowledgements only open the window. */
  "terminal:ack": (request: TerminalAck) => void;
  /** Conditions of this step are evaluated now and on every cluster change until another step is watched. */
  "conditions:watch": (request: StepReference, answer: Answer<StepConditions>) => void;
  "conditions:check": (request: StepReference, answer: Answer<StepConditions>) => void;
  /** What the action would do. */
  "lab:preview": (request: LabAction, answer: Answer<LabActionPreview>) => void;
  /** Starts it and answers at once; `workspace` events tell how it goes. Refused while another one is under way. */
  "lab:act": (request: LabAction, answer: Answer<WorkspaceStatus>) => void;
  "mesh:graph": (request: MeshGraphRequest, answer: Answer<MeshGraph>) => void;
  /** Answers after the event is committed. */
  "progress:report": (request: ProgressReport, answer: Answer<LabProgress>) => void;
  "progress:get": (request: LabReference, answer: Answer<LabProgress>) => void;
  /** Owner only: everybody on this server. Answers with all rows; `board` events follow. */
  "board:subscribe": (request: Record<string, never>, answer: Answer<BoardRow[]>) => void;
}

/** Web to browser. */
export interface ServerEvents extends HelpNews, ClassNews {
  workspace: (status: WorkspaceStatus) => void;
  /** Null: somebody is here after all. */
  "workspace:idle": (notice: IdleNotice | null) => void;
  /** It was stopped because nobody used it; the connection ends with this, and comes back when somebody says so. */
  "workspace:stopped": (kept: { readonly keptUntil: number }) => void;
  "terminal:output": (output: TerminalOutput) => void;
  "terminal:exit": (exit: TerminalExit) => void;
  conditions: (conditions: StepConditions) => void;
  progress: (progress: LabProgress) => void;
  /** Rows that changed. */
  board: (rows: BoardRow[]) => void;
  /** The server is going down for a moment; the page reconnects by itself. */
  drain: () => void;
  /** This browser's session has ended; the socket closes. */
  "signed-out": () => void;
}

export const clientEventSchemas = {
  "workspace:open": labReference,
  "presence:here": z.strictObject({}),
  "terminal:attach": terminalAttach,
  "terminal:detach": z.strictObject({ terminal: z.string().max(32) }),
  "terminal:close": z.strictObject({ terminal: z.string().max(32) }),
  "terminal:input": terminalInput,
  "terminal:resize": terminalResize,
  "terminal:ack": terminalAck,
  "conditions:watch": stepReference,
  "conditions:check": stepReference,
  "lab:preview": labAction,
  "lab:act": labAction,
  "mesh:graph": meshGraphRequest,
  "progress:report": progressReport,
  "progress:get": labReference,
  "board:subscribe": z.strictObject({}),
  ...readRequests,
  ...studyRequests,
  ...helpRequests,
  ...classRequests,
} as const satisfies Record<keyof ClientEvents, z.ZodType>;
