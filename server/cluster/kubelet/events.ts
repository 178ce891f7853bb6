import type { Clock, Logger, Random } from "../base/index.ts";
import type { Transport } from "../client/transport.ts";
import type { Pod } from "./pod.ts";

export interface PodEvent {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
  /** Names `spec.containers{x}`, or `spec.initContainers{x}`. */
  readonly container?: string;
}

export interface EventDeps {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly nodeName: string;
}

interface Counted {
  readonly name: string;
  count: number;
}

/** Writes events about pods; a repeated one counts up instead of multiplying. Never fails its caller. */
export class PodEvents {
  private readonly written = new Map<string, Counted>();
  private tail: Promise<void> = Promise.resolve();

  constructor(private readonly deps: EventDeps) {}

  record(pod: Pod, event: PodEvent): void {
    const moment = new Date(this.deps.clock.now()).toISOString();
    // One after the other, so that `kubectl describe` shows them in the order they happened.
    this.tail = this.tail
      .then(() => this.write(pod, event, `${moment.slice(0, 19)}Z`))
      .catch((error: unknown) => {
        this.deps.logger.debug({ error: String(error), reason: event.reason }, "an event was not written");
      });
  }

  forget(pod: Pod): void {
    for (const key of this.written.keys()) if (key.startsWith(pod.metadata.uid)) this.written.delete(key);
  }

  private async write(pod: Pod, event: PodEvent, now: string): Promise<void> {
    const { transport, random, clock, nodeName } = this.deps;
    const { namespace, name, uid, resourceVersion } = pod.metadata;
    const path = `/api/v1/namespaces/${namespace}/events`;
    const key = `${uid}/${event.reason}/${event.container ?? ""}/${event.message}`;
    const known = this.written.get(key);
    if (known) {
      known.count += 1;
      const body = { count: known.count, lastTimestamp: now };
      const contentType = "application/merge-patch+json";
      await transport.request({ method: "PATCH", path: `${path}/${known.name}`, contentType, body });
      return;
    }
    // client-go names events by the nanosecond; the random part keeps ours apart within one.
    const eventName = `${name}.${(BigInt(clock.now()) * 1_000_000n + BigInt(random.int(1_000_000))).toString(16)}`;
    this.written.set(key, { name: eventName, count: 1 });
    await transport.request({
      method: "POST",
      path,
      body: {
        apiVersion: "v1",
        kind: "Event",
        metadata: { name: eventName, namespace },
        involvedObject: {
          kind: "Pod",
          namespace,
          name,
          uid,
          apiVersion: "v1",
          resourceVersion,
          ...(event.container ? { fieldPath: fieldPath(pod, event.container) } : {}),
        },
        reason: event.reason,
        message: event.message,
        source: { component: "kubelet", host: nodeName },
        firstTimestamp: now,
        lastTimestamp: now,
        count: 1,
        type: event.type,
        eventTime: null,
        reportingComponent: "kubelet",
        reportingInstance: nodeName,
      },
    });
  }
}

function fieldPath(pod: Pod, container: string): string {
  const isInit = pod.spec.initContainers?.some(({ name }) => name === container);
  const isEphemeral = pod.spec.ephemeralContainers?.some(({ name }) => name === container);
  if (isEphemeral) return `spec.ephemeralContainers{${container}}`;
  return isInit ? `spec.initContainers{${container}}` : `spec.containers{${container}}`;
}
