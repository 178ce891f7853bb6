import { type KubeObject, stringOf, valueAt } from "../../../apimachinery/index.ts";
import { ageColumn, integer, nameColumn, text } from "../../meta/columns.ts";
import type { PrinterColumn, ResourceStrategy } from "../../strategy.ts";

// What storage drivers write about themselves. There is no driver here: these are kept for those who ask and create.

const storage = (kind: string, plural: string, columns: readonly PrinterColumn[]): ResourceStrategy => ({
  group: "storage.k8s.io",
  version: "v1",
  kind,
  plural,
  singular: kind.toLowerCase(),
  namespaced: false,
  printerColumns: [nameColumn, ...columns, ageColumn],
});

const flag = (name: string, field: string, absent: boolean) =>
  text(name, ({ spec }) => String(valueAt(spec, field) ?? absent));
const list = (value: unknown, name: (item: unknown) => string) =>
  Array.isArray(value) && value.length > 0 ? value.map(name).join(",") : "<unset>";

export const csiDriverStrategy = storage("CSIDriver", "csidrivers", [
  flag("AttachRequired", "attachRequired", true),
  flag("PodInfoOnMount", "podInfoOnMount", false),
  flag("StorageCapacity", "storageCapacity", false),
  text("TokenRequests", ({ spec }) =>
    list(valueAt(spec, "tokenRequests"), (item) => stringOf(valueAt(item, "audience"))),
  ),
  flag("RequiresRepublish", "requiresRepublish", false),
  text("Modes", ({ spec }) => list(valueAt(spec, "volumeLifecycleModes") ?? ["Persistent"], String)),
]);

export const csiNodeStrategy = storage("CSINode", "csinodes", [
  integer("Drivers", ({ spec }: KubeObject) => {
    const drivers = valueAt(spec, "drivers");
    return Array.isArray(drivers) ? drivers.length : 0;
  }),
]);

export const volumeAttachmentStrategy: ResourceStrategy = {
  ...storage("VolumeAttachment", "volumeattachments", [
    text("Attacher", ({ spec }) => stringOf(valueAt(spec, "attacher"))),
    text("PV", ({ spec }) => stringOf(valueAt(spec, "source", "persistentVolumeName"))),
    text("Node", ({ spec }) => stringOf(valueAt(spec, "nodeName"))),
    text("Attached", ({ status }) => String(valueAt(status, "attached") ?? false)),
  ]),
  subresources: { status: true },
};
