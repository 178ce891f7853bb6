"use client";

import { useMemo, useState } from "react";
import { useRead } from "../socket/index.ts";
import { useWorkspace } from "../ui/index.ts";
import { groupTicks, momentOf, type Side, type TickGroup } from "./ticks.ts";

const openMs = 2_000;
/** The workspace begins to look at the first question, and after a restart of the cluster at the next. */
const closedMs = 20_000;

export interface TimelineUse {
  readonly groups: readonly TickGroup[];
  readonly chosen: TickGroup | undefined;
  readonly side: Side;
  /** The moment to show while a change is chosen. */
  readonly at: number | undefined;
  choose(id: string | undefined): void;
  setSide(side: Side): void;
}

/** The learner's changes, and which of them is looked at. What a lab prepares is none: it begins when the lab is ready. */
export function useTimeline(
  { shown, open }: { shown: boolean; open: boolean },
  windowSeconds: number,
): TimelineUse {
  const { status } = useWorkspace();
  const { data } = useRead(
    "timeline:list",
    {},
    { enabled: status?.phase === "ready" && shown, everyMs: open ? openMs : closedMs },
  );
  const [choice, setChoice] = useState<{ id: string; side: Side; now: number }>();
  const groups = useMemo(() => groupTicks(data?.ticks ?? []), [data]);
  const chosen = open ? groups.find(({ id }) => id === choice?.id) : undefined;
  const at = chosen && choice ? momentOf(chosen, choice.side, { windowSeconds, now: choice.now }) : undefined;
  return {
    ...{ groups, chosen, at, side: choice?.side ?? "after" },
    choose: (id) => setChoice(id === undefined ? undefined : { id, side: "after", now: Date.now() }),
    setSide: (side) => setChoice((before) => before && { ...before, side, now: Date.now() }),
  };
}
