import { deepEqual, isAlreadyExists, isNotFound } from "../../apimachinery/index.ts";
import { type EndpointSlice, type Pod, resourceTypes, type Service } from "../../apis/index.ts";
import { keyOf, refOf } from "../../client/index.ts";
import { type ControllerContext, clientFor, enqueueAll, queueFor, run } from "../common/context.ts";
import { ENDPOINTS_MANAGED_BY, endpointsFor } from "./endpoints.ts";
import { type EndpointGroup, groupPods, isOurs, planSlices, serviceNameOf } from "./plan.ts";

/** Says behind each service with a selector where its pods are. Follows pkg/controller/endpointslice and endpoint. */
export function startEndpointSliceController(context: ControllerContext): void {
  const { informers } = context;
  const controller = new EndpointSliceController(context);
  enqueueAll(context, resourceTypes.services, controller.queue);
  const pods = informers.of(resourceTypes.pods);
  pods.addHandler({
    added: (pod) => controller.podChanged(pod),
    updated: (pod, old) => {
      controller.podChanged(pod);
      if (pod.metadata.labels !== old.metadata.labels) controller.podChanged(old);
    },
    deleted: (pod) => controller.podChanged(pod),
  });
  const slices = informers.of(resourceTypes.endpointSlices);
  slices.addHandler({ deleted: (slice) => controller.sliceDeleted(slice) });
  run(context, {
    name: "endpointslice",
    queue: controller.queue,
    caches: [informers.of(resourceTypes.services), informers.of(resourceTypes.endpoints), pods, slices],
    reconcile: (key) => controller.reconcile(key),
  });
}

class EndpointSliceController {
  readonly queue;
  private readonly listers;
  private readonly write;

  constructor(context: ControllerContext) {
    const { informers } = context;
    this.queue = queueFor(context);
    this.listers = {
      services: informers.of(resourceTypes.services).lister,
      pods: informers.of(resourceTypes.pods).lister,
      slices: informers.of(resourceTypes.endpointSlices).lister,
      endpoints: informers.of(resourceTypes.endpoints).lister,
    };
    this.write = {
      slices: clientFor(context, resourceTypes.endpointSlices),
      endpoints: clientFor(context, resourceTypes.endpoints),
    };
  }

  podChanged(pod: Pod): void {
    for (const service of this.listers.services.inNamespace(pod.metadata.namespace ?? "")) {
      if (selects(service, pod)) this.queue.add(keyOf(service));
    }
  }

  sliceDeleted(slice: EndpointSlice): void {
    const service = serviceNameOf(slice);
    if (service && isOurs(slice)) this.queue.add(`${slice.metadata.namespace}/${service}`);
  }

  async reconcile(key: string): Promise<void> {
    const service = this.listers.services.get(key);
    // Slices of a service that is gone fall to the garbage collector; Endpoints have no owner.
    if (!service) return this.removeEndpoints(key);
    const selector = Object.keys(service.spec.selector ?? {});
    if (selector.length === 0 || service.spec.type === "ExternalName") return;
    if (service.metadata.deletionTimestamp) return;
    const pods = this.listers.pods
      .inNamespace(service.metadata.namespace ?? "")
      .filter((pod) => selects(service, pod));
    const groups = groupPods(service, pods);
    await this.writeSlices(service, groups);
    await this.writeEndpoints(key, service, groups);
  }

  private async writeSlices(service: Service, groups: readonly EndpointGroup[]): Promise<void> {
    const existing = this.listers.slices
      .inNamespace(service.metadata.namespace ?? "")
      .filter((slice) => isOurs(slice) && serviceNameOf(slice) === service.metadata.name)
      .filter(({ metadata }) => !metadata.deletionTimestamp);
    const plan = planSlices(service, groups, existing.length > 0 ? existing : await this.live(service));
    for (const slice of plan.update) await this.write.slices.update(slice);
    for (const slice of plan.create) await this.write.slices.create(slice);
    for (const slice of plan.remove) {
      await this.write.slices.delete(refOf(keyOf(slice))).catch(unless(isNotFound));
    }
  }

  /** The lister may not know yet the slice that we have just made; a second one must not follow. */
  private async live({ metadata }: Service): Promise<EndpointSlice[]> {
    const labelSelector = `kubernetes.io/service-name=${metadata.name}`;
    const { namespace = "" } = metadata;
    const { items } = await this.write.slices.list({ namespace, labelSelector });
    return items.filter((slice) => isOurs(slice) && !slice.metadata.deletionTimestamp);
  }

  private async writeEndpoints(
    key: string,
    service: Service,
    groups: readonly EndpointGroup[],
  ): Promise<void> {
    const wanted = endpointsFor(service, groups);
    const present = this.listers.endpoints.get(key);
    if (!present) {
      await this.write.endpoints.create(wanted).catch(unless(isAlreadyExists));
      return;
    }
    const { labels, annotations } = wanted.metadata;
    const same = deepEqual(present.subsets ?? [], wanted.subsets ?? []);
    if (same && deepEqual(present.metadata.labels, labels)) return;
    await this.write.endpoints.update({ ...wanted, metadata: { ...present.metadata, labels, annotations } });
  }

  private async removeEndpoints(key: string): Promise<void> {
    const present = this.listers.endpoints.get(key);
    const [label = ""] = Object.keys(ENDPOINTS_MANAGED_BY);
    if (!present?.metadata.labels?.[label]) return;
    await this.write.endpoints.delete(refOf(key)).catch(unless(isNotFound));
  }
}

function selects({ spec }: Service, { metadata }: Pod): boolean {
  const selector = Object.entries(spec.selector ?? {});
  return selector.length > 0 && selector.every(([key, value]) => metadata.labels?.[key] === value);
}

/** Swallows the one refusal that means somebody was faster. */
function unless(expected: (error: unknown) => boolean): (error: unknown) => void {
  return (error) => {
    if (!expected(error)) throw error;
  };
}
