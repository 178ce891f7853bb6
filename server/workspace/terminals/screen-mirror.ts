import { SerializeAddon } from "@xterm/addon-serialize";
import headless from "@xterm/headless";
import type { TerminalSize } from "../../contracts/index.ts";
import { MIRROR_HOLD_BYTES, MIRROR_HOLD_MS, SCROLLBACK_LINES } from "../limits.ts";
import type { ScreenPicture } from "./observer.ts";
import { withoutScrolledPast } from "./scrolled-past.ts";

/**
 * The screen as a browser would show it, kept without one. Answers no query: only a browser does.
 * Parsing costs more than everything else that is done with output, so output waits a moment, and what a flood has
 * scrolled past meanwhile is never parsed.
 */
export class ScreenMirror {
  private readonly terminal: InstanceType<typeof headless.Terminal>;
  private readonly serializer = new SerializeAddon();
  private written = 0;
  private parsed = 0;
  /** What waits, in front of the free part of its memory. */
  private held = Buffer.alloc(0);
  private heldBytes = 0;
  private waiting: (() => void)[] = [];
  private timer: NodeJS.Timeout | undefined;
  /** A scroll region is set (DECSTBM): below it lines are written one over the other, and the longest shows for ever. */
  private margins = false;

  constructor(size: TerminalSize) {
    this.terminal = new headless.Terminal({
      ...size,
      scrollback: SCROLLBACK_LINES,
      allowProposedApi: true,
      logLevel: "off",
    });
    this.terminal.loadAddon(this.serializer);
    this.watchMargins();
  }

  /** Bytes given but not parsed yet. xterm parses in slices of a few milliseconds, off this call. */
  get pending(): number {
    return this.written - this.parsed;
  }

  /** `parsed` is called once the screen shows these bytes. They are copied: the caller may use their memory again. */
  write(data: Uint8Array, parsed: () => void): void {
    this.written += data.length;
    this.hold(data);
    this.waiting.push(parsed);
    if (this.heldBytes >= MIRROR_HOLD_BYTES) this.release();
    else this.timer ??= setTimeout(() => this.release(), MIRROR_HOLD_MS);
  }

  private hold(data: Uint8Array): void {
    const length = this.heldBytes + data.length;
    if (length > this.held.length) {
      const larger = Buffer.alloc(Math.max(length, this.held.length * 2));
      larger.set(this.held.subarray(0, this.heldBytes));
      this.held = larger;
    }
    this.held.set(data, this.heldBytes);
    this.heldBytes = length;
  }

  private release(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { waiting, heldBytes: length } = this;
    if (waiting.length === 0) return;
    const data = this.held.subarray(0, length);
    const shown = this.shortened(data);
    // The terminal parses later: what it was given is its own. In a flood it is given little, and the memory stays.
    if (shown === data) this.held = Buffer.alloc(0);
    this.waiting = [];
    this.heldBytes = 0;
    this.terminal.write(shown, () => {
      this.parsed += length;
      for (const parsed of waiting) parsed();
    });
  }

  private shortened(data: Uint8Array): Uint8Array {
    // Not what xterm has still to parse: that may change what these bytes do.
    const settled = this.written === this.parsed + data.length;
    return settled && !this.margins
      ? withoutScrolledPast(data, SCROLLBACK_LINES + 2 * this.terminal.rows)
      : data;
  }

  private watchMargins(): void {
    const { parser } = this.terminal;
    parser.registerCsiHandler({ final: "r" }, ([top, bottom]) => {
      this.margins = Boolean(top && top !== 1) || Boolean(bottom);
      return false;
    });
    const reset = () => {
      this.margins = false;
      return false;
    };
    parser.registerCsiHandler({ intermediates: "!", final: "p" }, reset);
    parser.registerEscHandler({ final: "c" }, reset);
  }

  /** The screen after the bytes before `offset`; nothing later is in it. */
  snapshot(): { readonly screen: string; readonly offset: number } {
    this.release();
    return { screen: this.serializer.serialize({ scrollback: SCROLLBACK_LINES }), offset: this.parsed };
  }

  /** What is in view now, without what scrolled off. */
  picture(): ScreenPicture {
    const { cols, rows } = this.terminal;
    return { cols, rows, screen: this.serializer.serialize({ scrollback: 0 }) };
  }

  /** Text and colours only, fit to be shown above a new shell: no modes, no full-screen program's screen. */
  keepsake(): string {
    return this.serializer.serialize({
      scrollback: SCROLLBACK_LINES,
      excludeModes: true,
      excludeAltBuffer: true,
    });
  }

  resize({ cols, rows }: TerminalSize): void {
    this.release();
    this.terminal.resize(cols, rows);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.terminal.dispose();
  }
}
