import type { KubeObject } from "../../../apimachinery/index.ts";
import type { ObjectReference } from "../../core/v1/types.ts";
import { nameColumn, text, wide } from "../../meta/columns.ts";
import { since } from "../../meta/human-duration.ts";
import type { ResourceStrategy } from "../../strategy.ts";

/** events.k8s.io/v1: what newer clients record. Kept apart from core events, which upstream stores together. */
export interface EventsEvent extends KubeObject {
  readonly regarding?: ObjectReference;
  readonly reason?: string;
  readonly note?: string;
  readonly type?: string;
  readonly eventTime?: string;
  readonly deprecatedLastTimestamp?: string | null;
}

export const eventsEventStrategy: ResourceStrategy<EventsEvent> = {
  group: "events.k8s.io",
  version: "v1",
  kind: "Event",
  plural: "events",
  singular: "event",
  shortNames: ["ev"],
  namespaced: true,
  printerColumns: [
    text("Last Seen", ({ deprecatedLastTimestamp, eventTime }, now) =>
      since(deprecatedLastTimestamp || eventTime, now),
    ),
    text("Type", ({ type }) => type ?? ""),
    text("Reason", ({ reason }) => reason ?? ""),
    text("Object", ({ regarding }) => `${regarding?.kind?.toLowerCase() ?? ""}/${regarding?.name ?? ""}`),
    text("Message", ({ note }) => (note ?? "").trim()),
    wide(nameColumn),
  ],
};
