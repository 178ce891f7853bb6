import type { HelpEventName, HelpParams } from "../../contracts/index.ts";
import type { HelpDesk } from "../classroom/index.ts";
import type { Role } from "../db/index.ts";
import type { Tenancy, WorkspaceRegistry } from "../workspaces/index.ts";
import type { BrowserLink } from "./browser-link.ts";
import type { HelpWatch } from "./help-watch.ts";

export interface HelpHandlerDeps {
  readonly desk: HelpDesk;
  readonly watch: HelpWatch;
  readonly registry: WorkspaceRegistry;
  readonly tenancy: Tenancy;
  /** This socket hears what a class's instructors hear. */
  readonly joinStaff: (classroom: string) => void;
}

const everybody: readonly Role[] = ["owner", "instructor", "learner"];
const staff: readonly Role[] = ["owner", "instructor"];

/** The role is not enough for staff: the desk asks whether they teach the class that is named. */
export const helpRoles = {
  "help:state": everybody,
  "help:raise": everybody,
  "help:lower": everybody,
  "help:answer": everybody,
  "help:end": everybody,
  "help:say": everybody,
  "help:queue": staff,
  "help:learner": staff,
  "help:take": staff,
  "help:done": staff,
  "help:ask": staff,
  "help:watch": staff,
  "help:type": staff,
  "help:tell": staff,
} as const satisfies { readonly [E in HelpEventName]: readonly Role[] };

export function createHelpHandlers({ desk, watch, registry, tenancy, joinStaff }: HelpHandlerDeps) {
  return {
    "help:state": ({ viewer }: BrowserLink) => desk.state(viewer.id),
    "help:raise": ({ viewer }: BrowserLink, params: HelpParams<"help:raise">) =>
      desk.raise(viewer.id, params),
    "help:lower": ({ viewer }: BrowserLink) => desk.lower(viewer.id),
    "help:answer": ({ viewer }: BrowserLink, params: HelpParams<"help:answer">) =>
      desk.answer(viewer.id, params),
    "help:end": async ({ viewer }: BrowserLink, params: HelpParams<"help:end">) => {
      await desk.end(viewer, params);
      return null;
    },
    "help:say": ({ viewer }: BrowserLink, params: HelpParams<"help:say">) => desk.say(viewer.id, params),
    "help:queue": async ({ viewer }: BrowserLink, { classroom }: HelpParams<"help:queue">) => {
      const queue = await desk.queue(viewer, classroom);
      joinStaff(classroom);
      return queue;
    },
    "help:learner": ({ viewer }: BrowserLink, params: HelpParams<"help:learner">) =>
      desk.detail(viewer, params),
    "help:take": async ({ viewer }: BrowserLink, params: HelpParams<"help:take">) => {
      await desk.take(viewer, params);
      return null;
    },
    "help:done": async ({ viewer }: BrowserLink, params: HelpParams<"help:done">) => {
      await desk.done(viewer, params);
      return null;
    },
    "help:ask": ({ viewer }: BrowserLink, params: HelpParams<"help:ask">) => desk.ask(viewer, params),
    "help:watch": async ({ viewer }: BrowserLink, { session, terminal }: HelpParams<"help:watch">) => {
      const { learnerId } = await desk.granted(viewer, session, "view");
      await watch.begin(session, { workspace: await tenancy.workspaceOf(learnerId), terminal });
      // It may have ended while the connection was made.
      await desk.granted(viewer, session, "view").catch((error: unknown) => {
        watch.end(session);
        throw error;
      });
      return null;
    },
    "help:type": async ({ viewer }: BrowserLink, { session, terminal, data }: HelpParams<"help:type">) => {
      const { learnerId } = await desk.granted(viewer, session, "type");
      const control = await registry.control(await tenancy.workspaceOf(learnerId));
      await control.request("terminal.assist", { terminal, data });
      return null;
    },
    "help:tell": ({ viewer }: BrowserLink, params: HelpParams<"help:tell">) => desk.tell(viewer, params),
  };
}
