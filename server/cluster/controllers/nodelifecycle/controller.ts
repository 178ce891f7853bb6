import { isConflict, isNotFound } from "../../apimachinery/index.ts";
import { type Node, type Pod, resourceTypes } from "../../apis/index.ts";
import { keyOf, refOf } from "../../client/index.ts";
import {
  type ControllerContext,
  clientFor,
  enqueueAll,
  queueFor,
  recorderFor,
  run,
  timestamp,
} from "../common/context.ts";
import { isEnded } from "../common/pods.ts";
import { leavesIn, taintsFor } from "./plan.ts";

/** Taints cordoned nodes and removes pods that do not tolerate NoExecute. The one node is always alive: nothing watches for heartbeats. */
export function startNodeLifecycleController(context: ControllerContext): void {
  const { informers } = context;
  const nodes = informers.of(resourceTypes.nodes);
  const pods = informers.of(resourceTypes.pods);
  const write = {
    nodes: clientFor(context, resourceTypes.nodes),
    pods: clientFor(context, resourceTypes.pods),
  };
  const events = recorderFor(context, "taint-eviction-controller");
  const queue = queueFor(context);
  enqueueAll(context, resourceTypes.nodes, queue);
  const hasNoExecute = (node: Node) =>
    node.spec?.taints?.some(({ effect }) => effect === "NoExecute") ?? false;
  pods.addHandler({
    added: (pod) => look(pod),
    updated: (pod, old) => {
      if (pod.spec.nodeName !== old.spec.nodeName || pod.spec.tolerations !== old.spec.tolerations) look(pod);
    },
  });
  function look({ spec }: Pod): void {
    const node = spec.nodeName ? nodes.lister.get(spec.nodeName) : undefined;
    if (node && hasNoExecute(node)) queue.add(keyOf(node));
  }

  async function evict(pod: Pod): Promise<void> {
    const { namespace, name } = pod.metadata;
    const message = `Marking for deletion Pod ${namespace}/${name}`;
    events.record(pod, { type: "Normal", reason: "TaintManagerEviction", message });
    try {
      await write.pods.delete(refOf(keyOf(pod)));
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  run(context, {
    name: "node-lifecycle",
    queue,
    caches: [nodes, pods],
    async reconcile(key) {
      const node = nodes.lister.get(key);
      if (!node) return;
      const taints = taintsFor(node, timestamp(context));
      if (taints) {
        try {
          const { resourceVersion } = node.metadata;
          await write.nodes.patch(refOf(key), {
            type: "merge",
            body: { metadata: { resourceVersion }, spec: { taints } },
          });
        } catch (error) {
          if (!isConflict(error) && !isNotFound(error)) throw error;
        }
      }
      if (!hasNoExecute(node)) return;
      const now = context.clock.now();
      for (const pod of pods.lister.list()) {
        if (pod.spec.nodeName !== node.metadata.name || pod.metadata.deletionTimestamp || isEnded(pod))
          continue;
        const wait = leavesIn(pod, node, now);
        if (wait === 0) await evict(pod);
        else if (wait !== undefined) queue.addAfter(key, wait);
      }
    },
  });
}
