import { ageColumn, integer, nameColumn, text } from "../../meta/columns.ts";
import { immutable } from "../../meta/object-meta.ts";
import type { ResourceStrategy } from "../../strategy.ts";
import type { ControllerRevision } from "./types.ts";

/** `deployment.apps/web` or `statefulset.apps/db`: the controller as kubectl would name it. */
function controllerOf({ metadata }: ControllerRevision): string {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  if (!owner) return "<none>";
  const slash = owner.apiVersion.indexOf("/");
  const group = slash === -1 ? "" : `.${owner.apiVersion.slice(0, slash)}`;
  return `${owner.kind.toLowerCase()}${group}/${owner.name}`;
}

export const controllerRevisionStrategy: ResourceStrategy<ControllerRevision> = {
  group: "apps",
  version: "v1",
  kind: "ControllerRevision",
  plural: "controllerrevisions",
  singular: "controllerrevision",
  namespaced: true,
  validateUpdate: (revision, old) => immutable("data", revision.data, old.data),
  printerColumns: [
    nameColumn,
    text("Controller", controllerOf),
    integer("Revision", ({ revision }) => revision ?? 0),
    ageColumn,
  ],
};
