"use client";

import { useCallback, useEffect, useMemo, useState } from "react";
import { type PaneLinks, type PaneName, type PaneTarget, paneNames, recall, remember } from "../ui/index.ts";

const isPane = (value: unknown): value is PaneName => paneNames.some((name) => name === value);

export interface Panes {
  readonly current: PaneName;
  readonly visited: readonly PaneName[];
  readonly links: PaneLinks;
  select(pane: PaneName): void;
}

/** Which pane is seen, which were, and what each was asked to show. `onOpen`: somebody wants to see a pane now. */
export function usePanes(onOpen: () => void): Panes {
  const [current, setCurrent] = useState<PaneName>("mesh");
  const [visited, setVisited] = useState<readonly PaneName[]>(["mesh"]);
  const [targets, setTargets] = useState<Partial<Record<PaneName, PaneTarget>>>({});

  const select = useCallback((pane: PaneName) => {
    setCurrent(pane);
    setVisited((before) => (before.includes(pane) ? before : [...before, pane]));
    remember("pane", pane);
  }, []);
  useEffect(() => {
    const stored = recall("pane", isPane);
    if (stored) select(stored);
  }, [select]);

  const links = useMemo<PaneLinks>(
    () => ({
      open: (pane, target) => {
        if (target)
          setTargets((before) => ({
            ...before,
            [pane]: { ...target, stamp: (before[pane]?.stamp ?? 0) + 1 },
          }));
        select(pane);
        onOpen();
      },
      targetOf: (pane) => targets[pane],
    }),
    [select, onOpen, targets],
  );
  return { current, visited, links, select };
}
