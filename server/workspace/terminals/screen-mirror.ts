import { SerializeAddon } from "@xterm/addon-serialize";
import headless from "@xterm/headless";
import type { TerminalSize } from "../../contracts/index.ts";
import { SCROLLBACK_LINES } from "../limits.ts";

/** The screen as a browser would show it, kept without one. Answers no query: only a browser does. */
export class ScreenMirror {
  private readonly terminal: InstanceType<typeof headless.Terminal>;
  private readonly serializer = new SerializeAddon();
  private written = 0;
  private parsed = 0;

  constructor(size: TerminalSize) {
    this.terminal = new headless.Terminal({
      ...size,
      scrollback: SCROLLBACK_LINES,
      allowProposedApi: true,
      logLevel: "off",
    });
    this.terminal.loadAddon(this.serializer);
  }

  /** Bytes given but not parsed yet. xterm parses in slices of a few milliseconds, off this call. */
  get pending(): number {
    return this.written - this.parsed;
  }

  write(data: Uint8Array, parsed: () => void): void {
    this.written += data.length;
    this.terminal.write(data, () => {
      this.parsed += data.length;
      parsed();
    });
  }

  /** The screen after the bytes before `offset`; nothing later is in it. */
  snapshot(): { readonly screen: string; readonly offset: number } {
    return { screen: this.serializer.serialize({ scrollback: SCROLLBACK_LINES }), offset: this.parsed };
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
    this.terminal.resize(cols, rows);
  }

  dispose(): void {
    this.terminal.dispose();
  }
}
