/** What a check found and the database did not take is offered to it again after this pause. */
export const KEEP_AGAIN_MS = 2_000;
