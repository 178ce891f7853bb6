import type { KubeList, KubeObject, Status, WatchEvent } from "../../apimachinery/index.ts";
import type { Resource } from "../registry/resource.ts";
import { tableOf } from "../table/table.ts";

/** What the client wants back, from its Accept header. */
export type Representation = "json" | "table" | "metadata";

export function representation(accept: string | undefined): Representation {
  for (const part of (accept ?? "").split(",")) {
    if (/;\s*as=Table\b/.test(part)) return "table";
    if (/;\s*as=PartialObjectMetadata(List)?\b/.test(part)) return "metadata";
    if (/^\s*(application\/json|\*\/\*)\s*(;|$)/.test(part)) return "json";
  }
  return "json";
}

export interface EncodeOptions {
  readonly representation: Representation;
  readonly includeObject: string;
  readonly now: number;
}

// An object is frozen, so its text never changes: one serialization serves every list and every watch.
const texts = new WeakMap<object, string>();

export function jsonOf(object: object): string {
  const known = texts.get(object);
  if (known !== undefined) return known;
  const text = JSON.stringify(object);
  if (Object.isFrozen(object)) texts.set(object, text);
  return text;
}

export function encodeObject(
  object: KubeObject | Status,
  resource: Resource | undefined,
  options: EncodeOptions,
): string {
  if (object.kind === "Status" || !resource || options.representation === "json") return jsonOf(object);
  const content = { ...object, metadata: object.metadata };
  if (options.representation === "table") return JSON.stringify(tableOf(resource, content, options));
  return JSON.stringify(metadataOnly(content));
}

export function encodeList(list: KubeList, resource: Resource, options: EncodeOptions): string {
  const { apiVersion, kind, metadata, items } = list;
  if (options.representation === "table") return JSON.stringify(tableOf(resource, list, options));
  if (options.representation === "metadata") {
    const partial = items.map(metadataOnly);
    const head = { kind: "PartialObjectMetadataList", apiVersion: "meta.k8s.io/v1", metadata };
    return JSON.stringify({ ...head, items: partial });
  }
  const head = JSON.stringify({ kind, apiVersion, metadata }).slice(0, -1);
  return `${head},"items":[${items.map(jsonOf).join(",")}]}`;
}

/** One line of a watch. The object's own text is shared by all watchers. */
export function encodeEvent(
  event: WatchEvent,
  resource: Resource,
  options: EncodeOptions & { first: boolean },
): string {
  const { type, object } = event;
  if (type === "ERROR" || type === "BOOKMARK" || options.representation === "json") {
    if (type === "BOOKMARK" && options.representation === "table")
      return bookmarkTable(event, resource, options);
    return `{"type":"${type}","object":${jsonOf(object)}}\n`;
  }
  const body =
    options.representation === "metadata"
      ? metadataOnly(object)
      : tableOf(resource, object, { ...options, withoutColumns: !options.first });
  return `${JSON.stringify({ type, object: body })}\n`;
}

/** A bookmark in a Table watch is a Table with one row that holds only the metadata. */
function bookmarkTable({ type, object }: WatchEvent, resource: Resource, options: EncodeOptions): string {
  const table = { ...tableOf(resource, object, { ...options, withoutColumns: true }), rows: [] };
  return `${JSON.stringify({ type, object: table })}\n`;
}

function metadataOnly(object: KubeObject): object {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata };
}
