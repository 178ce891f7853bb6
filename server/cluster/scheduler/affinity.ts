import {
  arrayOf,
  type KubeObject,
  matchesLabels,
  selectorOf,
  stringOf,
  valueAt,
} from "../apimachinery/index.ts";
import type { Node, Pod } from "../apis/index.ts";

// Pod affinity and anti-affinity, required terms only. Follows framework/plugins/interpodaffinity/filtering.go.

/** What a rule about other pods looks at. */
export interface Surroundings {
  readonly nodes: readonly { readonly node: Node; pods(): Iterable<Pod> }[];
  /** Labels of a namespace, for terms that select namespaces. */
  namespaceLabels(namespace: string): KubeObject["metadata"]["labels"];
}

type Kind = "podAffinity" | "podAntiAffinity";

const requiredTerms = ({ spec }: Pod, kind: Kind): readonly unknown[] =>
  arrayOf(valueAt(spec.affinity, kind, "requiredDuringSchedulingIgnoredDuringExecution"));

/** Whether rules about other pods need to be looked at for this one. */
export const hasAntiAffinity = (pod: Pod) => requiredTerms(pod, "podAntiAffinity").length > 0;

export type AffinityObstacle = "affinity" | "anti-affinity" | "existing-anti-affinity";

/** Why the pod may not join the pods around a node. */
export function affinityObstacle(pod: Pod, node: Node, around: Surroundings): AffinityObstacle | undefined {
  const affinity = requiredTerms(pod, "podAffinity");
  if (affinity.length > 0 && !joins(pod, node, { around, affinity })) return "affinity";
  const anti = requiredTerms(pod, "podAntiAffinity");
  const met = anti.some((term) =>
    others(around, node, keyOf(term)).some((other) => selects(term, { of: pod, other, around })),
  );
  if (met) return "anti-affinity";
  return repelled(pod, node, around) ? "existing-anti-affinity" : undefined;
}

interface Joining {
  readonly around: Surroundings;
  readonly affinity: readonly unknown[];
}

/** The first of a group, whom its own terms select, may go anywhere that has the topology. */
function joins(pod: Pod, node: Node, { around, affinity }: Joining): boolean {
  const all = (other: Pod) => affinity.every((term) => selects(term, { of: pod, other, around }));
  const labels = node.metadata.labels ?? {};
  if (affinity.some((term) => labels[keyOf(term)] === undefined)) return false;
  if (affinity.every((term) => others(around, node, keyOf(term)).some(all))) return true;
  const anywhere = around.nodes.some(({ pods }) => [...pods()].some(all));
  return !anywhere && all(pod);
}

/** A pod that is there already does not want this one beside it. */
function repelled(pod: Pod, node: Node, around: Surroundings): boolean {
  return around.nodes.some(({ node: home, pods }) =>
    [...pods()].some((other) =>
      requiredTerms(other, "podAntiAffinity").some(
        (term) => sharesTopology(home, node, keyOf(term)) && selects(term, { of: other, other: pod, around }),
      ),
    ),
  );
}

const keyOf = (term: unknown) => stringOf(valueAt(term, "topologyKey"));

function sharesTopology(one: Node, other: Node, key: string): boolean {
  const value = one.metadata.labels?.[key];
  return value !== undefined && value === other.metadata.labels?.[key];
}

function others({ nodes }: Surroundings, node: Node, key: string): Pod[] {
  return nodes.filter((one) => sharesTopology(one.node, node, key)).flatMap(({ pods }) => [...pods()]);
}

interface Pair {
  /** The pod that has the term. */
  readonly of: Pod;
  readonly other: Pod;
  readonly around: Surroundings;
}

function selects(term: unknown, { of, other, around }: Pair): boolean {
  const selector = selectorOf(valueAt(term, "labelSelector"));
  if (!selector || !matchesLabels(selector, other.metadata.labels)) return false;
  const { namespace = "" } = other.metadata;
  const named = arrayOf(valueAt(term, "namespaces")).map(stringOf);
  const byLabels = selectorOf(valueAt(term, "namespaceSelector"));
  if (byLabels && matchesLabels(byLabels, around.namespaceLabels(namespace))) return true;
  if (named.length > 0) return named.includes(namespace);
  return !byLabels && namespace === of.metadata.namespace;
}
