import type { KubeObject } from "../../../apimachinery/index.ts";
import { ageColumn, nameColumn, text } from "../../meta/columns.ts";
import type { ResourceStrategy } from "../../strategy.ts";

/** What a pod's containers take now. */
export interface PodFigures {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly containers: readonly {
    readonly name: string;
    readonly cpuMillis: number;
    readonly memoryBytes: number;
  }[];
}

export interface MetricsSource {
  /** Milliseconds since the epoch. */
  now(): number;
  nodeName: string;
  /** Of the node's own parts, beside its pods. */
  readonly system: { readonly cpuMillis: number; readonly memoryBytes: number };
  pods(): readonly PodFigures[];
}

interface Usage {
  readonly cpu: string;
  readonly memory: string;
}

export interface PodMetrics extends KubeObject {
  readonly timestamp: string;
  readonly window: string;
  readonly containers: readonly { readonly name: string; readonly usage: Usage }[];
}

export interface NodeMetrics extends KubeObject {
  readonly timestamp: string;
  readonly window: string;
  readonly usage: Usage;
}

const WINDOW = "15s";
const VERBS = ["get", "list"];

const usage = (cpuMillis: number, memoryBytes: number): Usage => ({
  cpu: `${Math.round(cpuMillis * 1e6)}n`,
  memory: `${Math.round(memoryBytes / 1024)}Ki`,
});

const stamp = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

function podMetrics({ namespace, name, labels, containers }: PodFigures, now: string): PodMetrics {
  return {
    kind: "PodMetrics",
    apiVersion: "metrics.k8s.io/v1beta1",
    metadata: { name, namespace, creationTimestamp: now, labels },
    timestamp: now,
    window: WINDOW,
    containers: containers.map((container) => ({
      name: container.name,
      usage: usage(container.cpuMillis, container.memoryBytes),
    })),
  };
}

/** What metrics-server serves. Nothing of it is stored: it is worked out when it is asked for. */
export function metricsStrategies(source: MetricsSource): readonly ResourceStrategy[] {
  const head = { group: "metrics.k8s.io", version: "v1beta1", verbs: VERBS } as const;
  const pods: ResourceStrategy = {
    ...head,
    kind: "PodMetrics",
    plural: "pods",
    singular: "",
    namespaced: true,
    computed: () => source.pods().map((figures) => podMetrics(figures, stamp(source.now()))),
    printerColumns: [nameColumn, ageColumn],
  };
  const nodes: ResourceStrategy = {
    ...head,
    kind: "NodeMetrics",
    plural: "nodes",
    singular: "",
    namespaced: false,
    computed: () => [nodeMetrics(source)],
    printerColumns: [nameColumn, text("Window", () => WINDOW)],
  };
  return [nodes, pods];
}

function nodeMetrics(source: MetricsSource): NodeMetrics {
  const now = stamp(source.now());
  const all = [source.system, ...source.pods().flatMap(({ containers }) => containers)];
  const sum = (pick: (part: { cpuMillis: number; memoryBytes: number }) => number) =>
    all.reduce((total, part) => total + pick(part), 0);
  return {
    kind: "NodeMetrics",
    apiVersion: "metrics.k8s.io/v1beta1",
    metadata: { name: source.nodeName, creationTimestamp: now },
    timestamp: now,
    window: WINDOW,
    usage: usage(
      sum(({ cpuMillis }) => cpuMillis),
      sum(({ memoryBytes }) => memoryBytes),
    ),
  };
}
