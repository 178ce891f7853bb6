/**
 * The last bytes a shell has written, numbered from its first byte. Keeps whole chunks as they came and forgets the
 * oldest; reading returns views, never copies.
 */
export class OutputRing {
  private readonly chunks: { at: number; data: Uint8Array }[] = [];
  private first = 0;
  private next = 0;

  constructor(private readonly capacity: number) {}

  /** Offset of the oldest byte kept. */
  get start(): number {
    return this.first;
  }

  /** Offset of the byte that comes next. */
  get end(): number {
    return this.next;
  }

  push(data: Uint8Array): void {
    if (data.length === 0) return;
    this.chunks.push({ at: this.next, data });
    this.next += data.length;
    for (
      let oldest = this.chunks[0];
      oldest && this.next - this.first > this.capacity;
      oldest = this.chunks[0]
    ) {
      const surplus = this.next - this.first - this.capacity;
      const from = this.first - oldest.at;
      if (from + surplus >= oldest.data.length) this.chunks.shift();
      this.first = Math.min(oldest.at + oldest.data.length, this.first + surplus);
    }
  }

  /** Up to `limit` bytes from `offset`, as one array; empty at the end; undefined when they are gone. */
  read(offset: number, limit: number): Uint8Array | undefined {
    if (offset < this.first || offset > this.next) return undefined;
    const stop = Math.min(this.next, offset + limit);
    const parts: Uint8Array[] = [];
    for (const { at, data } of this.chunks) {
      if (at + data.length <= offset) continue;
      if (at >= stop) break;
      parts.push(data.subarray(Math.max(0, offset - at), Math.min(data.length, stop - at)));
    }
    const [only] = parts;
    return only && parts.length === 1 ? only : Buffer.concat(parts);
  }
}
