import { expect, it } from "vitest";
import { judgePreflight } from "./preflight.ts";

const fine = { latencyMs: 20, clipboard: true, webgl: true, width: 1440, height: 900 };

it("[PF1] is bad only where the workshop cannot be followed, and says what to do", () => {
  expect(judgePreflight(fine)).toEqual({ verdict: "good", notes: [] });
  expect(judgePreflight({ ...fine, latencyMs: 200, clipboard: false, webgl: false, width: 800 })).toEqual({
    verdict: "limited",
    notes: [
      "The server answers after 200 ms; typing will feel slow.",
      "The window is 800 × 900; the labs want 1024 × 640. Enlarge it, or zoom out.",
      "The page may not write to the clipboard: commands can be run by their button, not copied.",
      "There is no WebGL: the terminal draws more slowly.",
    ],
  });
  expect(judgePreflight({ ...fine, latencyMs: 601 }).verdict).toBe("bad");
  const { latencyMs: _, ...silent } = fine;
  expect(judgePreflight(silent)).toMatchObject({ verdict: "bad" });
});
