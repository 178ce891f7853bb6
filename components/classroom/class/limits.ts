/** Without a sign of life for so long somebody who is connected counts as idle. */
export const IDLE_AFTER_MS = 5 * 60_000;
/** A step is nobody's trouble before this time, whatever the class's median says. */
export const STUCK_NEVER_BEFORE_MS = 4 * 60_000;
/** So many times the class's median is long. */
export const STUCK_MEDIANS = 2;
/** The median of fewer learners says nothing: then a failing condition for this long does. */
export const STUCK_MEDIAN_FROM = 3;
export const STUCK_WITHOUT_MEDIAN_MS = 10 * 60_000;
