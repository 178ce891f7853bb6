"use client";

import { useMemo, useRef } from "react";
import type { MetricsNames } from "../../server/contracts/index.ts";
import { useWire } from "../socket/index.ts";
import type { PromqlKnowledge } from "./promql-language.ts";

const freshMs = 30_000;
const nothing: MetricsNames = { metrics: [], labels: [] };

/** Names and values for completion, from the cluster's own Prometheus; kept for half a minute. */
export function usePromqlKnowledge(): PromqlKnowledge {
  const wire = useWire();
  const current = useRef(wire);
  current.current = wire;
  return useMemo(() => {
    let names: { readonly at: number; readonly value: Promise<MetricsNames> } | undefined;
    return {
      names: () => {
        if (!names || Date.now() - names.at > freshMs) {
          const value = current.current?.read("metrics:names", {}).then((result) => {
            if (!result.ok) names = undefined;
            return result.ok ? result.value : nothing;
          });
          names = { at: Date.now(), value: value ?? Promise.resolve(nothing) };
        }
        return names.value;
      },
      values: async (label, metric) => {
        const request = metric === undefined ? { label } : { label, metric };
        const result = await current.current?.read("metrics:values", request);
        return result?.ok ? result.value.values : [];
      },
    };
  }, []);
}
