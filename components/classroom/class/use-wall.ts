"use client";

import { useEffect, useState } from "react";
import type { WallTile } from "../../../server/contracts/index.ts";
import { useConnectedEpoch, useWire } from "../../socket/index.ts";

/** Somebody who scrolls is not asked at every step. */
const ASK_AFTER_MS = 150;

/** Pictures of the learners that are in sight, kept live by the server. `learners`: ids, joined by spaces. */
export function useWall(classroom: string, learners: string): ReadonlyMap<string, WallTile> {
  const wire = useWire();
  const connected = useConnectedEpoch();
  const [tiles, setTiles] = useState<ReadonlyMap<string, WallTile>>(new Map());
  useEffect(() => {
    const merge = (changed: readonly WallTile[]) =>
      setTiles((all) => new Map([...all, ...changed.map((tile) => [tile.learner, tile] as const)]));
    if (!wire || connected === 0) return;
    const stop = wire.on("class:wall", (news) => {
      if (news.class === classroom) merge(news.tiles);
    });
    const timer = setTimeout(() => {
      void wire
        .ask("class:wall", { class: classroom, learners: learners.split(" ").filter(Boolean) })
        .then((result) => result.ok && merge(result.value));
    }, ASK_AFTER_MS);
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [wire, connected, classroom, learners]);
  useEffect(() => {
    if (!wire) return;
    return () => void wire.ask("class:wall", { class: classroom, learners: [] });
  }, [wire, classroom]);
  return tiles;
}
