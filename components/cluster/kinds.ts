import type { EventRow, ObjectRow } from "../../server/contracts/index.ts";

export interface KindGroup {
  readonly title: string;
  readonly kinds: readonly string[];
}

const known: readonly KindGroup[] = [
  { title: "Cluster", kinds: ["Namespace", "Node"] },
  { title: "Workloads", kinds: ["Deployment", "StatefulSet", "DaemonSet", "Pod", "Job", "CronJob"] },
  { title: "Services", kinds: ["Service", "ConfigMap", "ServiceAccount"] },
];

/** Kinds by group, with Istio's own last; only those of which there is something. */
export function kindGroups(
  rows: readonly ObjectRow[],
): { title: string; kinds: { kind: string; count: number }[] }[] {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(kindKey(row), (counts.get(kindKey(row)) ?? 0) + 1);
  const listed = new Set(known.flatMap(({ kinds }) => kinds));
  const others = [...counts.keys()].filter((kind) => !listed.has(kind)).sort();
  return [...known, { title: "Istio", kinds: others }].flatMap(({ title, kinds }) => {
    const present = kinds.flatMap((kind) => {
      const count = counts.get(kind);
      return count === undefined ? [] : [{ kind, count }];
    });
    return present.length > 0 ? [{ title, kinds: present }] : [];
  });
}

/** Two groups of the API may call different things the same: Istio's Gateway and the Gateway API's. */
export const kindKey = ({ kind, apiVersion }: Pick<ObjectRow, "kind" | "apiVersion">): string =>
  apiVersion.startsWith("gateway.networking.k8s.io/") ? `${kind} (Gateway API)` : kind;

export const objectKey = ({
  apiVersion,
  kind,
  namespace,
  name,
}: Pick<ObjectRow, "apiVersion" | "kind" | "namespace" | "name">) =>
  [apiVersion, kind, namespace ?? "", name].join("|");

export const eventsOf = (events: readonly EventRow[], row: ObjectRow): EventRow[] =>
  events.filter(
    ({ about, namespace }) =>
      about === `${row.kind}/${row.name}` && (row.namespace ?? namespace) === namespace,
  );
