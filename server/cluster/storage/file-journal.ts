import { closeSync, fdatasync, fdatasyncSync, mkdirSync, openSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Clock, Disposable, Logger } from "../base/index.ts";
import { LOG_BYTES, SYNC_DELAY_MS } from "./limits.ts";
import { changesRecord, formatLine } from "./record.ts";
import { recover, SNAPSHOT, segmentName, segmentNumbers } from "./recovery.ts";
import { writeSnapshot } from "./snapshot-file.ts";
import { type Journal, Storage, type StorageState } from "./storage.ts";
import type { Change } from "./types.ts";

export interface FileStorageDeps {
  readonly directory: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Fold the log into a snapshot beyond this size; for tests. */
  readonly logBytes?: number;
}

/**
 * Writes each transaction to a log before anyone sees it. The write has reached the operating system when `append`
 * returns, so it survives the death of the process; it is forced to the disk in groups, SYNC_DELAY_MS later at most.
 */
class FileJournal implements Journal<object>, Disposable {
  private descriptor: number;
  private bytes = 0;
  private segment: number;
  private syncing: Disposable | undefined;
  private folding: Promise<void> | undefined;
  private closed = false;
  state: (() => StorageState<object>) | undefined;

  constructor(private readonly deps: FileStorageDeps) {
    this.segment = (segmentNumbers(deps.directory).at(-1) ?? 0) + 1;
    this.descriptor = this.openSegment();
  }

  append(changes: readonly Change<object>[]): void {
    const line = Buffer.from(formatLine(changesRecord(changes)));
    for (let written = 0; written < line.length; ) {
      written += writeSync(this.descriptor, line, written, line.length - written);
    }
    this.bytes += line.length;
    this.syncing ??= this.deps.clock.setTimeout(() => this.sync(), SYNC_DELAY_MS);
    // The storage applies the change right after this call; the snapshot must not be taken before.
    if (this.bytes > (this.deps.logBytes ?? LOG_BYTES)) queueMicrotask(() => this.fold());
  }

  /** Resolves when a snapshot that is being written is complete. */
  settled(): Promise<void> {
    return this.folding ?? Promise.resolve();
  }

  dispose(): void {
    if (this.closed) return;
    this.closed = true;
    this.syncing?.dispose();
    fdatasyncSync(this.descriptor);
    closeSync(this.descriptor);
  }

  /** Starts a new log segment and writes what came before it as a snapshot, in the background. */
  fold(): void {
    if (this.folding || this.closed || !this.state) return;
    const old = segmentNumbers(this.deps.directory);
    fdatasyncSync(this.descriptor);
    closeSync(this.descriptor);
    this.segment++;
    this.descriptor = this.openSegment();
    this.bytes = 0;
    this.folding = writeSnapshot(join(this.deps.directory, SNAPSHOT), this.state())
      .then(() => {
        for (const number of old) unlinkSync(join(this.deps.directory, segmentName(number)));
      })
      .catch((error: unknown) => this.deps.logger.error({ err: error }, "snapshot failed; the log is kept"))
      .finally(() => {
        this.folding = undefined;
      });
  }

  private openSegment(): number {
    return openSync(join(this.deps.directory, segmentName(this.segment)), "a", 0o600);
  }

  private sync(): void {
    this.syncing = undefined;
    if (this.closed) return;
    fdatasync(this.descriptor, (error) => {
      // A segment that was folded meanwhile has been synced before it was closed.
      if (error && error.code !== "EBADF") this.deps.logger.error({ err: error }, "cannot sync the log");
    });
  }
}

export interface FileStorage<V extends object> extends Disposable {
  readonly storage: Storage<V>;
  /** Resolves when no snapshot is being written. */
  settled(): Promise<void>;
}

/**
 * Storage that outlives the process, in a folder of its own. `revive` makes a stored JSON value what it was when it was
 * put: frozen, and of its type.
 */
export function openFileStorage<V extends object>(
  deps: FileStorageDeps,
  revive: (value: object) => V,
): FileStorage<V> {
  mkdirSync(deps.directory, { recursive: true, mode: 0o700 });
  const { revision, items } = recover(deps.directory);
  const journal = new FileJournal(deps);
  const revived = items.map((item) => ({ ...item, value: revive(item.value) }));
  const storage = new Storage<V>(journal, { revision, items: revived });
  journal.state = () => storage.state();
  return { storage, settled: () => journal.settled(), dispose: () => journal.dispose() };
}
