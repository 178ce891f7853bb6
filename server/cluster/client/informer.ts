import type { KubeObject } from "../apimachinery/index.ts";
import type { Clock, Disposable, Logger } from "../base/index.ts";
import { toDisposable } from "../base/index.ts";
import { Indexer, type IndexFunction, type Lister } from "./indexer.ts";
import { type ReflectorSink, reflect } from "./reflector.ts";
import type { ListOptions, ResourceClient } from "./resource-client.ts";
import { keyOf } from "./resource-type.ts";

export interface InformerHandler<T> {
  added?(object: T): void;
  updated?(object: T, old: T): void;
  deleted?(object: T): void;
}

export interface InformerDeps<T extends KubeObject> {
  readonly client: ResourceClient<T>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly options?: ListOptions;
  readonly indexes?: Readonly<Record<string, IndexFunction<T>>>;
}

/** Keeps a lister equal to the server and tells handlers what changed. Handlers must be quick: enqueue and return. */
export class Informer<T extends KubeObject> {
  private readonly indexer: Indexer<T>;
  private readonly handlers = new Set<InformerHandler<T>>();
  private readonly waiting: (() => void)[] = [];
  private started = false;
  private isSynced = false;

  constructor(private readonly deps: InformerDeps<T>) {
    this.indexer = new Indexer(deps.indexes);
  }

  get lister(): Lister<T> {
    return this.indexer;
  }

  get synced(): boolean {
    return this.isSynced;
  }

  /** A handler added late is first told of all that is known. */
  addHandler(handler: InformerHandler<T>): Disposable {
    this.handlers.add(handler);
    for (const object of this.indexer.list()) handler.added?.(object);
    return toDisposable(() => this.handlers.delete(handler));
  }

  /** Starting twice is harmless: the first signal rules. */
  start(signal: AbortSignal): void {
    if (this.started) return;
    this.started = true;
    const sink: ReflectorSink<T> = {
      replace: (items) => this.replace(items),
      apply: (type, object) => (type === "DELETED" ? this.remove(object) : this.store(object)),
    };
    void reflect({ ...this.deps, sink }, signal);
  }

  /** Resolves when the first list is in. */
  whenSynced(): Promise<void> {
    if (this.isSynced) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private replace(items: readonly T[]): void {
    const gone = new Set(this.indexer.keys());
    for (const item of items) {
      gone.delete(keyOf(item));
      this.store(item);
    }
    for (const key of gone) {
      const object = this.indexer.get(key);
      if (object) this.remove(object);
    }
    this.isSynced = true;
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  private store(object: T): void {
    const old = this.indexer.set(object);
    if (!old) this.tell("added", (handler) => handler.added?.(object));
    else if (old.metadata.uid !== object.metadata.uid) {
      // Deleted and made again while we were not looking.
      this.tell("deleted", (handler) => handler.deleted?.(old));
      this.tell("added", (handler) => handler.added?.(object));
    } else if (old.metadata.resourceVersion !== object.metadata.resourceVersion) {
      this.tell("updated", (handler) => handler.updated?.(object, old));
    }
  }

  private remove(object: T): void {
    this.indexer.delete(keyOf(object));
    this.tell("deleted", (handler) => handler.deleted?.(object));
  }

  /** One handler's bug must not silence the others. */
  private tell(what: string, call: (handler: InformerHandler<T>) => void): void {
    for (const handler of this.handlers) {
      try {
        call(handler);
      } catch (error) {
        const resource = this.deps.client.type.plural;
        this.deps.logger.error({ err: error, resource, what }, "an informer's handler failed");
      }
    }
  }
}

/** True when all are synced, false when `signal` aborted first. */
export async function waitForCacheSync(
  informers: readonly { whenSynced(): Promise<void> }[],
  signal: AbortSignal,
): Promise<boolean> {
  if (signal.aborted) return false;
  let stop: () => void = () => undefined;
  const aborted = new Promise<void>((resolve) => {
    stop = resolve;
    signal.addEventListener("abort", stop, { once: true });
  });
  await Promise.race([Promise.all(informers.map((informer) => informer.whenSynced())), aborted]);
  signal.removeEventListener("abort", stop);
  return !signal.aborted;
}
