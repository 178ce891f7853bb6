"use client";

import { NativeSelect } from "@mantine/core";
import type { ObjectRow } from "../../server/contracts/index.ts";

interface Props {
  readonly pods: readonly ObjectRow[];
  readonly value: string | undefined;
  onChange(pod: string): void;
}

export const podKey = ({ namespace, name }: Pick<ObjectRow, "namespace" | "name">): string =>
  `${namespace ?? ""}/${name}`;

/** Pods grouped by namespace; the system's own come last. */
export function PodChoice({ pods, value, onChange }: Props) {
  const groups = new Map<string, { value: string; label: string }[]>();
  for (const pod of pods) {
    const group = pod.namespace ?? "";
    groups.set(group, [...(groups.get(group) ?? []), { value: podKey(pod), label: pod.name }]);
  }
  const data = [...groups]
    .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map(([group, items]) => ({ group, items: items.sort((a, b) => (a.label < b.label ? -1 : 1)) }));
  return (
    <NativeSelect
      size="xs"
      w={215}
      aria-label="Pod"
      data-test="pod-choice"
      value={value ?? ""}
      onChange={(event) => onChange(event.currentTarget.value)}
      data={data}
    />
  );
}

const rank = (namespace: string): number => (/^(kube-|istio-system$|local-path)/.test(namespace) ? 1 : 0);
/** Somebody's own pods first. */
export const firstPod = (pods: readonly ObjectRow[]): ObjectRow | undefined =>
  pods.toSorted(
    (a, b) => rank(a.namespace ?? "") - rank(b.namespace ?? "") || (podKey(a) < podKey(b) ? -1 : 1),
  )[0];
