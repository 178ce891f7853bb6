/** A page tells of a touch at most this often. */
export const TOUCH_EVERY_MS = 30_000;

const touches = ["pointerdown", "keydown", "wheel", "touchmove"] as const;

/** Calls when somebody touches the page, now and then. Returns how to end that. */
export function tellOfTouches(tell: () => void): () => void {
  let last = Number.NEGATIVE_INFINITY;
  const handleTouch = () => {
    const now = performance.now();
    if (now - last < TOUCH_EVERY_MS) return;
    last = now;
    tell();
  };
  for (const name of touches) window.addEventListener(name, handleTouch, { capture: true, passive: true });
  return () => {
    for (const name of touches) window.removeEventListener(name, handleTouch, { capture: true });
  };
}
