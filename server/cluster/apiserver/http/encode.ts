import type { KubeList, KubeObject, Status, WatchEvent } from "../../apimachinery/index.ts";
import type { Resource } from "../registry/resource.ts";
import { writeTable } from "../table/table.ts";
import { JsonWriter, jsonOf, textOf } from "./json-text.ts";

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

export function encodeObject(
  object: KubeObject | Status,
  resource: Resource | undefined,
  options: EncodeOptions,
): string {
  if (object.kind === "Status" || !resource || options.representation === "json") return jsonOf(object);
  const content = { ...object, metadata: object.metadata };
  if (options.representation === "table") return writeTable(resource, content, options).toString();
  return JSON.stringify(metadataOnly(content));
}

export function encodeList(list: KubeList, resource: Resource, options: EncodeOptions): string | Buffer {
  const { apiVersion, kind, metadata, items } = list;
  if (options.representation === "table") return writeTable(resource, list, options).toBuffer();
  if (options.representation === "metadata") {
    const partial = items.map(metadataOnly);
    const head = { kind: "PartialObjectMetadataList", apiVersion: "meta.k8s.io/v1", metadata };
    return JSON.stringify({ ...head, items: partial });
  }
  const head = JSON.stringify({ kind, apiVersion, metadata }).slice(0, -1);
  const writer = new JsonWriter().add(`${head},"items":[`);
  for (const [index, item] of items.entries()) {
    if (index > 0) writer.add(",");
    writer.append(textOf(item));
  }
  return writer.add("]}").toBuffer();
}

/** One line of a watch. The object's own text is shared by all watchers. */
export function encodeEvent(
  event: WatchEvent,
  resource: Resource,
  options: EncodeOptions & { first: boolean },
): string {
  const { type, object } = event;
  if (type === "ERROR" || type === "BOOKMARK" || options.representation === "json") {
    if (type === "BOOKMARK" && options.representation === "table") return bookmarkTable(event);
    return `{"type":"${type}","object":${jsonOf(object)}}\n`;
  }
  const text =
    options.representation === "metadata"
      ? JSON.stringify(metadataOnly(object))
      : writeTable(resource, object, { ...options, withoutColumns: !options.first }).toString();
  return `{"type":"${type}","object":${text}}\n`;
}

/** A bookmark in a Table watch is a Table with one row that has no cells, only the metadata. */
function bookmarkTable({ object }: WatchEvent): string {
  const row = { cells: [], object: metadataOnly(object) };
  const metadata = { resourceVersion: object.metadata.resourceVersion };
  const table = {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    columnDefinitions: null,
    rows: [row],
  };
  return `${JSON.stringify({ type: "BOOKMARK", object: table })}\n`;
}

function metadataOnly(object: KubeObject): object {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata };
}
