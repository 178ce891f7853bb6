import type { StepConditions, WireError, WorkspaceStatus } from "../../contracts/index.ts";
import {
  type Board,
  type Classroom,
  isClassroomRefusal,
  isNotKept,
  type Progress,
} from "../classroom/index.ts";
import { signals } from "../metrics/index.ts";
import type { StudyDesk } from "../study/index.ts";
import { isHostError, type WorkspaceRegistry } from "../workspaces/index.ts";
import type { BrowserLink } from "./browser-link.ts";
import { classHandlers, classRoles } from "./class-handlers.ts";
import { type EventName, type Handlers, Refused, type RolesOf } from "./handler-types.ts";
import { createHelpHandlers, type HelpHandlerDeps, helpRoles } from "./help-handlers.ts";
import { createReadHandlers, readRoles } from "./read-handlers.ts";
import { studyHandlers, studyRoles } from "./study-handlers.ts";

export function toWireError(error: unknown): WireError {
  if (error instanceof Refused || isHostError(error))
    return { code: error.code, message: error.message.slice(0, 4000) };
  if (isClassroomRefusal(error)) return { code: error.code, message: error.message };
  if (isNotKept(error)) return { code: "unavailable", message: error.message };
  return { code: "internal", message: "The server met an error of its own; its log says more." };
}

export interface HandlerDeps {
  readonly registry: WorkspaceRegistry;
  readonly progress: Progress;
  readonly board: Board;
  /** Tells the learner's other pages, too. Called after the commit. */
  readonly publishConditions: (workspace: string, conditions: StepConditions) => void;
  /** Where the learner waits while the server is full; undefined: there is room. */
  readonly claimPlace?: ((workspace: string, lab: string) => WorkspaceStatus | undefined) | undefined;
  /** This page works with its workspace from now on. */
  readonly joinBench: () => void;
  readonly joinBoard: (link: BrowserLink) => void;
  readonly help: HelpHandlerDeps;
  readonly classroom: Classroom;
  readonly study: StudyDesk;
  /** Whether this page is told of a class's board. */
  readonly followClass: (classroom: string, follow: boolean) => Promise<void>;
}

/** Who may send an event; asked of the database each time. Everybody acts on their own workspace only: no event names one. */
export const allowedRoles: RolesOf<EventName> = {
  ...classRoles,
  "workspace:open": ["owner", "instructor", "learner"],
  "presence:here": ["owner", "instructor", "learner"],
  "terminal:attach": ["owner", "instructor", "learner"],
  "terminal:detach": ["owner", "instructor", "learner"],
  "terminal:close": ["owner", "instructor", "learner"],
  "terminal:input": ["owner", "instructor", "learner"],
  "terminal:resize": ["owner", "instructor", "learner"],
  "terminal:ack": ["owner", "instructor", "learner"],
  "conditions:watch": ["owner", "instructor", "learner"],
  "conditions:check": ["owner", "instructor", "learner"],
  "lab:preview": ["owner", "instructor", "learner"],
  "lab:act": ["owner", "instructor", "learner"],
  "mesh:graph": ["owner", "instructor", "learner"],
  "progress:report": ["owner", "instructor", "learner"],
  "progress:get": ["owner", "instructor", "learner"],
  "board:subscribe": ["owner"],
  ...readRoles,
  ...studyRoles,
  ...helpRoles,
};

export function createHandlers(deps: HandlerDeps): Handlers {
  const { registry, progress, board, classroom } = deps;
  const found = async (link: BrowserLink, conditions: StepConditions) => {
    const shown = await progress.keep(link.viewer.id, conditions);
    deps.publishConditions(link.workspace, shown);
    return shown;
  };
  return {
    ...classHandlers(deps),
    "workspace:open": async (link, { lab }) => {
      await classroom.admitTo(link.viewer.id, lab);
      deps.joinBench();
      const waiting = deps.claimPlace?.(link.workspace, lab);
      return waiting ?? (await registry.control(link.workspace)).openLab(lab);
    },
    "presence:here": async () => null,
    "terminal:attach": async (link, params) => {
      const attached = await (await link.host()).attach(params);
      link.looksAt(params.terminal);
      return attached;
    },
    "terminal:detach": async (link, params) => {
      await (await link.host()).request("terminal.detach", params);
      link.looksAway(params.terminal);
      return null;
    },
    "terminal:close": async (link, params) => {
      await (await link.host()).request("terminal.close", params);
      link.looksAway(params.terminal);
      return null;
    },
    "terminal:input": async (link, params) => {
      const from = performance.now();
      await (await link.host()).request("terminal.input", params);
      signals.echo.tell((performance.now() - from) / 1000);
      return { seq: params.seq };
    },
    "terminal:resize": async (link, params) => {
      await (await link.host()).request("terminal.resize", params);
      return null;
    },
    "terminal:ack": async (link, params) => {
      link.tellHost((host) => host.request("terminal.ack", params));
      return undefined;
    },
    "conditions:watch": async (link, params) => {
      await classroom.admitTo(link.viewer.id, params.lab);
      return found(link, await (await registry.control(link.workspace)).watch(params));
    },
    "conditions:check": async (link, params) => {
      await classroom.admitTo(link.viewer.id, params.lab);
      return found(link, await (await registry.control(link.workspace)).check(params));
    },
    "lab:preview": async (link, params) => (await registry.control(link.workspace)).previewAction(params),
    "lab:act": async (link, params) => {
      await classroom.admitTo(link.viewer.id, params.lab);
      return (await registry.control(link.workspace)).act(params);
    },
    "mesh:graph": async (link, params) => {
      const graph = await (await registry.control(link.workspace)).graph(params);
      if (params.at === undefined && !params.namespaces) classroom.wall.take(link.viewer.id, graph);
      return graph;
    },
    "progress:report": async (link, params) => {
      const outcome = await progress.report(link.viewer.id, params);
      if (outcome.kind === "unknown-lab") throw new Refused("not-found", "There is no such lab or step.");
      return outcome.progress;
    },
    "progress:get": (link, { lab }) => progress.get(link.viewer.id, lab),
    "board:subscribe": async (link) => {
      deps.joinBoard(link);
      return board.rows();
    },
    ...createReadHandlers(registry),
    ...studyHandlers(deps.study),
    ...createHelpHandlers(deps.help),
  };
}
