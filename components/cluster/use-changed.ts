"use client";

import { useEffect, useState } from "react";
import type { ObjectsList } from "../../server/contracts/index.ts";
import { changedSince, type Seen } from "./changed.ts";

/** While the first kinds are still being read, everything is new; the first look is when all have been. */
export function useChanged(objects: ObjectsList | undefined): ReadonlyMap<string, number> {
  const [seen, setSeen] = useState<Seen>();
  useEffect(() => {
    if (!objects || objects.warnings.some((warning) => warning.startsWith("Still being read"))) return;
    setSeen((before) => changedSince(before, objects.rows, Date.now()));
  }, [objects]);
  return seen?.changed ?? none;
}

const none: ReadonlyMap<string, number> = new Map();
