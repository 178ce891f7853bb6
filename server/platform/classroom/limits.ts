/** What a check found and the database did not take is offered to it again after this pause. */
export const KEEP_AGAIN_MS = 2_000;
/** Tables of contents that are remembered; beyond, all are read anew. */
export const MAX_SHELVES = 20;
/** Whether the labs on the disk have changed is looked at this often, while somebody asks. */
export const CONTENT_LOOK_MS = 15_000;
/** Files of a content folder that are copied for a class. */
export const MAX_CONTENT_FILES = 5_000;
export const MAX_CLASSES_TAUGHT = 500;
export const MAX_PAUSES = 200;
/** Changes of a board are gathered this long before they are read and sent: a class that starts together moves together. */
export const BOARD_GATHER_MS = 250;
/** The class's pace is looked at this often while somebody watches its board. */
export const PACE_EVERY_MS = 5_000;
/** A learner who types changes a board's row this often, at most. */
export const ACTIVE_EVERY_MS = 15_000;
/** Learners whose last sign of life is remembered. */
export const MAX_PRESENT = 10_000;
/** Workspaces that a class-wide action works in at once. */
export const ACTIONS_AT_A_TIME = 6;
/** Workspaces that are started at once before a class: starting one takes a core for about a second. */
export const WARM_AT_A_TIME = 2;
/** Whether a class's workspaces should be started is looked at this often. */
export const SCHEDULE_LOOK_MS = 30_000;
/** Rows of a kind that an export of a class holds, the newest ones: JSON of about 10 MB. */
export const MAX_EXPORTED_ROWS = 20_000;
/** Pages that look at a mesh wall at once. */
export const MAX_WALL_LOOKERS = 50;
/** A page hears of changed pictures this often at most. */
export const WALL_LOOK_MS = 1_000;
/** A mesh that its learner does not look at is drawn anew after so long, and so many are asked at once. */
export const WALL_EVERY_MS = 5_000;
export const WALL_AT_A_TIME = 6;
/** Of one picture. */
export const WALL_NODES = 20;
export const WALL_EDGES = 40;
