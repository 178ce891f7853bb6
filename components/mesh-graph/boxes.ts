import type { GraphNode, MeshGraph } from "../../server/contracts/index.ts";

/** What boxes are drawn for, as in Kiali: a namespace, and inside it an application of more than one version. */
export const boxKinds = ["namespace", "app"] as const;
export type BoxKind = (typeof boxKinds)[number];

export interface GraphBox {
  readonly id: string;
  readonly kind: BoxKind;
  readonly label: string;
  /** The box around this one. */
  readonly parent?: string;
}

const prefix: Readonly<Record<BoxKind, string>> = { namespace: "namespace|", app: "app|" };
export const isBoxId = (id: string) => boxKinds.some((kind) => id.startsWith(prefix[kind]));

export interface Boxes {
  /** Outer ones first. */
  readonly all: readonly GraphBox[];
  /** The innermost box of a node, by the node's id. */
  readonly of: ReadonlyMap<string, GraphBox>;
}

export function boxesOf(graph: MeshGraph, kinds: readonly BoxKind[]): Boxes {
  const namespaces = kinds.includes("namespace")
    ? [...new Set(graph.nodes.flatMap((node) => node.namespace ?? []))].sort()
    : [];
  const outer = new Map(
    namespaces.map((label): [string, GraphBox] => [
      label,
      { id: `${prefix.namespace}${label}`, kind: "namespace", label },
    ]),
  );
  const versions = new Map<string, GraphNode[]>();
  if (kinds.includes("app"))
    for (const node of graph.nodes)
      if (node.kind === "app" && node.version !== undefined) {
        const key = `${node.namespace ?? ""}/${node.name}`;
        versions.set(key, [...(versions.get(key) ?? []), node]);
      }
  const inner = [...versions]
    // A box around one thing says nothing.
    .filter(([, members]) => members.length > 1)
    .map(([key, members]) => {
      const parent = outer.get(members[0]?.namespace ?? "")?.id;
      const label = members[0]?.name ?? "";
      const box: GraphBox = { id: `${prefix.app}${key}`, kind: "app", label, ...(parent && { parent }) };
      return { box, members };
    });
  const of = new Map<string, GraphBox>();
  for (const { id, namespace } of graph.nodes) {
    const box = namespace === undefined ? undefined : outer.get(namespace);
    if (box) of.set(id, box);
  }
  for (const { box, members } of inner) for (const { id } of members) of.set(id, box);
  return { all: [...outer.values(), ...inner.map(({ box }) => box)], of };
}
