"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ObjectsList } from "../../server/contracts/index.ts";
import { useConnectedEpoch, useWire } from "../socket/index.ts";

const refreshMs = 1_500;
const key = ["objects:list"];

export interface ObjectsUse {
  readonly objects: ObjectsList | undefined;
  readonly error: string | undefined;
}

/** All shown objects of the cluster, live while somebody looks. An answer of "nothing new" changes nothing here. */
export function useObjects(active: boolean): ObjectsUse {
  const wire = useWire();
  const connected = useConnectedEpoch();
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: key,
    enabled: wire !== undefined && connected > 0 && active,
    refetchInterval: refreshMs,
    refetchIntervalInBackground: false,
    structuralSharing: false,
    queryFn: async (): Promise<ObjectsList> => {
      const before = queries.getQueryData<ObjectsList>(key);
      const result = await wire?.read("objects:list", before ? { known: before.revision } : {});
      if (!result) throw new Error("Not connected to the server just now.");
      if (!result.ok) throw new Error(result.error.message);
      if (result.value.changed) return result.value;
      if (before) return before;
      throw new Error("The cluster's objects were not sent.");
    },
  });
  return { objects: query.data, error: query.error?.message };
}
