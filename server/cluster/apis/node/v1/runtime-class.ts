import { type KubeObject, labelNameErrors } from "../../../apimachinery/index.ts";
import { ageColumn, nameColumn, text } from "../../meta/columns.ts";
import { invalidEach } from "../../meta/fields.ts";
import { immutable } from "../../meta/object-meta.ts";
import type { ResourceStrategy } from "../../strategy.ts";

export interface RuntimeClass extends KubeObject {
  readonly handler: string;
}

export const runtimeClassStrategy: ResourceStrategy<RuntimeClass> = {
  group: "node.k8s.io",
  version: "v1",
  kind: "RuntimeClass",
  plural: "runtimeclasses",
  singular: "runtimeclass",
  namespaced: false,
  validate: ({ handler }) => invalidEach("handler", handler ?? "", labelNameErrors(handler ?? "")),
  validateUpdate: (object, old) => immutable("handler", object.handler, old.handler),
  printerColumns: [nameColumn, text("Handler", ({ handler }) => handler), ageColumn],
};
