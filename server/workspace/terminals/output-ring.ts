/** The first size of a terminal's store; most terminals never print more. */
const SMALLEST = 16 * 1024;

/**
 * The last bytes a shell has written, numbered from its first byte. They are copied into one piece of memory that grows
 * up to the capacity and is then written over: a pty's many small buffers are garbage at once, and young garbage is cheap.
 */
export class OutputRing {
  private bytes = Buffer.alloc(0);
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
    const kept = data.length > this.capacity ? data.subarray(data.length - this.capacity) : data;
    const end = this.next + data.length;
    const first = Math.max(this.first, end - this.capacity);
    if (end - first > this.bytes.length) this.grow(end - first);
    this.place(kept, end - kept.length);
    this.first = first;
    this.next = end;
  }

  /**
   * Up to `limit` bytes from `offset`, as one array; empty at the end; undefined when they are gone. Not a copy where it
   * need not be one: good until the next push.
   */
  read(offset: number, limit: number): Uint8Array | undefined {
    if (offset < this.first || offset > this.next) return undefined;
    const length = Math.min(this.next - offset, limit);
    if (length === 0) return new Uint8Array();
    const at = offset % this.bytes.length;
    const whole = this.bytes.subarray(at, at + length);
    if (whole.length === length) return whole;
    return Buffer.concat([whole, this.bytes.subarray(0, length - whole.length)]);
  }

  private grow(needed: number): void {
    const kept = this.read(this.first, this.next - this.first) ?? new Uint8Array();
    const size = Math.max(SMALLEST, needed, this.bytes.length * 2);
    this.bytes = Buffer.alloc(Math.min(size, this.capacity));
    this.place(kept, this.first);
  }

  /** Where each byte lies follows from its offset alone. */
  private place(data: Uint8Array, offset: number): void {
    if (data.length === 0) return;
    const at = offset % this.bytes.length;
    const fits = Math.min(data.length, this.bytes.length - at);
    this.bytes.set(data.subarray(0, fits), at);
    this.bytes.set(data.subarray(fits), 0);
  }
}
