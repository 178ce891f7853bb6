"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ReadAnswer, ReadName, ReadRequest } from "../../server/contracts/index.ts";
import { useConnectedEpoch, useWire } from "./connection-provider.tsx";

export interface ReadOptions {
  /** Someone can see it, and the workspace can answer. */
  readonly enabled: boolean;
  /** Asked again after so long; absent: only when the request changes. */
  readonly everyMs?: number | undefined;
  /** Asked on while the page is in the background, too: the question itself does something. */
  readonly background?: boolean;
}

export interface ReadUse<R extends ReadName> {
  /** The last answer; it stays while the next one is on its way, and when that fails. */
  readonly data: ReadAnswer<R> | undefined;
  readonly error: string | undefined;
  readonly loading: boolean;
  again(): void;
}

/** Asks the workspace, and again as long as somebody looks. */
export function useRead<R extends ReadName>(
  read: R,
  request: ReadRequest<R>,
  { enabled, everyMs, background = false }: ReadOptions,
): ReadUse<R> {
  const wire = useWire();
  const connected = useConnectedEpoch();
  const query = useQuery({
    queryKey: [read, request],
    enabled: wire !== undefined && connected > 0 && enabled,
    refetchInterval: everyMs ?? false,
    refetchIntervalInBackground: background,
    placeholderData: keepPreviousData,
    queryFn: async (): Promise<ReadAnswer<R>> => {
      const result = await wire?.read(read, request);
      if (!result) throw new Error("Not connected to the server just now.");
      if (!result.ok) throw new Error(result.error.message);
      return result.value;
    },
  });
  return {
    data: query.data,
    error: query.error?.message,
    loading: query.isFetching,
    again: () => void query.refetch(),
  };
}
