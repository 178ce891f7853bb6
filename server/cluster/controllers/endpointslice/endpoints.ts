import type { EndpointAddress, EndpointSubset, Endpoints, Pod, Service } from "../../apis/index.ts";
import { isReady } from "../common/pods.ts";
import { ENDPOINTS_CAPACITY } from "../limits.ts";
import type { EndpointGroup } from "./plan.ts";

export const ENDPOINTS_MANAGED_BY = { "endpoints.kubernetes.io/managed-by": "endpoint-controller" };
const OVER_CAPACITY = { "endpoints.kubernetes.io/over-capacity": "truncated" };

/** The older object with the same content, for those who still read it. Terminating pods are left out. */
export function endpointsFor(service: Service, groups: readonly EndpointGroup[]): Endpoints {
  const { name, namespace, labels } = service.metadata;
  let room = ENDPOINTS_CAPACITY;
  let truncated = false;
  const subsets = groups.flatMap(({ ports, pods }): EndpointSubset[] => {
    const present = pods.filter(({ metadata }) => !metadata.deletionTimestamp);
    const kept = present.slice(0, room);
    truncated ||= kept.length < present.length;
    room -= kept.length;
    if (kept.length === 0) return [];
    const isServing = (pod: Pod) => service.spec.publishNotReadyAddresses || isReady(pod);
    const addresses = kept.filter(isServing).map(addressOf);
    const notReadyAddresses = kept.filter((pod) => !isServing(pod)).map(addressOf);
    return [
      {
        ...(addresses.length > 0 ? { addresses } : {}),
        ...(notReadyAddresses.length > 0 ? { notReadyAddresses } : {}),
        ...(ports.length > 0
          ? {
              ports: ports.map(({ name: port, ...rest }) => ({
                ...(port ? { name: port } : {}),
                port: rest.port ?? 0,
                ...(rest.protocol ? { protocol: rest.protocol } : {}),
              })),
            }
          : {}),
      },
    ];
  });
  return {
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: {
      ...(name ? { name } : {}),
      ...(namespace ? { namespace } : {}),
      labels: { ...labels, ...ENDPOINTS_MANAGED_BY },
      ...(truncated ? { annotations: OVER_CAPACITY } : {}),
    },
    ...(subsets.length > 0 ? { subsets } : {}),
  };
}

function addressOf({ metadata, spec, status }: Pod): EndpointAddress {
  return {
    ip: status?.podIP ?? "",
    ...(spec.nodeName ? { nodeName: spec.nodeName } : {}),
    targetRef: {
      kind: "Pod",
      ...(metadata.name ? { name: metadata.name } : {}),
      ...(metadata.namespace ? { namespace: metadata.namespace } : {}),
      ...(metadata.uid ? { uid: metadata.uid } : {}),
    },
  };
}
