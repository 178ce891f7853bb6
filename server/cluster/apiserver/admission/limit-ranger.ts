import {
  arrayOf,
  forbidden,
  isObject,
  type KubeObject,
  objectOf,
  stringOf,
} from "../../apimachinery/index.ts";
import type { Container, LimitRange, LimitRangeItem, ResourceList } from "../../apis/index.ts";
import type { Reader } from "../registry/reader.ts";
import { named, type Resource } from "../registry/resource.ts";
import { type AdmissionPlugin, type Attributes, nameInRefusal } from "./attributes.ts";
import { claimComplaints, podComplaints } from "./limit-range-rules.ts";

const ANNOTATION = "kubernetes.io/limit-ranger";

/** Gives containers a namespace's default requests and limits, and refuses what is beyond its bounds. Follows plugin/pkg/admission/limitranger. */
export function limitRanger(reader: Reader, limitRanges: Resource): AdmissionPlugin {
  const itemsOf = (namespace: string) =>
    reader.all(limitRanges, namespace).map((range: LimitRange) => range.spec?.limits ?? []);
  return {
    name: "LimitRanger",
    mutate(attributes) {
      const { namespace, object } = attributes;
      if (kindOf(attributes) !== "pod") return object;
      return itemsOf(namespace).reduce<KubeObject>(withDefaultsOf, object);
    },
    validate(attributes) {
      const { namespace, object, resource } = attributes;
      const kind = kindOf(attributes);
      if (!kind || !object) return;
      const complaintsAbout = kind === "pod" ? podComplaints : claimComplaints;
      for (const items of itemsOf(namespace)) {
        const complaints = [...new Set(items.flatMap((item) => complaintsAbout(item, object.spec)))];
        if (complaints.length === 0) continue;
        // Several errors are shown as Go's utilerrors.Aggregate shows them.
        const text = complaints.length > 1 ? `[${complaints.join(", ")}]` : complaints.join();
        throw forbidden(named(resource), nameInRefusal(attributes), text);
      }
    },
  };
}

/** Pods when they are made, claims when they are made or grow; the rest is not limited. */
function kindOf({ operation, resource, subresource }: Attributes): "pod" | "claim" | undefined {
  const { group, plural } = resource.strategy;
  if (group !== "" || subresource !== "" || operation === "DELETE") return undefined;
  if (plural === "pods" && operation === "CREATE") return "pod";
  return plural === "persistentvolumeclaims" ? "claim" : undefined;
}

/** Every default of the range's Container items, and an annotation that says what was set. */
function withDefaultsOf(pod: KubeObject, items: readonly LimitRangeItem[]): KubeObject {
  const containers = items.filter(({ type }) => type === "Container");
  const defaults = {
    requests: Object.assign({}, ...containers.map(({ defaultRequest }) => defaultRequest)),
    limits: Object.assign({}, ...containers.map((item) => item.default)),
  };
  const notes: string[] = [];
  const complete = (list: unknown, what: string) =>
    arrayOf(list).map((container) =>
      isObject(container) ? withResources(container, defaults, { what, notes }) : container,
    );
  const spec = objectOf(pod.spec);
  const next = {
    containers: complete(spec.containers, "container"),
    ...(spec.initContainers ? { initContainers: complete(spec.initContainers, "init container") } : {}),
  };
  if (notes.length === 0) return pod;
  const annotations = {
    ...pod.metadata.annotations,
    [ANNOTATION]: `LimitRanger plugin set: ${notes.join("; ")}`,
  };
  return { ...pod, metadata: { ...pod.metadata, annotations }, spec: { ...spec, ...next } };
}

function withResources(
  container: Partial<Container>,
  defaults: { readonly requests: ResourceList; readonly limits: ResourceList },
  { what, notes }: { readonly what: string; readonly notes: string[] },
): Partial<Container> {
  const present = container.resources ?? {};
  const lacking = (list: "requests" | "limits") =>
    Object.keys(defaults[list])
      .filter((name) => present[list]?.[name] === undefined)
      .sort();
  const note = (names: readonly string[], list: string) => {
    if (names.length > 0) notes.push(`${names.join(", ")} ${list} for ${what} ${stringOf(container.name)}`);
  };
  note(lacking("requests"), "request");
  note(lacking("limits"), "limit");
  return {
    ...container,
    resources: {
      ...present,
      limits: { ...defaults.limits, ...present.limits },
      requests: { ...defaults.requests, ...present.requests },
    },
  };
}
