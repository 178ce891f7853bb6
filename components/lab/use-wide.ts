"use client";

import { useSyncExternalStore } from "react";

// Below this the instructions and the tools stand one above the other: a tablet held upright.
const wideQuery = "(min-width: 1000px)";

function subscribe(listener: () => void): () => void {
  const query = window.matchMedia(wideQuery);
  query.addEventListener("change", listener);
  return () => query.removeEventListener("change", listener);
}

export const useWide = (): boolean =>
  useSyncExternalStore(
    subscribe,
    () => window.matchMedia(wideQuery).matches,
    () => true,
  );
