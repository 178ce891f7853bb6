// Who hears an event together.
export const boardRoom = "board";
export const workspaceRoom = (workspace: string) => `workspace:${workspace}`;
/** Pages that work with a workspace: a board that its owner looks at is none. */
export const benchRoom = (workspace: string) => `bench:${workspace}`;
/** All pages of one person. */
export const learnerRoom = (learner: string) => `learner:${learner}`;
/** Pages on which instructors look after a class. */
export const staffRoom = (classroom: string) => `staff:${classroom}`;
const classPrefix = "class:";
/** Pages that look at a class's board. */
export const classRoom = (classroom: string) => `${classPrefix}${classroom}`;
export const classOf = (room: string) =>
  room.startsWith(classPrefix) ? room.slice(classPrefix.length) : undefined;
