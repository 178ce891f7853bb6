import type { KubeObject } from "../apimachinery/index.ts";
import { isNotFound, StatusError } from "../apimachinery/index.ts";
import type { Clock, Logger } from "../base/index.ts";
import { EVENTS_QUEUED, EVENTS_REMEMBERED } from "./limits.ts";
import { ResourceClient } from "./resource-client.ts";
import type { ResourceType } from "./resource-type.ts";
import type { Transport } from "./transport.ts";

export interface EventToRecord {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
  /** E.g. `spec.containers{web}`. */
  readonly fieldPath?: string;
}

export interface EventRecorderDeps {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly component: string;
  /** The node's name, when a kubelet speaks. */
  readonly host?: string;
}

interface Seen {
  readonly namespace: string;
  readonly name: string;
  count: number;
}

const eventType: ResourceType = {
  group: "",
  version: "v1",
  kind: "Event",
  plural: "events",
  namespaced: true,
};

/** Writes core/v1 Events in order, in the background; the same event again raises its count. Follows client-go tools/record. */
export class EventRecorder {
  private readonly client: ResourceClient<KubeObject>;
  private readonly seen = new Map<string, Seen>();
  private queued = 0;
  private tail: Promise<void> = Promise.resolve();
  private serial: number;

  constructor(private readonly deps: EventRecorderDeps) {
    const { transport, component } = deps;
    this.client = new ResourceClient({ transport, type: eventType, userAgent: component });
    // Two components that speak of one object in the same millisecond must not take the same name.
    this.serial = [...`${component}${deps.host ?? ""}`].reduce(
      (sum, c) => (sum * 31 + c.charCodeAt(0)) % 1e6,
      7,
    );
  }

  /** Returns at once. An event that cannot be written is logged, never thrown. */
  record(about: KubeObject, event: EventToRecord): void {
    if (this.queued >= EVENTS_QUEUED) {
      this.deps.logger.warn({ reason: event.reason }, "too many events waiting, this one is dropped");
      return;
    }
    this.queued++;
    this.tail = this.tail.then(() => this.write(about, event)).finally(() => this.queued--);
  }

  /** Resolves when all that was recorded before is written. */
  flush(): Promise<void> {
    return this.tail;
  }

  private async write(about: KubeObject, event: EventToRecord): Promise<void> {
    const key = [about.metadata.uid, event.fieldPath, event.type, event.reason, event.message].join("\n");
    try {
      const seen = this.seen.get(key);
      if (seen && (await this.again(seen))) this.remember(key, seen);
      else this.remember(key, await this.first(about, event));
    } catch (error) {
      // A terminating namespace takes no new events; that is no news.
      const refused = error instanceof StatusError && error.reason === "Forbidden";
      if (!refused) this.deps.logger.warn({ err: error, reason: event.reason }, "an event was not written");
    }
  }

  /** False when the event has expired and must be written anew. */
  private async again(seen: Seen): Promise<boolean> {
    const body = { count: seen.count + 1, lastTimestamp: this.now() };
    try {
      await this.client.patch(seen, { type: "merge", body });
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
    seen.count++;
    return true;
  }

  private async first(about: KubeObject, event: EventToRecord): Promise<Seen> {
    const { component, host } = this.deps;
    const namespace = about.metadata.namespace ?? "default";
    const now = this.now();
    const name = `${about.metadata.name}.${this.stamp()}`;
    await this.client.create({
      apiVersion: "v1",
      kind: "Event",
      metadata: { name, namespace },
      involvedObject: referenceTo(about, event.fieldPath),
      reason: event.reason,
      message: event.message,
      type: event.type,
      count: 1,
      firstTimestamp: now,
      lastTimestamp: now,
      eventTime: null,
      source: { component, ...(host ? { host } : {}) },
      reportingComponent: component,
      reportingInstance: host ?? "",
    });
    return { namespace, name, count: 1 };
  }

  private remember(key: string, seen: Seen): void {
    this.seen.delete(key);
    this.seen.set(key, seen);
    if (this.seen.size <= EVENTS_REMEMBERED) return;
    for (const oldest of this.seen.keys()) {
      this.seen.delete(oldest);
      return;
    }
  }

  private now(): string {
    return `${new Date(this.deps.clock.now()).toISOString().slice(0, 19)}Z`;
  }

  /** Hexadecimal nanoseconds as upstream has in event names, made unique by counting. */
  private stamp(): string {
    this.serial = (this.serial + 1) % 1_000_000;
    return (BigInt(Math.floor(this.deps.clock.now())) * 1_000_000n + BigInt(this.serial)).toString(16);
  }
}

function referenceTo({ apiVersion, kind, metadata }: KubeObject, fieldPath: string | undefined) {
  return {
    kind,
    ...(metadata.namespace ? { namespace: metadata.namespace } : {}),
    name: metadata.name,
    uid: metadata.uid,
    apiVersion,
    resourceVersion: metadata.resourceVersion,
    ...(fieldPath ? { fieldPath } : {}),
  };
}
