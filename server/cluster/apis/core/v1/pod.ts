import { quantityMilli } from "../../meta/quantity.ts";
import { withDefaults } from "../../meta/with-defaults.ts";
import type { ResourceStrategy } from "../../strategy.ts";
import { podColumns } from "./pod-columns.ts";
import { podSpecDefaults } from "./pod-defaults.ts";
import type { Container, Pod } from "./pod-types.ts";
import { validatePodSpec, validatePodUpdate } from "./pod-validation.ts";

/** Limits stand in for requests that were not given; pods only, not templates. */
function requestsFromLimits(container: Container): Container {
  const { limits, requests } = container.resources ?? {};
  if (!limits) return container;
  return { ...container, resources: { ...container.resources, requests: { ...limits, ...requests } } };
}

/** Follows pkg/apis/core/v1/helper/qos. Only cpu and memory count. */
export function qosClass(pod: Pod): "BestEffort" | "Burstable" | "Guaranteed" {
  const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  const given = (map: Readonly<Record<string, string>> | undefined, resource: string) =>
    quantityMilli(map?.[resource] ?? "0") ?? 0n;
  let some = false;
  let guaranteed = true;
  for (const { resources } of containers) {
    for (const resource of ["cpu", "memory"]) {
      const request = given(resources?.requests, resource);
      const limit = given(resources?.limits, resource);
      if (request > 0n || limit > 0n) some = true;
      if (limit === 0n || limit !== request) guaranteed = false;
    }
  }
  if (!some) return "BestEffort";
  return guaranteed ? "Guaranteed" : "Burstable";
}

/** A pod that runs nowhere, or has ended, goes at once. Follows podStrategy.CheckGracefulDelete. */
function periodSeconds({ spec, status }: Pod): number {
  const ended = status?.phase === "Succeeded" || status?.phase === "Failed";
  return !spec.nodeName || ended ? 0 : (spec.terminationGracePeriodSeconds ?? 30);
}

export const podStrategy: ResourceStrategy<Pod> = {
  group: "",
  version: "v1",
  kind: "Pod",
  plural: "pods",
  singular: "pod",
  shortNames: ["po"],
  categories: ["all"],
  namespaced: true,
  subresources: { status: true },
  defaults(pod) {
    const spec = withDefaults(podSpecDefaults(pod.spec), { enableServiceLinks: true });
    return {
      ...pod,
      spec: {
        ...spec,
        containers: spec.containers.map(requestsFromLimits),
        ...(spec.initContainers ? { initContainers: spec.initContainers.map(requestsFromLimits) } : {}),
      },
    };
  },
  prepareForCreate: (pod) => ({ ...pod, status: { phase: "Pending", qosClass: qosClass(pod) } }),
  validate: (pod) => [...validatePodSpec(pod.spec)],
  validateUpdate: validatePodUpdate,
  graceful: { periodSeconds },
  printerColumns: podColumns,
  selectableFields: (pod) => ({
    "spec.nodeName": pod.spec.nodeName ?? "",
    "spec.restartPolicy": pod.spec.restartPolicy ?? "",
    "spec.schedulerName": pod.spec.schedulerName ?? "",
    "spec.serviceAccountName": pod.spec.serviceAccountName ?? "",
    "spec.hostNetwork": String(pod.spec.hostNetwork ?? false),
    "status.phase": pod.status?.phase ?? "",
    "status.podIP": pod.status?.podIP ?? "",
    "status.nominatedNodeName": pod.status?.nominatedNodeName ?? "",
  }),
};
