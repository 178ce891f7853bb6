"use client";

import { useEffect, useState } from "react";
import { recall, remember } from "./guarded-storage.ts";

export interface Comfort {
  /** Of the lab's text, in per cent. */
  readonly textSize: number;
  readonly contrast: "normal" | "high";
}

const usual: Comfort = { textSize: 100, contrast: "normal" };
const isComfort = (value: unknown): value is Comfort =>
  typeof value === "object" &&
  value !== null &&
  "textSize" in value &&
  typeof value.textSize === "number" &&
  "contrast" in value &&
  (value.contrast === "normal" || value.contrast === "high");

/** How this person likes to read; kept in this browser, put on the document for the style sheets. */
export function useComfort(): [Comfort, (change: Partial<Comfort>) => void] {
  const [comfort, setComfort] = useState(usual);
  useEffect(() => {
    const stored = recall("comfort", isComfort);
    if (stored) setComfort(stored);
  }, []);
  useEffect(() => {
    document.documentElement.style.setProperty("--mw-text-size", String(comfort.textSize / 100));
    document.documentElement.dataset.contrast = comfort.contrast;
  }, [comfort]);
  return [
    comfort,
    (change) => {
      const next = { ...comfort, ...change };
      const bounded = { ...next, textSize: Math.min(160, Math.max(80, next.textSize)) };
      setComfort(bounded);
      remember("comfort", bounded);
    },
  ];
}
