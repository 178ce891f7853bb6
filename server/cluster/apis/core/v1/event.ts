import type { FieldError } from "../../../apimachinery/index.ts";
import { integer, nameColumn, text, wide } from "../../meta/columns.ts";
import { invalidValue } from "../../meta/fields.ts";
import { since } from "../../meta/human-duration.ts";
import type { PrinterColumn, ResourceStrategy } from "../../strategy.ts";
import type { KubeEvent } from "./types.ts";

// Columns follow printEvent of pkg/printers/internalversion/printers.go.
const columns: readonly PrinterColumn<KubeEvent>[] = [
  text("Last Seen", (event, now) =>
    since(
      event.series?.lastObservedTime || event.lastTimestamp || event.firstTimestamp || event.eventTime,
      now,
    ),
  ),
  text("Type", (event) => event.type ?? ""),
  text("Reason", (event) => event.reason ?? ""),
  text("Object", ({ involvedObject: { kind = "", name } }) =>
    name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase(),
  ),
  wide(text("Subobject", (event) => event.involvedObject.fieldPath ?? "")),
  wide(text("Source", sourceOf)),
  text("Message", (event) => (event.message ?? "").trim()),
  wide(text("First Seen", (event, now) => since(event.firstTimestamp || event.eventTime, now))),
  wide(integer("Count", (event) => event.series?.count || event.count || 1)),
  wide(nameColumn),
];

function sourceOf({ source, reportingComponent, reportingInstance }: KubeEvent): string {
  const parts = [source?.component || reportingComponent, source?.host || reportingInstance];
  return parts.filter(Boolean).join(", ");
}

function validate(event: KubeEvent): FieldError[] {
  const errors: FieldError[] = [];
  const about = event.involvedObject?.namespace;
  const namespace = event.metadata.namespace;
  if (about && namespace && about !== namespace) {
    errors.push(invalidValue("involvedObject.namespace", about, "does not match event.namespace"));
  }
  return errors;
}

export const eventStrategy: ResourceStrategy<KubeEvent> = {
  group: "",
  version: "v1",
  kind: "Event",
  plural: "events",
  singular: "event",
  shortNames: ["ev"],
  namespaced: true,
  validate,
  printerColumns: columns,
  selectableFields: ({ involvedObject, reason, type, source, reportingComponent }) => ({
    "involvedObject.kind": involvedObject?.kind ?? "",
    "involvedObject.namespace": involvedObject?.namespace ?? "",
    "involvedObject.name": involvedObject?.name ?? "",
    "involvedObject.uid": involvedObject?.uid ?? "",
    "involvedObject.apiVersion": involvedObject?.apiVersion ?? "",
    "involvedObject.resourceVersion": involvedObject?.resourceVersion ?? "",
    "involvedObject.fieldPath": involvedObject?.fieldPath ?? "",
    reason: reason ?? "",
    reportingComponent: reportingComponent ?? "",
    source: source?.component || reportingComponent || "",
    type: type ?? "",
  }),
};
