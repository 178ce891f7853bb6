"use client";

import { useEffect, useState } from "react";

const stepMs = 650;

/** How many of `length` hops have been walked: one after the other as they come, all at once where motion is not wanted. */
export function useWalk(key: string | undefined, length: number): { readonly walked: number; again(): void } {
  const [walked, setWalked] = useState(0);
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another request, or another round, begins anew.
  useEffect(() => setWalked(0), [key, round]);
  useEffect(() => {
    if (walked >= length) return;
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) {
      setWalked(length);
      return;
    }
    const timer = setTimeout(() => setWalked(walked + 1), walked === 0 ? 0 : stepMs);
    return () => clearTimeout(timer);
  }, [walked, length]);
  return { walked: Math.min(walked, length), again: () => setRound(round + 1) };
}
