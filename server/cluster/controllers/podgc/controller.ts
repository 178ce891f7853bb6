import { isNotFound } from "../../apimachinery/index.ts";
import { type Pod, resourceTypes } from "../../apis/index.ts";
import { keyOf, refOf } from "../../client/index.ts";
import { type ControllerContext, clientFor, queueFor, run } from "../common/context.ts";
import { isEnded } from "../common/pods.ts";
import { planPodGc } from "./plan.ts";

const ALL = "all";

/** Removes ended pods beyond the threshold and pods whose node is gone. Follows pkg/controller/podgc. */
export function startPodGcController(context: ControllerContext): void {
  const { informers } = context;
  const pods = informers.of(resourceTypes.pods);
  const nodes = informers.of(resourceTypes.nodes);
  const client = clientFor(context, resourceTypes.pods);
  const queue = queueFor(context);
  const ended = (pod: Pod) => {
    if (isEnded(pod)) queue.add(ALL);
  };
  pods.addHandler({ added: ended, updated: ended });
  nodes.addHandler({ deleted: () => queue.add(ALL) });
  run(context, {
    name: "podgc",
    queue,
    caches: [pods, nodes],
    async reconcile() {
      const nodeNames = new Set(nodes.lister.list().map(({ metadata }) => metadata.name));
      for (const pod of planPodGc(pods.lister.list(), nodeNames)) {
        try {
          await client.delete(refOf(keyOf(pod)), { gracePeriodSeconds: 0 });
        } catch (error) {
          if (!isNotFound(error)) throw error;
        }
      }
    },
  });
}
