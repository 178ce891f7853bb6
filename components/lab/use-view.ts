"use client";

import { useCallback, useEffect, useState } from "react";
import { useGroupRef } from "react-resizable-panels";
import { isNumberRecord, recall, remember } from "../ui/index.ts";
import { usePhone, useTall, useWide } from "./use-wide.ts";

/** What is shown: terminal and panes, or one of them beside the text; on a phone one of the three alone. */
export const views = ["lab", "both", "terminal", "graph"] as const;
export type View = (typeof views)[number];
const isView = (value: unknown): value is View => views.some((view) => view === value);

export type Room = "phone" | "narrow" | "roomy";

export interface ViewUse {
  readonly view: View;
  readonly room: Room;
  readonly wide: boolean;
  readonly outer: ReturnType<typeof useGroupRef>;
  readonly inner: ReturnType<typeof useGroupRef>;
  /** The learner's choice: remembered where there is one. */
  choose(view: View): void;
  showTerminal(): void;
  showPanes(): void;
  showLab(): void;
}

export const choicesIn: Readonly<Record<Room, readonly View[]>> = {
  phone: ["lab", "terminal", "graph"],
  narrow: ["terminal", "graph"],
  roomy: ["both", "terminal", "graph"],
};

export function useView(): ViewUse {
  const wide = useWide();
  const tall = useTall();
  const phone = usePhone();
  const room: Room = phone ? "phone" : wide || tall ? "roomy" : "narrow";
  const [view, setView] = useState<View>("both");
  const outer = useGroupRef();
  const inner = useGroupRef();

  const show = useCallback(
    (next: View, saved?: Record<string, number>) => {
      setView(next);
      if (phone) outer.current?.setLayout(next === "lab" ? { text: 100, tools: 0 } : { text: 0, tools: 100 });
      if (next !== "lab") inner.current?.setLayout(innerLayout(next, saved));
    },
    [phone, outer, inner],
  );
  useEffect(() => {
    if (room === "phone") return show("lab");
    const kept = recall(wide ? "layout:wide" : "layout:narrow", isNumberRecord);
    outer.current?.setLayout(kept ?? (wide ? { text: 38, tools: 62 } : { text: 50, tools: 50 }));
    const last = recall("view", isView);
    if (room === "narrow") show("terminal");
    else show(last === undefined || last === "lab" ? "both" : last, recall("layout:tools", isNumberRecord));
  }, [wide, room, outer, show]);

  const beside = room === "roomy" ? "both" : undefined;
  return {
    ...{ view, room, wide, outer, inner },
    choose: useCallback(
      (next) => {
        show(next, recall("layout:tools", isNumberRecord));
        if (room === "roomy") remember("view", next);
      },
      [show, room],
    ),
    showTerminal: useCallback(() => {
      if (view === "graph" || view === "lab") show(beside ?? "terminal");
    }, [view, show, beside]),
    showPanes: useCallback(() => {
      if (view === "terminal" || view === "lab") show(beside ?? "graph");
    }, [view, show, beside]),
    showLab: useCallback(() => {
      if (room === "phone") show("lab");
    }, [room, show]),
  };
}

function innerLayout(view: View, saved: Record<string, number> | undefined): Record<string, number> {
  if (view === "terminal") return { graph: 0, terminal: 100 };
  if (view === "graph") return { graph: 100, terminal: 0 };
  return saved ?? { graph: 55, terminal: 45 };
}
