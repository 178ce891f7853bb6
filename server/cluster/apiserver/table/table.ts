import type { KubeList, KubeObject } from "../../apimachinery/index.ts";
import type { PrinterColumn } from "../../apis/strategy.ts";
import { JsonWriter, metadataText, textOf } from "../http/json-text.ts";
import type { Resource } from "../registry/resource.ts";

export interface TableOptions {
  /** What comes with each row: query parameter includeObject. */
  readonly includeObject: string;
  readonly now: number;
  /** A watch sends the column definitions once. */
  readonly withoutColumns?: boolean;
}

const NAME_DESCRIPTION =
  "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names";

/** One object or a list as meta/v1 Table, the form that `kubectl get` prints, as JSON. */
export function writeTable(
  resource: Resource,
  content: KubeObject | KubeList,
  options: TableOptions,
): JsonWriter {
  const { printerColumns } = resource.strategy;
  const objects = isList(content) ? content.items : [content];
  const metadata = isList(content) ? content.metadata : { resourceVersion: content.metadata.resourceVersion };
  const columnDefinitions = options.withoutColumns ? null : printerColumns.map(definition);
  const head = { kind: "Table", apiVersion: "meta.k8s.io/v1", metadata, columnDefinitions };
  const writer = new JsonWriter().add(`${JSON.stringify(head).slice(0, -1)},"rows":[`);
  for (const [index, object] of objects.entries()) {
    const cells = JSON.stringify(printerColumns.map((column) => column.cell(object, options.now)));
    writer.add(`${index > 0 ? "," : ""}{"cells":${cells}`);
    addRowObject(writer, object, options.includeObject);
  }
  return writer.add("]}");
}

function definition({ name, type, format, description, priority }: PrinterColumn, index: number): object {
  return {
    name,
    type,
    format: format ?? (index === 0 ? "name" : ""),
    description: description || (index === 0 ? NAME_DESCRIPTION : ""),
    priority,
  };
}

function addRowObject(writer: JsonWriter, object: KubeObject, include: string): void {
  if (include === "None") writer.add("}");
  else if (include === "Object") writer.add(',"object":').append(textOf(object)).add("}");
  else {
    const partial = '{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":';
    writer.add(`,"object":${partial}`).append(metadataText(object.metadata)).add("}}");
  }
}

function isList(content: KubeObject | KubeList): content is KubeList {
  return "items" in content && Array.isArray(content.items);
}
