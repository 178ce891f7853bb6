"use client";

import { useCallback, useEffect, useState } from "react";
import type { BoardRow, ClassInfo, StepPace, WireError } from "../../../server/contracts/index.ts";
import { useConnectedEpoch, useWire } from "../../socket/index.ts";

export interface ClassBoardUse {
  readonly info: ClassInfo | undefined;
  /** In the order the learners joined. */
  readonly rows: ReadonlyMap<string, BoardRow>;
  readonly paces: readonly StepPace[];
  readonly refused: WireError | undefined;
  show(info: ClassInfo): void;
}

/** A class's board, kept live: asked for as a whole at every connection, then the rows that change. */
export function useClassBoard(id: string): ClassBoardUse {
  const wire = useWire();
  const connected = useConnectedEpoch();
  const [info, setInfo] = useState<ClassInfo>();
  const [rows, setRows] = useState<ReadonlyMap<string, BoardRow>>(new Map());
  const [paces, setPaces] = useState<readonly StepPace[]>([]);
  const [refused, setRefused] = useState<WireError>();
  useEffect(() => {
    if (!wire || connected === 0) return;
    let whole = false;
    // What changes while the whole is on its way is newer than the whole.
    let early: readonly BoardRow[] = [];
    const merge = (changed: readonly BoardRow[], gone: readonly string[]) =>
      setRows((all) => {
        const next = new Map(all);
        for (const row of changed) next.set(row.learner, row);
        for (const learner of gone) next.delete(learner);
        return next;
      });
    const stops = [
      wire.on("class:rows", ({ class: of, rows: changed, gone }) => {
        if (of !== id) return;
        if (!whole) early = [...early, ...changed];
        merge(changed, gone);
      }),
      wire.on("class:info", (next) => {
        if (next.id === id) setInfo(next);
      }),
      wire.on("class:paces", ({ class: of, paces: next }) => {
        if (of === id) setPaces(next);
      }),
    ];
    void wire.ask("class:board", { class: id }).then((result) => {
      whole = true;
      setRefused(result.ok || result.error.code === "unavailable" ? undefined : result.error);
      if (!result.ok) return;
      setInfo(result.value.info);
      setPaces(result.value.paces);
      setRows(new Map([...result.value.rows, ...early].map((row) => [row.learner, row])));
    });
    return () => {
      for (const stop of stops) stop();
      void wire.ask("class:leave-board", { class: id });
    };
  }, [wire, connected, id]);
  return { info, rows, paces, refused, show: useCallback(setInfo, []) };
}
