import { MAX_BYTES, MAX_ENTRIES, MAX_STREAMS } from "./limits.ts";

export interface Entry {
  /** Nanoseconds since the epoch. */
  readonly time: bigint;
  readonly line: string;
}

export interface Stream {
  readonly labels: Readonly<Record<string, string>>;
  readonly entries: readonly Entry[];
}

interface Kept {
  readonly labels: Readonly<Record<string, string>>;
  entries: Entry[];
}

/** Log lines by label set, each stream in order of time. */
export class LogStore {
  private readonly kept = new Map<string, Kept>();
  private entries = 0;
  private bytes = 0;

  get streams(): readonly Stream[] {
    return [...this.kept.values()];
  }

  /** False when there is no room for another stream. */
  push(labels: Readonly<Record<string, string>>, entries: readonly Entry[]): boolean {
    const key = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
    const stream = this.kept.get(key) ?? { labels, entries: [] };
    if (!this.kept.has(key) && this.kept.size >= MAX_STREAMS) return false;
    this.kept.set(key, stream);
    const last = stream.entries.at(-1)?.time ?? 0n;
    const late = entries.some((entry, i) => entry.time < (entries[i - 1]?.time ?? last));
    stream.entries.push(...entries);
    if (late) stream.entries.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
    this.entries += entries.length;
    this.bytes += entries.reduce((sum, entry) => sum + entry.line.length, 0);
    this.trim();
    return true;
  }

  /** Halves the longest stream until everything fits. */
  private trim(): void {
    while (this.entries > MAX_ENTRIES || this.bytes > MAX_BYTES) {
      let longest: Kept | undefined;
      for (const stream of this.kept.values())
        if (!longest || stream.entries.length > longest.entries.length) longest = stream;
      if (!longest || longest.entries.length === 0) return;
      const gone = longest.entries.slice(0, Math.ceil(longest.entries.length / 2));
      longest.entries = longest.entries.slice(gone.length);
      this.entries -= gone.length;
      this.bytes -= gone.reduce((sum, entry) => sum + entry.line.length, 0);
    }
  }
}
