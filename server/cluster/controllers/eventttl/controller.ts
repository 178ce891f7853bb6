import { isNotFound } from "../../apimachinery/index.ts";
import { resourceTypes } from "../../apis/index.ts";
import { keyOf, refOf } from "../../client/index.ts";
import { type ControllerContext, clientFor, queueFor, run } from "../common/context.ts";
import { EVENT_TTL_MS, EVENTS_KEPT } from "../limits.ts";
import { planSweep } from "./plan.ts";

const SWEEP = "sweep";

/** Forgets old events. Upstream's API server does it with leases in etcd; here one timer waits for the oldest. */
export function startEventTtlController(context: ControllerContext): void {
  const events = context.informers.of(resourceTypes.events);
  const client = clientFor(context, resourceTypes.events);
  const queue = queueFor(context);
  let known = 0;
  events.addHandler({
    added: () => {
      known++;
      if (known > EVENTS_KEPT) queue.add(SWEEP);
      else queue.addAfter(SWEEP, EVENT_TTL_MS);
    },
    deleted: () => {
      known--;
    },
  });
  run(context, {
    name: "event-ttl",
    queue,
    caches: [events],
    async reconcile() {
      const { remove, next } = planSweep(events.lister.list(), context.clock.now());
      for (const event of remove) {
        try {
          await client.delete(refOf(keyOf(event)));
        } catch (error) {
          if (!isNotFound(error)) throw error;
        }
      }
      if (next !== undefined) queue.addAfter(SWEEP, next);
    },
  });
}
