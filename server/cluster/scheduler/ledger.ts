import type { Pod } from "../apis/index.ts";
import { type NodeUse, podRequests } from "./resources.ts";

interface Entry {
  readonly node: string;
  readonly pod: Pod;
  readonly requests: ReadonlyMap<string, bigint>;
}

interface Sums {
  readonly pods: Map<string, Pod>;
  readonly used: Map<string, bigint>;
}

/** What each node has given away, kept up to date pod by pod: a thousand pods must not be added up for each new one. */
export class NodeLedger {
  private readonly entries = new Map<string, Entry>();
  private readonly nodes = new Map<string, Sums>();

  use(node: string): NodeUse {
    const sums = this.nodes.get(node);
    return { pods: sums?.pods.size ?? 0, used: sums?.used ?? new Map() };
  }

  podsOn(node: string): Iterable<Pod> {
    return this.nodes.get(node)?.pods.values() ?? [];
  }

  /** Notes that the pod takes its part of a node; what was noted of it before is replaced. */
  put(key: string, pod: Pod, node: string): void {
    const known = this.entries.get(key);
    if (known?.node === node) {
      // Requests of a pod that has a node do not change; its labels may.
      this.entries.set(key, { ...known, pod });
      this.nodes.get(node)?.pods.set(key, pod);
      return;
    }
    this.remove(key);
    const requests = podRequests(pod);
    this.entries.set(key, { node, pod, requests });
    const sums = this.nodes.get(node) ?? { pods: new Map<string, Pod>(), used: new Map<string, bigint>() };
    this.nodes.set(node, sums);
    sums.pods.set(key, pod);
    for (const [name, amount] of requests) sums.used.set(name, (sums.used.get(name) ?? 0n) + amount);
  }

  remove(key: string): void {
    const entry = this.entries.get(key);
    const sums = entry && this.nodes.get(entry.node);
    this.entries.delete(key);
    if (!entry || !sums) return;
    sums.pods.delete(key);
    for (const [name, amount] of entry.requests) sums.used.set(name, (sums.used.get(name) ?? 0n) - amount);
  }
}
