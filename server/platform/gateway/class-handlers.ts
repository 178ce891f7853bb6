import type { ClassEvents } from "../../contracts/index.ts";
import type { Classroom, HelpDesk } from "../classroom/index.ts";
import type { HandlersOf, RolesOf } from "./handler-types.ts";

export interface ClassHandlerDeps {
  readonly classroom: Classroom;
  readonly help: { readonly desk: Pick<HelpDesk, "over"> };
  readonly followClass: (classroom: string, follow: boolean) => Promise<void>;
}

const staff = ["owner", "instructor"] as const;
const all = ["owner", "instructor", "learner"] as const;

/** Who may ask at all. Whether it is their class, the classroom asks the database. */
export const classRoles: RolesOf<keyof ClassEvents> = {
  "class:list": staff,
  "class:options": staff,
  "class:create": staff,
  "class:change": staff,
  "class:move": staff,
  "class:repin": staff,
  "class:export": staff,
  "class:delete": staff,
  "class:remove-learner": staff,
  "class:board": staff,
  "class:leave-board": staff,
  "class:report": staff,
  "class:wall": staff,
  "class:gate": staff,
  "class:pause": staff,
  "class:extend": staff,
  "class:action-preview": staff,
  "class:action": staff,
  "class:warm": staff,
  "class:capacity": staff,
  "class:mine": all,
  "preflight:ping": all,
  "preflight:report": all,
};

export function classHandlers({
  classroom,
  help: { desk },
  followClass,
}: ClassHandlerDeps): HandlersOf<keyof ClassEvents> {
  const { life, boards } = classroom;
  return {
    "class:list": ({ viewer }) => life.list(viewer.id),
    "class:options": () => life.options(),
    "class:create": ({ viewer }, params) => life.create(viewer.id, params),
    "class:change": ({ viewer }, params) => life.change(viewer.id, params),
    "class:move": async ({ viewer }, params) => {
      const moved = await life.move(viewer.id, params);
      if (params.to !== "open") await desk.over(params.class, { why: `The class is ${params.to}.` });
      return moved;
    },
    "class:repin": ({ viewer }, params) => life.repin(viewer.id, params.class),
    "class:export": ({ viewer }, params) => classroom.records.export(viewer.id, params.class),
    "class:delete": ({ viewer }, params) => classroom.records.delete(viewer.id, params),
    "class:remove-learner": async ({ viewer }, params) => {
      await life.removeLearner(viewer.id, params);
      await desk.over(params.class, { learner: params.learner, why: "The learner left the class." });
      return null;
    },
    "class:board": async ({ viewer }, params) => {
      await classroom.taught(viewer.id, params.class);
      // Followed first: what changes while the rows are read must not be missed.
      await followClass(params.class, true);
      return boards.whole(params.class);
    },
    "class:leave-board": async (_link, params) => {
      await followClass(params.class, false);
      return null;
    },
    "class:report": async ({ viewer }, params) =>
      classroom.report(await classroom.taught(viewer.id, params.class)),
    "class:wall": async ({ viewer, page }, params) => {
      await classroom.taught(viewer.id, params.class);
      return classroom.wall.look(page, params);
    },
    "class:gate": ({ viewer }, params) => life.gate(viewer.id, params),
    "class:pause": ({ viewer }, params) => life.pause(viewer.id, params),
    "class:extend": ({ viewer }, params) => life.extend(viewer.id, params),
    "class:action-preview": ({ viewer }, params) => classroom.actions.preview(viewer.id, params),
    "class:action": ({ viewer }, params) => classroom.actions.start(viewer.id, params),
    "class:warm": ({ viewer }, params) => classroom.warmUp.start(viewer.id, params.class),
    "class:capacity": (_link, params) => classroom.capacity(params.measure),
    "class:mine": ({ viewer }) => life.own(viewer.id),
    "preflight:ping": async () => null,
    "preflight:report": ({ viewer }, params) => classroom.keepPreflight(viewer.id, params),
  };
}
