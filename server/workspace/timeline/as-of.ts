import type { GroupVersionResource, KubeCluster, KubeObject } from "../../platform/kube/index.ts";
import type { Timeline } from "./timeline.ts";

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ""}/${metadata.name}`;

/** The same cluster, whose lists are as they were at a moment: what came after is undone. Everything else is of today. */
export function asOf(cluster: KubeCluster, timeline: Timeline, at: number): KubeCluster {
  return {
    list: async (resource, options) => {
      const objects = await cluster.list(resource, options);
      if (resource.group === "" && resource.resource === "pods") return podsAsOf(objects, timeline, at);
      return undone(objects, resource, { timeline, at });
    },
    get: (resource, reference, signal) => cluster.get(resource, reference, signal),
    watch: (resource, options) => cluster.watch(resource, options),
    exec: (request) => cluster.exec(request),
    serviceProxyGet: (request) => cluster.serviceProxyGet(request),
    podLog: (request) => cluster.podLog(request),
    document: (path, request) => cluster.document(path, request),
    resourceOf: (apiVersion, kind, signal) => cluster.resourceOf(apiVersion, kind, signal),
    identity: () => cluster.identity(),
  };
}

function undone(
  objects: readonly KubeObject[],
  { group, resource }: GroupVersionResource,
  { timeline, at }: { timeline: Timeline; at: number },
): KubeObject[] {
  const then = new Map(objects.map((object) => [keyOf(object), object]));
  for (const { at: when, kind, before, after } of timeline.changes.toReversed()) {
    if (when <= at) break;
    if (kind.group !== group || kind.resource !== resource) continue;
    if (before) then.set(keyOf(before), before);
    else if (after) then.delete(keyOf(after));
  }
  return [...then.values()];
}

function podsAsOf(pods: readonly KubeObject[], timeline: Timeline, at: number): KubeObject[] {
  const wasThere = ({ metadata }: KubeObject) =>
    metadata.creationTimestamp === undefined || Date.parse(metadata.creationTimestamp) <= at;
  const gone = timeline.gonePods.filter((one) => one.at > at).map(({ pod }) => pod);
  const kept = new Map([...pods, ...gone].filter(wasThere).map((pod) => [keyOf(pod), pod]));
  return [...kept.values()];
}
