import type { KubeObject, OwnerReference } from "../../apimachinery/index.ts";
import type { ResourceType } from "../../client/index.ts";

/** What the collector must know of an object. */
export interface GraphNode {
  readonly uid: string;
  readonly type: ResourceType;
  readonly namespace?: string;
  readonly name: string;
  readonly owners: readonly OwnerReference[];
  readonly finalizers: readonly string[];
  readonly deleting: boolean;
}

/** Who owns whom, by uid. */
export class OwnerGraph {
  private readonly nodes = new Map<string, GraphNode>();
  private readonly dependents = new Map<string, Set<string>>();

  set(node: GraphNode): void {
    this.delete(node.uid);
    this.nodes.set(node.uid, node);
    for (const { uid } of node.owners) {
      const set = this.dependents.get(uid) ?? new Set<string>();
      set.add(node.uid);
      this.dependents.set(uid, set);
    }
  }

  delete(uid: string): void {
    const node = this.nodes.get(uid);
    if (!node) return;
    this.nodes.delete(uid);
    for (const owner of node.owners) {
      const set = this.dependents.get(owner.uid);
      set?.delete(uid);
      if (set?.size === 0) this.dependents.delete(owner.uid);
    }
  }

  get(uid: string): GraphNode | undefined {
    return this.nodes.get(uid);
  }

  dependentsOf(uid: string): GraphNode[] {
    return [...(this.dependents.get(uid) ?? [])].flatMap((dependent) => {
      const node = this.nodes.get(dependent);
      return node ? [node] : [];
    });
  }
}

export function graphNode(type: ResourceType, { metadata }: KubeObject): GraphNode {
  return {
    uid: metadata.uid ?? "",
    type,
    ...(metadata.namespace ? { namespace: metadata.namespace } : {}),
    name: metadata.name ?? "",
    owners: metadata.ownerReferences ?? [],
    finalizers: metadata.finalizers ?? [],
    deleting: metadata.deletionTimestamp !== undefined,
  };
}
