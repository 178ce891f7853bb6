"use client";

import { useEffect, useMemo, useState } from "react";
import type { ObjectRow } from "../../server/contracts/index.ts";
import type { PaneTarget } from "../ui/index.ts";
import { firstPod, podKey } from "./pod-choice.tsx";
import { useObjects } from "./use-objects.ts";

export interface PodsUse {
  readonly pods: readonly ObjectRow[];
  /** The chosen one; another of its kind when it is gone. */
  readonly pod: ObjectRow | undefined;
  readonly read: boolean;
  readonly error: string | undefined;
  choose(key: string): void;
}

interface Options {
  readonly active: boolean;
  readonly wish: PaneTarget | undefined;
  /** Only pods with this container. */
  readonly container?: string;
}

/** The pods one can choose from, and the chosen one. A pod that was replaced is followed to its successor. */
export function usePods({ active, wish, container }: Options): PodsUse {
  const { objects, error } = useObjects(active);
  const [chosen, setChosen] = useState<string>();
  useEffect(() => {
    if (wish?.pod !== undefined) setChosen(`${wish.namespace ?? ""}/${wish.pod}`);
    else if (wish?.service !== undefined) setChosen(undefined);
  }, [wish]);
  const pods = useMemo(
    () =>
      (objects?.rows ?? []).filter(
        ({ kind, containers }) =>
          kind === "Pod" && (container === undefined || containers?.includes(container)),
      ),
    [objects, container],
  );
  const pod =
    pods.find((one) => podKey(one) === chosen) ??
    successor(pods, chosen) ??
    podOfService(pods, wish?.service) ??
    firstPod(pods);
  return { pods, pod, read: objects !== undefined, error, choose: setChosen };
}

/** Pods of one Deployment share all but the last two parts of their names. */
function successor(pods: readonly ObjectRow[], key: string | undefined): ObjectRow | undefined {
  const stem = key?.split("-").slice(0, -2).join("-");
  if (!stem?.includes("/")) return undefined;
  return pods.find((one) => podKey(one).split("-").slice(0, -2).join("-") === stem);
}

/** By the name under which a proxy reports spans: the app label and the namespace, "web-api.shop". */
function podOfService(pods: readonly ObjectRow[], service: string | undefined): ObjectRow | undefined {
  return pods.find(
    ({ labels, namespace }) => service !== undefined && `${labels.app ?? ""}.${namespace ?? ""}` === service,
  );
}
