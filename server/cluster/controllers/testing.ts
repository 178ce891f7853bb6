import type { KubeObject } from "../apimachinery/index.ts";
import { type Node, type Pod, resourceTypes } from "../apis/index.ts";
import { type Clock, type Random, seededRandom, silentLogger, TestClock } from "../base/index.ts";
import { Informer, ResourceClient, type ResourceType, type Transport } from "../client/index.ts";
import { type ControllersDeps, startControllers } from "./start.ts";

/** What a test brings along, because this layer may not know it: an API server, and a scheduler. */
export interface OtherParts {
  serve(deps: { clock: Clock; random: Random }): Promise<{ transport: Transport; dispose(): void }>;
  startScheduler(deps: ControllersDeps): void;
}

/** A cluster of one node with real controllers; only the kubelet is played: it starts and ends what it is given. */
export class TestCluster {
  private readonly stop = new AbortController();
  /** Pods of these images never become ready. */
  readonly broken = new Set<string>();
  /** Pods of these images end as soon as they have run. */
  readonly ending = new Map<string, "Succeeded" | "Failed">();

  private constructor(
    readonly transport: Transport,
    readonly clock: TestClock,
  ) {}

  static async start(parts: OtherParts): Promise<TestCluster> {
    const clock = new TestClock();
    const random = seededRandom();
    const { transport, dispose } = await parts.serve({ clock, random });
    const cluster = new TestCluster(transport, clock);
    const { signal } = cluster.stop;
    signal.addEventListener("abort", dispose);
    const deps = { transport, clock, random, logger: silentLogger, signal, rootCaPem: "the CA" };
    await startControllers(deps);
    parts.startScheduler(deps);
    await cluster.of(resourceTypes.nodes).create(practiceNode("node-1"));
    cluster.playKubelet(signal);
    return cluster;
  }

  dispose(): void {
    this.stop.abort();
  }

  of<T extends KubeObject>(type: ResourceType<T>): ResourceClient<T> {
    return new ResourceClient({ transport: this.transport, type });
  }

  /** Lets the cluster work until `look` no longer throws; its last complaint otherwise. */
  async until<T>(look: () => Promise<T>): Promise<T> {
    for (let round = 0; ; round++) {
      await this.clock.advance(50);
      try {
        return await look();
      } catch (error) {
        if (round >= 200) throw error;
      }
    }
  }

  private playKubelet(signal: AbortSignal): void {
    const pods = this.of(resourceTypes.pods);
    const informer = new Informer({ client: pods, clock: this.clock, logger: silentLogger });
    let address = 10;
    const run = async (pod: Pod) => {
      const { namespace = "", name = "" } = pod.metadata;
      if (!pod.spec.nodeName) return;
      if (pod.metadata.deletionTimestamp) {
        await pods.delete({ namespace, name }, { gracePeriodSeconds: 0 });
        return;
      }
      if (pod.status?.phase !== "Pending") return;
      const image = pod.spec.containers[0]?.image ?? "";
      const phase = this.ending.get(image) ?? "Running";
      const ready = phase === "Running" && !this.broken.has(image);
      const at = new Date(this.clock.now()).toISOString();
      const condition = { type: "Ready", status: ready ? "True" : "False", lastTransitionTime: at };
      const conditions = [...(pod.status.conditions ?? []), condition];
      const podIP = `10.42.0.${address++}`;
      const status = { ...pod.status, phase, podIP, podIPs: [{ ip: podIP }], conditions };
      await pods.updateStatus({ ...pod, status });
    };
    const handle = (pod: Pod) => void run(pod).catch(() => undefined);
    informer.addHandler({ added: handle, updated: handle });
    informer.start(signal);
  }
}

export function practiceNode(name: string): Node {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name },
    status: {
      allocatable: { cpu: "4", memory: "8Gi", pods: "110" },
      conditions: [{ type: "Ready", status: "True" }],
    },
  };
}
