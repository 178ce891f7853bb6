import type { KubeList, KubeObject } from "../../apimachinery/index.ts";
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

/** One object or a list as meta/v1 Table: what `kubectl get` prints. */
export function tableOf(resource: Resource, content: KubeObject | KubeList, options: TableOptions): object {
  const { printerColumns } = resource.strategy;
  const objects = isList(content) ? content.items : [content];
  const { resourceVersion } = content.metadata;
  const list = isList(content) ? content.metadata : { resourceVersion };
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: list,
    ...(options.withoutColumns
      ? { columnDefinitions: null }
      : {
          columnDefinitions: printerColumns.map(({ name, type, format, description, priority }, index) => ({
            name,
            type,
            format: format ?? (index === 0 ? "name" : ""),
            description: description || (index === 0 ? NAME_DESCRIPTION : ""),
            priority,
          })),
        }),
    rows: objects.map((object) => ({
      cells: printerColumns.map((column) => column.cell(object, options.now)),
      ...(options.includeObject === "None" ? {} : { object: rowObject(object, options.includeObject) }),
    })),
  };
}

function rowObject(object: KubeObject, include: string): unknown {
  if (include === "Object") return object;
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata };
}

function isList(content: KubeObject | KubeList): content is KubeList {
  return "items" in content && Array.isArray(content.items);
}
