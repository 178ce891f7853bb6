import {
  arrayOf,
  type LabelRequirement,
  matchesLabels,
  objectOf,
  stringOf,
  valueAt,
} from "../apimachinery/index.ts";
import type { Node, Pod, Taint, Toleration } from "../apis/index.ts";
import { lacking, type NodeUse, podRequests } from "./resources.ts";

interface Candidate {
  readonly node: Node;
  readonly use: NodeUse;
  pods(): Iterable<Pod>;
}

/** Why a node cannot take a pod. Pre-empting others would help only against `resolvable` reasons. */
export interface Obstacle {
  readonly reason: string;
  readonly resolvable: boolean;
}

/** The node by itself: what it is, and what is left of it. The resource check names all that is lacking. */
export function obstacles(pod: Pod, { node, use, pods }: Candidate): Obstacle[] {
  const fixed = (reason: string) => [{ reason, resolvable: false }];
  if (node.spec?.unschedulable && !tolerates(pod, UNSCHEDULABLE)) return fixed("node(s) were unschedulable");
  if (untolerated(pod, node)) return fixed("node(s) had untolerated taint(s)");
  const ready = node.status?.conditions?.find(({ type }) => type === "Ready");
  if (ready?.status !== "True") return fixed("node(s) were not ready");
  if (!selectedBy(pod, node)) return fixed("node(s) didn't match Pod's node affinity/selector");
  if (portTaken(pod, pods))
    return [{ reason: "node(s) didn't have free ports for the requested pod ports", resolvable: true }];
  return lacking(node, use, podRequests(pod)).map((name) => ({
    reason: name === "pods" ? "Too many pods" : `Insufficient ${name}`,
    resolvable: true,
  }));
}

/** Two pods on one node cannot have the same port of the node. Addresses are not told apart. */
function portTaken(pod: Pod, pods: () => Iterable<Pod>): boolean {
  const wanted = hostPorts(pod);
  if (wanted.length === 0) return false;
  return [...pods()].some((other) => hostPorts(other).some((port) => wanted.includes(port)));
}

function hostPorts({ spec }: Pod): string[] {
  return spec.containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, protocol = "TCP" }) => (hostPort ? [`${protocol}:${hostPort}`] : [])),
  );
}

const UNSCHEDULABLE: Taint = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };

function untolerated(pod: Pod, node: Node): Taint | undefined {
  return (node.spec?.taints ?? []).find(
    (taint) => (taint.effect === "NoSchedule" || taint.effect === "NoExecute") && !tolerates(pod, taint),
  );
}

function tolerates({ spec }: Pod, taint: Taint): boolean {
  return (spec.tolerations ?? []).some((toleration) => covers(toleration, taint));
}

function covers({ key, operator = "Equal", value = "", effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false;
  if (key && key !== taint.key) return false;
  if (operator === "Exists") return true;
  return !!key && value === (taint.value ?? "");
}

function selectedBy({ spec }: Pod, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  const selector = Object.entries(spec.nodeSelector ?? {});
  if (selector.some(([key, value]) => labels[key] !== value)) return false;
  const required = valueAt(spec.affinity, "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
  if (required === undefined) return true;
  return arrayOf(valueAt(required, "nodeSelectorTerms")).some((term) => matchesTerm(term, node));
}

/** Expressions of one term all hold; an empty term selects nothing. */
function matchesTerm(term: unknown, { metadata }: Node): boolean {
  const expressions = requirementsOf(objectOf(term).matchExpressions);
  const fields = requirementsOf(objectOf(term).matchFields);
  if (expressions.length + fields.length === 0) return false;
  return (
    matchesLabels(expressions, metadata.labels) &&
    matchesLabels(fields, { "metadata.name": metadata.name ?? "" })
  );
}

const OPERATORS: Readonly<Record<string, LabelRequirement["operator"]>> = {
  In: "In",
  NotIn: "NotIn",
  Exists: "Exists",
  DoesNotExist: "DoesNotExist",
  Gt: "GreaterThan",
  Lt: "LessThan",
};

function requirementsOf(expressions: unknown): LabelRequirement[] {
  return arrayOf(expressions).map((expression) => ({
    key: stringOf(valueAt(expression, "key")),
    operator: OPERATORS[stringOf(valueAt(expression, "operator"))] ?? "In",
    values: arrayOf(valueAt(expression, "values")).map(String),
  }));
}
