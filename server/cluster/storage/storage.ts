import { type Disposable, toDisposable } from "../base/index.ts";
import { HISTORY_LENGTH, WATCH_BATCH } from "./limits.ts";
import { SortedKeys } from "./sorted-keys.ts";
import {
  type Change,
  Compacted,
  type Comparison,
  type KeyValue,
  type Operation,
  type Range,
} from "./types.ts";

/** Where changes are made durable. `append` returns when they survive the death of this process. */
export interface Journal<V extends object> {
  append(changes: readonly Change<V>[]): void;
}

export interface StorageState<V extends object> {
  readonly revision: number;
  readonly items: readonly KeyValue<V>[];
}

interface Watcher<V extends object> {
  readonly prefix: string;
  /** The last revision this watcher has been told about. */
  seen: number;
  readonly listener: (changes: readonly Change<V>[]) => void;
}

/**
 * A revisioned key-value log in memory, as etcd's mvcc store. Knows no kinds. Everything is synchronous, so a transaction
 * is atomic by itself; watchers hear of it in a later microtask, in order, each revision once.
 */
export class Storage<V extends object> {
  private readonly values = new Map<string, KeyValue<V>>();
  private readonly keys = new SortedKeys();
  private history: Change<V>[] = [];
  private current: number;
  private compacted: number;
  private readonly watchers = new Set<Watcher<V>>();
  private flushing = false;

  constructor(
    private readonly journal?: Journal<V>,
    state: StorageState<V> = { revision: 1, items: [] },
  ) {
    this.current = state.revision;
    // History before the restart is gone: a watch from before it must list again.
    this.compacted = state.revision;
    for (const item of state.items) {
      this.values.set(item.key, item);
      this.keys.add(item.key);
    }
  }

  get revision(): number {
    return this.current;
  }

  get compactRevision(): number {
    return this.compacted;
  }

  get(key: string): KeyValue<V> | undefined {
    return this.values.get(key);
  }

  /** Keys under `prefix` in order, from `after` (exclusive), as they were at `revision` (absent: now). Throws Compacted. */
  range(prefix: string, options: { after?: string; limit?: number; revision?: number } = {}): Range<V> {
    const revision = options.revision ?? this.current;
    if (revision < this.compacted) throw new Compacted(revision, this.compacted);
    const changed = revision < this.current ? this.undo(prefix, revision) : undefined;
    const keys = changed ? this.keysWith(prefix, changed) : this.keys.under(prefix);
    const start = options.after === undefined ? 0 : keys.findIndex((key) => key > (options.after ?? ""));
    const end = start < 0 ? keys.length : Math.min(keys.length, start + (options.limit ?? keys.length));
    const items: KeyValue<V>[] = [];
    for (let index = start < 0 ? keys.length : start; index < end; index++) {
      const key = keys[index] ?? "";
      const item = changed?.has(key) ? changed.get(key) : this.values.get(key);
      if (item) items.push(item);
    }
    return { items, remaining: keys.length - end, revision };
  }

  /** How many keys there are. */
  get size(): number {
    return this.values.size;
  }

  /** How many keys stand under a prefix. */
  count(prefix: string): number {
    return this.keys.under(prefix).length;
  }

  /** Applies all operations at one new revision if every comparison holds; otherwise changes nothing and returns undefined. */
  txn(compare: readonly Comparison[], operations: readonly Operation<V>[]): readonly Change<V>[] | undefined {
    for (const { key, modRevision } of compare) {
      if ((this.values.get(key)?.modRevision ?? 0) !== modRevision) return undefined;
    }
    const revision = this.current + 1;
    const changes = operations.flatMap((operation) => this.change(operation, revision));
    if (changes.length === 0) return changes;
    this.journal?.append(changes);
    this.current = revision;
    for (const change of changes) this.apply(change);
    this.trim();
    this.wake();
    return changes;
  }

  /**
   * Tells `listener` of every change under `prefix` after revision `from`, first the past, then the present. Throws
   * Compacted when that past is gone. The listener is never called from inside `watch` or `txn`.
   */
  watch(prefix: string, from: number, listener: (changes: readonly Change<V>[]) => void): Disposable {
    if (from < this.compacted) throw new Compacted(from, this.compacted);
    const watcher: Watcher<V> = { prefix, seen: from, listener };
    this.watchers.add(watcher);
    if (from < this.current) this.wake();
    return toDisposable(() => this.watchers.delete(watcher));
  }

  /** Forgets history up to and including `revision`. */
  compact(revision: number): void {
    this.deliver();
    this.compacted = Math.max(this.compacted, Math.min(revision, this.current));
    this.history = this.history.filter((change) => change.revision > this.compacted);
  }

  /** All that a snapshot needs. */
  state(): StorageState<V> {
    return { revision: this.current, items: [...this.values.values()] };
  }

  private change(operation: Operation<V>, revision: number): Change<V>[] {
    const previous = this.values.get(operation.key);
    if (operation.type === "delete" && !previous) return [];
    const createRevision = previous?.createRevision ?? revision;
    const { type, key } = operation;
    return [{ type, key, revision, createRevision, previous, value: operation.value(revision) }];
  }

  private apply(change: Change<V>): void {
    this.history.push(change);
    if (change.type === "delete") {
      this.values.delete(change.key);
      this.keys.remove(change.key);
      return;
    }
    const { key, value, createRevision, revision } = change;
    if (!change.previous) this.keys.add(key);
    this.values.set(key, { key, value, createRevision, modRevision: revision });
  }

  /** Drops the oldest history in one go when it has grown by a quarter, so that the cost per write stays small. */
  private trim(): void {
    if (this.history.length <= HISTORY_LENGTH * 1.25) return;
    const last = this.history[this.history.length - HISTORY_LENGTH - 1];
    if (last) this.compact(last.revision);
  }

  /** What each key under the prefix that changed after `revision` held then. */
  private undo(prefix: string, revision: number): Map<string, KeyValue<V> | undefined> {
    const then = new Map<string, KeyValue<V> | undefined>();
    for (let index = this.indexAfter(revision); index < this.history.length; index++) {
      const change = this.history[index];
      if (change?.key.startsWith(prefix) && !then.has(change.key)) then.set(change.key, change.previous);
    }
    return then;
  }

  private keysWith(prefix: string, changed: ReadonlyMap<string, KeyValue<V> | undefined>): string[] {
    const keys = this.keys.under(prefix).filter((key) => !changed.has(key));
    for (const [key, item] of changed) if (item) keys.push(key);
    return keys.sort();
  }

  private indexAfter(revision: number): number {
    let low = 0;
    let high = this.history.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.history[middle]?.revision ?? 0) <= revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private wake(): void {
    if (this.flushing || this.watchers.size === 0) return;
    this.flushing = true;
    queueMicrotask(() => {
      this.flushing = false;
      this.deliver();
    });
  }

  private deliver(): void {
    for (const watcher of this.watchers) {
      while (watcher.seen < this.current && this.watchers.has(watcher)) {
        const start = this.indexAfter(watcher.seen);
        let end = Math.min(this.history.length, start + WATCH_BATCH);
        // A revision is never split between two calls.
        while (end < this.history.length && this.history[end]?.revision === this.history[end - 1]?.revision)
          end++;
        const batch = this.history.slice(start, end);
        watcher.seen = batch.at(-1)?.revision ?? this.current;
        const changes = batch.filter((change) => change.key.startsWith(watcher.prefix));
        if (changes.length > 0) watcher.listener(changes);
      }
    }
  }
}
