import { type Container, type Node, type Pod, quantityMilli } from "../apis/index.ts";
import { DEFAULT_MAX_PODS } from "./limits.ts";

/** Thousandths of each resource, by name. */
export type Amounts = ReadonlyMap<string, bigint>;

export function milli(text: string | undefined): bigint {
  return quantityMilli(text ?? "0") ?? 0n;
}

function requestsOf(container: Container): Map<string, bigint> {
  const entries = Object.entries(container.resources?.requests ?? {});
  return new Map(entries.map(([name, text]) => [name, milli(text)]));
}

function add(into: Map<string, bigint>, amounts: Amounts): void {
  for (const [name, amount] of amounts) into.set(name, (into.get(name) ?? 0n) + amount);
}

/** What a pod takes from its node: containers and sidecars together, or an init container if that is more. */
export function podRequests({ spec }: Pod): Amounts {
  const total = new Map<string, bigint>();
  const sidecars = new Map<string, bigint>();
  const peak = new Map<string, bigint>();
  for (const container of spec.containers) add(total, requestsOf(container));
  for (const container of spec.initContainers ?? []) {
    const requests = requestsOf(container);
    if (container.restartPolicy === "Always") {
      add(sidecars, requests);
      continue;
    }
    for (const [name, amount] of requests) {
      const running = amount + (sidecars.get(name) ?? 0n);
      if (running > (peak.get(name) ?? 0n)) peak.set(name, running);
    }
  }
  add(total, sidecars);
  for (const [name, amount] of peak) if (amount > (total.get(name) ?? 0n)) total.set(name, amount);
  return total;
}

export interface NodeUse {
  readonly pods: number;
  readonly used: Amounts;
}

export function useOf(pods: readonly Pod[]): NodeUse {
  const used = new Map<string, bigint>();
  let count = 0;
  for (const pod of pods) {
    if (pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed") continue;
    count++;
    add(used, podRequests(pod));
  }
  return { pods: count, used };
}

/** Names of what the node lacks for the pod, e.g. `cpu`; `pods` when it is full. */
export function lacking(node: Node, use: NodeUse, requests: Amounts): string[] {
  const allocatable = node.status?.allocatable ?? node.status?.capacity ?? {};
  const names: string[] = [];
  const most = Number(allocatable.pods ?? DEFAULT_MAX_PODS);
  if (use.pods + 1 > most) names.push("pods");
  for (const [name, amount] of requests) {
    if (amount > 0n && (use.used.get(name) ?? 0n) + amount > milli(allocatable[name])) names.push(name);
  }
  return names;
}

/** How free the node would be after taking the pod, 0 to 100. Follows LeastAllocated over cpu and memory. */
export function freedom(node: Node, use: NodeUse, requests: Amounts): number {
  const allocatable = node.status?.allocatable ?? {};
  const shares = ["cpu", "memory"].map((name) => {
    const total = Number(milli(allocatable[name]));
    if (total === 0) return 0;
    const taken = Number((use.used.get(name) ?? 0n) + (requests.get(name) ?? 0n));
    return Math.max(0, ((total - taken) * 100) / total);
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
