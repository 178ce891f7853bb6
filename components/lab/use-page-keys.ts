"use client";

import { useEffect, useRef } from "react";
import { type PaneName, paneNames } from "../ui/index.ts";

export interface PageKeys {
  openPalette(): void;
  openPane(pane: PaneName): void;
  showTerminal(): void;
  /** 1: the next step, -1: the one before. */
  moveStep(by: 1 | -1): void;
}

/** The page's own keys, wherever the focus is; the terminal lets them through (terminal/keys.ts). */
export function usePageKeys(keys: PageKeys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const handleKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      if (!act(event, latest.current)) return;
      event.preventDefault();
      event.stopPropagation();
    };
    // Before anything below takes the key: CodeMirror knows F1 and Alt-arrows, too.
    window.addEventListener("keydown", handleKey, { capture: true });
    return () => window.removeEventListener("keydown", handleKey, { capture: true });
  }, []);
}

function act(event: KeyboardEvent, keys: PageKeys): boolean {
  const { key, code, altKey, ctrlKey, metaKey, shiftKey } = event;
  const command = ctrlKey || metaKey;
  if (key === "F1" || (command && shiftKey && key.toLowerCase() === "p")) {
    keys.openPalette();
    return true;
  }
  if (!altKey || command || shiftKey) return false;
  if (key === "PageDown" || key === "PageUp") {
    keys.moveStep(key === "PageDown" ? 1 : -1);
    return true;
  }
  // By the key's place: with Alt some layouts write other characters.
  const digit = /^Digit([0-7])$/.exec(code)?.[1];
  if (digit === undefined) return false;
  const pane = paneNames[Number(digit) - 1];
  if (pane) keys.openPane(pane);
  else keys.showTerminal();
  return true;
}
