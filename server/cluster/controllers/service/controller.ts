import { isNotFound } from "../../apimachinery/index.ts";
import { resourceTypes, type Service } from "../../apis/index.ts";
import {
  type ControllerContext,
  clientFor,
  enqueueAll,
  queueFor,
  recorderFor,
  run,
} from "../common/context.ts";
import { addressOf, keepsAddress, pickAddress } from "./plan.ts";

/** Gives LoadBalancer services an address, as a cloud or MetalLB would. Follows cloud-provider's service controller. */
export function startServiceController(context: ControllerContext, fixedAddress?: string): void {
  const services = context.informers.of(resourceTypes.services);
  const client = clientFor(context, resourceTypes.services);
  const events = recorderFor(context, "service-controller");
  const queue = queueFor(context);
  enqueueAll(context, resourceTypes.services, queue);
  // The lister lags behind our own writes: what was given out stays taken until it shows there.
  const given = new Map<string, Service>();

  async function writeIngress(service: Service, ip: string | undefined): Promise<void> {
    const loadBalancer = ip ? { ingress: [{ ip, ipMode: "VIP" }] } : {};
    const status = { ...service.status, loadBalancer };
    try {
      await client.updateStatus({ ...service, status });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  run(context, {
    name: "service",
    queue,
    caches: [services],
    async reconcile(key) {
      const service = services.lister.get(key);
      const wantsOne = service?.spec.type === "LoadBalancer" && !service.metadata.deletionTimestamp;
      if (!service || !wantsOne) {
        given.delete(key);
        if (service && addressOf(service)) await writeIngress(service, undefined);
        return;
      }
      if (keepsAddress(service, fixedAddress)) return;
      // Without its own: after a conflict it is given the same again.
      given.delete(key);
      const others = services.lister.list().filter((other) => other !== service);
      const address = pickAddress(service, [...others, ...given.values()], fixedAddress);
      if (!address) {
        const message = "Error syncing load balancer: no address is left in the pool";
        events.record(service, { type: "Warning", reason: "SyncLoadBalancerFailed", message });
        return;
      }
      const ensuring = { reason: "EnsuringLoadBalancer", message: "Ensuring load balancer" };
      events.record(service, { type: "Normal", ...ensuring });
      given.set(key, { ...service, status: { loadBalancer: { ingress: [{ ip: address }] } } });
      await writeIngress(service, address);
      const ensured = { reason: "EnsuredLoadBalancer", message: "Ensured load balancer" };
      events.record(service, { type: "Normal", ...ensured });
    },
  });
}
