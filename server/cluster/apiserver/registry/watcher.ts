import { deepFreeze, type KubeObject, type WatchEvent } from "../../apimachinery/index.ts";
import type { Clock, Disposable } from "../../base/index.ts";
import { DisposableStore } from "../../base/index.ts";
import { type Change, Compacted, type Storage } from "../../storage/index.ts";
import { BOOKMARK_INTERVAL_MS, WATCH_MIN_MS } from "../limits.ts";
import { revisionOf, selected, type WatchOptions } from "./list-options.ts";
import { refuseFuture, tooOld } from "./reader.ts";
import { inVersion, keyPrefix, type Resource, withMetadata } from "./resource.ts";

export interface WatchSink {
  send(events: readonly WatchEvent[]): void;
  /** The watch is over, because its time is up. */
  end(): void;
}

/** Turns the storage's changes into watch events for one client. Follows apiserver storage/etcd3 watcher and WatchList. */
export class Watcher {
  constructor(
    private readonly storage: Storage<KubeObject>,
    private readonly clock: Clock,
  ) {}

  /** Events begin after this call returns or during it, in order. Throws Expired when the past asked for is gone. */
  watch(resource: Resource, options: WatchOptions, sink: WatchSink): Disposable {
    const running = new DisposableStore();
    refuseFuture(options.resourceVersion, this.storage.revision);
    const asked = revisionOf(options.resourceVersion);
    // No version named, or WatchList: the present objects come first, as ADDED.
    const initial = options.sendInitialEvents || asked === undefined;
    const from = initial ? this.storage.revision : asked;
    const prefix = keyPrefix(resource, options.namespace);
    if (initial) this.sendPresent(resource, options, sink);
    let last = from;
    const listen = (changes: readonly Change<KubeObject>[]) => {
      last = changes.at(-1)?.revision ?? last;
      const events = changes.flatMap((change) => eventsOf(resource, options, change));
      if (events.length > 0) sink.send(events);
    };
    try {
      running.add(this.storage.watch(prefix, from, listen));
    } catch (error) {
      throw error instanceof Compacted ? tooOld(error.requested, error.compactRevision) : error;
    }
    const timeout = options.timeoutSeconds ? options.timeoutSeconds * 1000 : WATCH_MIN_MS;
    if (!options.endless)
      running.add(
        this.clock.setTimeout(() => {
          running.dispose();
          sink.end();
        }, timeout),
      );
    if (options.bookmarks) {
      const tell = () => sink.send([bookmark(resource, Math.max(last, this.storage.revision), {})]);
      running.add(this.clock.setInterval(tell, BOOKMARK_INTERVAL_MS));
    }
    return running;
  }

  private sendPresent(resource: Resource, options: WatchOptions, sink: WatchSink): void {
    const { items, revision } = this.storage.range(keyPrefix(resource, options.namespace));
    const events: WatchEvent[] = [];
    for (const { value } of items) {
      if (!selected(resource, options, value)) continue;
      events.push({ type: "ADDED", object: inVersion(value, resource.apiVersion) });
    }
    if (options.sendInitialEvents && options.bookmarks) {
      events.push(bookmark(resource, revision, { "k8s.io/initial-events-end": "true" }));
    }
    if (events.length > 0) sink.send(events);
  }
}

function eventsOf(resource: Resource, options: WatchOptions, change: Change<KubeObject>): WatchEvent[] {
  const { previous } = change;
  const was = previous !== undefined && selected(resource, options, previous.value);
  const is = change.type === "put" && selected(resource, options, change.value);
  if (!was && !is) return [];
  if (is) return [{ type: was ? "MODIFIED" : "ADDED", object: inVersion(change.value, resource.apiVersion) }];
  // An object that is gone, or no longer selected, is told as it was last seen, at the revision of the change.
  const object =
    change.type === "delete" ? change.value : atRevision(previous?.value ?? change.value, change);
  return [{ type: "DELETED", object: inVersion(object, resource.apiVersion) }];
}

function atRevision(object: KubeObject, { revision }: Change<KubeObject>): KubeObject {
  return deepFreeze(withMetadata(object, { resourceVersion: String(revision) }));
}

function bookmark(resource: Resource, revision: number, annotations: Record<string, string>): WatchEvent {
  const metadata = {
    resourceVersion: String(revision),
    creationTimestamp: undefined,
    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
  };
  return {
    type: "BOOKMARK",
    object: { apiVersion: resource.apiVersion, kind: resource.strategy.kind, metadata },
  };
}
