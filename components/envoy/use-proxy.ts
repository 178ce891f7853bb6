"use client";

import { useEffect, useMemo, useState } from "react";
import type { ObjectRow } from "../../server/contracts/index.ts";
import { useRead } from "../socket/index.ts";
import { type ProxyConfig, readConfig } from "./config.ts";

export interface Moment {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly config: ProxyConfig;
}

export interface ProxyUse {
  readonly now: Moment | undefined;
  readonly kept: Moment | undefined;
  readonly error: string | undefined;
  readonly loading: boolean;
  again(): void;
  keep(): void;
  forget(): void;
}

const refreshMs = 10_000;

/** One proxy as it is now, and as it was at a moment that was kept. */
export function useProxy(pod: ObjectRow | undefined, active: boolean): ProxyUse {
  const { data, error, loading, again } = useRead(
    "envoy:dump",
    { namespace: pod?.namespace ?? "", pod: pod?.name ?? "" },
    { enabled: active && pod !== undefined, everyMs: refreshMs },
  );
  const parsed = useMemo(() => (data ? parse(data) : undefined), [data]);
  // By workload: after a restart of the pod the kept moment is still of interest.
  const [moments, setMoments] = useState<ReadonlyMap<string, Moment>>(new Map());
  const name = `${pod?.namespace}/${pod?.name.split("-").slice(0, -2).join("-") || pod?.name}`;
  const now = parsed?.moment;
  const [shownFor, setShownFor] = useState<string>();
  useEffect(() => {
    if (data && !loading) setShownFor(pod?.uid);
  }, [data, loading, pod?.uid]);
  return {
    now: shownFor === pod?.uid ? now : undefined,
    kept: moments.get(name),
    error: error ?? parsed?.error,
    loading,
    again,
    keep: () => {
      if (now) setMoments((before) => new Map([...before, [name, now] as const].slice(-10)));
    },
    forget: () => setMoments((before) => new Map([...before].filter(([key]) => key !== name))),
  };
}

function parse({ readAt, dump }: { readonly readAt: number; readonly dump: string }): {
  moment?: Moment;
  error?: string;
} {
  try {
    return { moment: { at: readAt, config: readConfig(dump) } };
  } catch (error) {
    return {
      error: `The proxy's answer cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}
