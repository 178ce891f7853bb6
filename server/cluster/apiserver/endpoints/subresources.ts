import {
  arrayOf,
  badRequest,
  conflict,
  formatLabelSelector,
  isObject,
  type KubeObject,
  methodNotSupported,
  objectOf,
  selectorOf,
  stringOf,
  valueAt,
  withValueAt,
} from "../../apimachinery/index.ts";
import { named, withMetadata } from "../registry/resource.ts";
import { noSuchResource } from "../registry/resources.ts";
import type { ApiReply } from "./call.ts";
import { eviction } from "./eviction.ts";
import type { Handler, ResourceCall, SubresourceHandler } from "./handler.ts";
import { applyMergePatchTo } from "./scale-patch.ts";
import { writeContext } from "./write-options.ts";

/** Only status is written; everything else stays as it is. */
const statusOnly = (wanted: KubeObject, present: KubeObject): KubeObject => {
  const { status: _old, ...rest } = present;
  return {
    ...rest,
    ...(wanted.status === undefined ? {} : { status: wanted.status }),
    apiVersion: present.apiVersion,
    kind: present.kind,
    metadata: { ...present.metadata, managedFields: wanted.metadata.managedFields },
  };
};

/** Conditions of nodes and the like also carry metadata through status: nodes may change labels and annotations. */
const nodeStatus = (wanted: KubeObject, present: KubeObject): KubeObject => ({
  ...statusOnly(wanted, present),
  metadata: { ...present.metadata, ...wanted.metadata },
});

const status: SubresourceHandler = async (request, handler) => {
  const { resource, call } = request;
  if (!resource.strategy.subresources?.status) throw noSuchResource();
  const merge = resource.strategy.kind === "Node" ? nodeStatus : statusOnly;
  if (call.method === "GET") return handler.read(request);
  if (call.method === "PUT") return handler.update(request, merge);
  if (call.method === "PATCH") return handler.patch(request, merge);
  throw methodNotSupported(named(resource), call.method.toLowerCase());
};

/** Only spec.finalizers is written (namespaces). */
const finalize: SubresourceHandler = async (request, handler) => {
  if (request.call.method !== "PUT") throw methodNotSupported(named(request.resource), "finalize");
  return handler.update(request, (wanted, present) => ({
    ...present,
    spec: { ...objectOf(present.spec), finalizers: valueAt(wanted, "spec", "finalizers") ?? [] },
  }));
};

function plainPath(path: string): string[] {
  return path.split(".").filter((part) => part !== "");
}

function scaleOf({ resource }: ResourceCall, object: KubeObject): KubeObject {
  const scale = resource.strategy.subresources?.scale;
  if (!scale) throw noSuchResource();
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const found = scale.labelSelectorPath ? valueAt(object, ...plainPath(scale.labelSelectorPath)) : undefined;
  // A replication controller's selector is the labels themselves.
  const plain = isObject(found) && !("matchLabels" in found) && !("matchExpressions" in found);
  const labels = plain ? { matchLabels: found } : found;
  const selector = isObject(labels) ? formatLabelSelector(selectorOf(labels) ?? []) : stringOf(found);
  return {
    apiVersion: "autoscaling/v1",
    kind: "Scale",
    metadata: {
      ...(name ? { name } : {}),
      ...(namespace ? { namespace } : {}),
      ...(uid ? { uid } : {}),
      ...(resourceVersion ? { resourceVersion } : {}),
      ...(creationTimestamp ? { creationTimestamp } : {}),
    },
    spec: { replicas: valueAt(object, ...plainPath(scale.specReplicasPath)) ?? 0 },
    status: {
      replicas: valueAt(object, ...plainPath(scale.statusReplicasPath)) ?? 0,
      ...(selector ? { selector } : {}),
    },
  };
}

const scale: SubresourceHandler = async (request, handler) => {
  const { call, info, resource } = request;
  const path = resource.strategy.subresources?.scale?.specReplicasPath;
  if (!path) throw noSuchResource();
  if (call.method === "GET") return scaleReply(request, handler.deps.reader.get(resource, info));
  if (call.method !== "PUT" && call.method !== "PATCH") {
    throw methodNotSupported(named(resource), call.method.toLowerCase());
  }
  const { object } = await handler.deps.writer.update(
    resource,
    {
      reference: info,
      transform: (present) => {
        const wanted =
          call.method === "PUT" ? objectOf(call.body) : applyMergePatchTo(scaleOf(request, present), call);
        const replicas = valueAt(wanted, "spec", "replicas") ?? 0;
        if (typeof replicas !== "number" || !Number.isInteger(replicas) || replicas < 0) {
          throw badRequest(
            `spec.replicas: Invalid value: ${JSON.stringify(replicas)}: should be a non-negative integer`,
          );
        }
        const version = stringOf(valueAt(wanted, "metadata", "resourceVersion"));
        const next = withValueAt(present, plainPath(path), replicas);
        return withMetadata({ ...present, ...next }, { resourceVersion: version || undefined });
      },
    },
    {
      ...writeContext(call, "UpdateOptions", "scale"),
      trackFields: handler.deps.fields.track(resource, call, "scale"),
    },
  );
  return scaleReply(request, object);
};

function scaleReply(request: ResourceCall, object: KubeObject): ApiReply {
  return { kind: "object", code: 200, object: scaleOf(request, object) };
}

/** POST pods/NAME/binding: the scheduler's word. Follows registry/core/pod/storage assignPod. */
const binding: SubresourceHandler = async ({ call, info, resource }, handler) => {
  if (call.method !== "POST") throw methodNotSupported(named(resource), call.method.toLowerCase());
  const node = stringOf(valueAt(call.body, "target", "name"));
  if (!node) throw badRequest("target.name: Required value");
  await handler.deps.writer.update(
    resource,
    {
      reference: info,
      transform: (pod) => {
        const spec = objectOf(pod.spec);
        if (pod.metadata.deletionTimestamp) {
          throw conflict(
            named(resource),
            info.name,
            `pod ${info.name} is being deleted, cannot be assigned to a host`,
          );
        }
        if (spec.nodeName) {
          throw conflict(
            named(resource),
            info.name,
            `pod ${info.name} is already assigned to node "${String(spec.nodeName)}"`,
          );
        }
        return { ...pod, spec: { ...spec, nodeName: node } };
      },
      merge: (wanted) => scheduled(wanted, call.body),
    },
    writeContext(call, "CreateOptions", "binding"),
  );
  return {
    kind: "object",
    code: 201,
    object: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 },
  };
};

function scheduled(pod: KubeObject, body: unknown): KubeObject {
  const status = objectOf(pod.status);
  const conditions = Array.isArray(status.conditions) ? status.conditions : [];
  const others = conditions.filter((condition) => valueAt(condition, "type") !== "PodScheduled");
  const at = stringOf(valueAt(body, "metadata", "creationTimestamp")) || pod.metadata.creationTimestamp;
  const condition = { type: "PodScheduled", status: "True", lastProbeTime: null, lastTransitionTime: at };
  return { ...pod, status: { ...status, conditions: [...others, condition] } };
}

/** Ephemeral containers and resize write parts of a pod's spec that an update may not. */
const wholeObject: SubresourceHandler = async (request, handler) => {
  if (request.call.method === "GET") return handler.read(request);
  const specOnly = (wanted: KubeObject, present: KubeObject) => ({ ...present, spec: wanted.spec });
  return request.call.method === "PUT" ? handler.update(request, specOnly) : handler.patch(request, specOnly);
};

/** Only the conditions are written: whether a certificate request is approved. */
const approval: SubresourceHandler = async (request, handler) => {
  const conditionsOnly = (wanted: KubeObject, present: KubeObject) => {
    const conditions = arrayOf(valueAt(wanted, "status", "conditions")).map((condition) => {
      const { lastTransitionTime, lastUpdateTime, ...rest } = objectOf(condition);
      return { ...rest, lastUpdateTime, lastTransitionTime: lastTransitionTime ?? lastUpdateTime };
    });
    const status = { ...objectOf(present.status), ...(conditions.length > 0 ? { conditions } : {}) };
    return statusOnly({ ...wanted, status }, present);
  };
  if (request.call.method === "GET") return handler.read(request);
  if (request.call.method === "PUT") return handler.update(request, conditionsOnly);
  if (request.call.method === "PATCH") return handler.patch(request, conditionsOnly);
  throw methodNotSupported(named(request.resource), request.call.method.toLowerCase());
};

export const objectSubresources: ReadonlyMap<string, SubresourceHandler> = new Map([
  ["status", status],
  ["scale", scale],
  ["namespaces/finalize", finalize],
  ["certificatesigningrequests/approval", approval],
  ["pods/binding", binding],
  ["pods/eviction", eviction],
  ["pods/ephemeralcontainers", wholeObject],
  ["pods/resize", wholeObject],
]);

export type { Handler };
