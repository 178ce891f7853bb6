/** A learner who does not answer within this time has not agreed. */
export const ANSWER_WITHIN_MS = 60_000;
/** Open sessions of one learner, asked or granted; beyond, the next question is refused. */
export const MAX_SESSIONS_OF_LEARNER = 4;
/** Open sessions of one instructor. */
export const MAX_SESSIONS_OF_INSTRUCTOR = 8;
/** Hands of a class that a queue shows; more are counted in by those who leave. */
export const MAX_HANDS_SHOWN = 500;
