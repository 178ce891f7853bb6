"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { MeshGraph, MeshGraphRequest } from "../../server/contracts/index.ts";
import { useConnectedEpoch, useWire } from "../socket/index.ts";
import { changesBetween } from "./changes.ts";
import { maxChanges, refreshMs } from "./limits.ts";

/** The same may happen again: the sentence alone does not tell two changes apart. */
export interface Change {
  readonly id: string;
  readonly sentence: string;
}

export interface MeshGraphUse {
  readonly graph: MeshGraph | undefined;
  readonly error: string | undefined;
  /** The latest changes, newest first. */
  readonly changes: readonly Change[];
}

/** Asks for the graph every two seconds while someone can see it. */
export function useMeshGraph(request: MeshGraphRequest, active: boolean): MeshGraphUse {
  const { windowSeconds, at, include } = request;
  const wire = useWire();
  const connected = useConnectedEpoch();
  const query = useQuery({
    queryKey: ["mesh:graph", windowSeconds, at, include?.join()],
    enabled: wire !== undefined && connected > 0 && active,
    // What was does not change any more.
    refetchInterval: at === undefined ? refreshMs : false,
    refetchIntervalInBackground: false,
    placeholderData: keepPreviousData,
    queryFn: async () => {
      const result = await wire?.ask("mesh:graph", {
        windowSeconds,
        ...(at !== undefined && { at }),
        ...(include && { include }),
      });
      if (!result) throw new Error("Not connected to the server just now.");
      if (!result.ok) throw new Error(result.error.message);
      return result.value;
    },
  });
  const { data } = query;
  const before = useRef<{ graph: MeshGraph; windowSeconds: number }>(undefined);
  const [changes, setChanges] = useState<readonly Change[]>([]);
  useEffect(() => {
    // A look back is no news.
    if (!data || at !== undefined) {
      before.current = undefined;
      return;
    }
    // Another window is another question, not a change of the mesh.
    const comparable =
      before.current?.windowSeconds === data.windowSeconds ? before.current.graph : undefined;
    before.current = { graph: data, windowSeconds: data.windowSeconds };
    const news = comparable
      ? changesBetween(comparable, data).map((sentence) => ({
          id: `${data.generatedAt} ${sentence}`,
          sentence,
        }))
      : [];
    if (news.length > 0) setChanges((old) => [...news, ...old].slice(0, maxChanges));
  }, [data, at]);
  return { graph: data, error: query.error?.message, changes };
}
