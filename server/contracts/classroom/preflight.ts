import { z } from "zod";

/** What a learner's browser found when it was tried out before a class. Milliseconds, CSS pixels. */
export const preflight = z.strictObject({
  /** The slower half of the answers took longer than this over the websocket; absent: none came. */
  latencyMs: z.number().nonnegative().max(600_000).optional(),
  clipboard: z.boolean(),
  webgl: z.boolean(),
  width: z.number().int().nonnegative().max(100_000),
  height: z.number().int().nonnegative().max(100_000),
});
export type Preflight = z.infer<typeof preflight>;
export type PreflightVerdict = "good" | "limited" | "bad";

export interface PreflightFinding {
  readonly verdict: PreflightVerdict;
  /** What is amiss and what to do, for the learner and the instructor. */
  readonly notes: readonly string[];
}

/** Typing feels slow above the first, and becomes guesswork above the second. */
const SLOW_MS = 150;
const TOO_SLOW_MS = 600;
/** The lab's page shows text, terminal and graph side by side from here on. */
const ROOMY = { width: 1024, height: 640 };

/** "bad": the workshop cannot be followed so. "limited": it can, with what the notes say. */
export function judgePreflight({ latencyMs, clipboard, webgl, width, height }: Preflight): PreflightFinding {
  const bad: string[] = [];
  const notes: string[] = [];
  if (latencyMs === undefined)
    bad.push(
      "The websocket gives no answers. A proxy or an extension may block it: try another network or browser.",
    );
  else if (latencyMs > TOO_SLOW_MS)
    bad.push(`The server answers after ${Math.round(latencyMs)} ms; a terminal cannot be used so.`);
  else if (latencyMs > SLOW_MS)
    notes.push(`The server answers after ${Math.round(latencyMs)} ms; typing will feel slow.`);
  if (width < ROOMY.width || height < ROOMY.height)
    notes.push(
      `The window is ${width} × ${height}; the labs want ${ROOMY.width} × ${ROOMY.height}. Enlarge it, or zoom out.`,
    );
  if (!clipboard)
    notes.push("The page may not write to the clipboard: commands can be run by their button, not copied.");
  if (!webgl) notes.push("There is no WebGL: the terminal draws more slowly.");
  return {
    verdict: bad.length > 0 ? "bad" : notes.length > 0 ? "limited" : "good",
    notes: [...bad, ...notes],
  };
}
