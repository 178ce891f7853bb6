// Who hears an event together.
export const boardRoom = "board";
export const workspaceRoom = (workspace: string) => `workspace:${workspace}`;
/** All pages of one person. */
export const learnerRoom = (learner: string) => `learner:${learner}`;
/** Pages on which instructors look after a class. */
export const staffRoom = (classroom: string) => `staff:${classroom}`;
