/** More elements than this are labelled on the canvas: thousands of DOM labels would make panning stutter. */
export const maxOverlayElements = 160;
/** Of a glide to new places. */
export const settleMs = 450;
export const refreshMs = 2_000;
/** Sentences about changes that stay readable in the panel. */
export const maxChanges = 4;
