// The only file that knows xterm. Loaded when a terminal is shown; creates, updates and destroys one terminal in one element.
import "@xterm/xterm/css/xterm.css";
import { FitAddon } from "@xterm/addon-fit";
import { SearchAddon } from "@xterm/addon-search";
import { Unicode11Addon } from "@xterm/addon-unicode11";
import { WebLinksAddon } from "@xterm/addon-web-links";
import { WebglAddon } from "@xterm/addon-webgl";
import { Terminal } from "@xterm/xterm";
import { keyAction } from "./keys.ts";
import { scrollback } from "./limits.ts";
import { withStyleNonce } from "./style-nonce.ts";
import type { TerminalScreen } from "./terminal-link.ts";
import { darkTheme, lightTheme } from "./themes.ts";

export interface TerminalLook {
  readonly dark: boolean;
  readonly fontSize: number;
  readonly screenReader: boolean;
}

export interface XtermViewOptions {
  readonly element: HTMLElement;
  readonly nonce: string | undefined;
  readonly look: TerminalLook;
  onInput(data: string): void;
  onResize(): void;
  onPaste(text: string): void;
  onSearch(): void;
  /** Move the focus out of the terminal. */
  onLeave(): void;
  onCopied(): void;
}

export interface XtermView extends TerminalScreen {
  focus(): void;
  update(look: TerminalLook): void;
  /** True while the program in front asks for pastes in one block, as a shell at its prompt does. */
  bracketedPaste(): boolean;
  find(text: string, direction: "next" | "previous"): boolean;
  endFind(): void;
  copySelection(): void;
  /** The buffer as text: what a screen shows is not in the DOM under WebGL. */
  text(): string;
  renderer(): "webgl" | "dom";
  dispose(): void;
}

export function createXtermView(options: XtermViewOptions): XtermView {
  const { element, look } = options;
  const terminal = new Terminal({
    allowProposedApi: true,
    cursorBlink: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue(
      "--mantine-font-family-monospace",
    ),
    fontSize: look.fontSize,
    lineHeight: 1.2,
    macOptionIsMeta: true,
    minimumContrastRatio: 4.5,
    screenReaderMode: look.screenReader,
    scrollback,
    theme: look.dark ? darkTheme : lightTheme,
  });
  const fit = new FitAddon();
  const search = new SearchAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(search);
  terminal.loadAddon(new Unicode11Addon());
  terminal.loadAddon(
    new WebLinksAddon((event, uri) => {
      event.preventDefault();
      if (/^https?:\/\//i.test(uri)) window.open(uri, "_blank", "noopener,noreferrer");
    }),
  );
  terminal.unicode.activeVersion = "11";
  withStyleNonce(options.nonce, () => terminal.open(element));
  let renderer: "webgl" | "dom" = "dom";
  const paint = () => {
    try {
      const webgl = new WebglAddon();
      // A lost context leaves a blank canvas; the DOM renderer takes over as soon as the addon is gone.
      webgl.onContextLoss(() => {
        withStyleNonce(options.nonce, () => webgl.dispose());
        renderer = "dom";
      });
      terminal.loadAddon(webgl);
      renderer = "webgl";
    } catch {
      renderer = "dom"; // no WebGL2 here
    }
  };
  paint();

  const copySelection = () => {
    const text = terminal.getSelection();
    if (text === "") return;
    // Clipboard access needs a secure context; on plain http the old command still works from a key press.
    if (navigator.clipboard) void navigator.clipboard.writeText(text).then(options.onCopied, () => undefined);
    else if (document.execCommand("copy")) options.onCopied();
    terminal.clearSelection();
  };
  terminal.attachCustomKeyEventHandler((event) => {
    const action = keyAction(event, terminal.hasSelection());
    if (action === "terminal") return true;
    if (action === "browser") return false;
    event.preventDefault();
    if (action === "copy") copySelection();
    else if (action === "search") options.onSearch();
    else options.onLeave();
    return false;
  });
  const handlePaste = (event: ClipboardEvent) => {
    event.preventDefault();
    event.stopPropagation();
    const text = event.clipboardData?.getData("text/plain");
    if (text) options.onPaste(text);
  };
  element.addEventListener("paste", handlePaste, { capture: true });
  terminal.onData(options.onInput);
  terminal.onBinary(options.onInput);
  terminal.onResize(() => options.onResize());
  const refit = () => {
    // A collapsed panel has no size; the last one stays.
    if (element.clientWidth > 40 && element.clientHeight > 20) fit.fit();
  };
  refit();
  let frame = 0;
  const observer = new ResizeObserver(() => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(refit);
  });
  observer.observe(element);

  return {
    size: () => ({ cols: terminal.cols, rows: terminal.rows }),
    reset: () => terminal.reset(),
    write: (data, parsed) => terminal.write(data, parsed),
    focus: () => terminal.focus(),
    update: (next) => {
      terminal.options.theme = next.dark ? darkTheme : lightTheme;
      terminal.options.screenReaderMode = next.screenReader;
      if (terminal.options.fontSize !== next.fontSize) {
        terminal.options.fontSize = next.fontSize;
        refit();
      }
    },
    bracketedPaste: () => terminal.modes.bracketedPasteMode,
    find: (text, direction) =>
      direction === "next" ? search.findNext(text, { incremental: false }) : search.findPrevious(text),
    endFind: () => search.clearDecorations(),
    copySelection,
    text: () => {
      const buffer = terminal.buffer.active;
      const lines: string[] = [];
      for (let row = 0; row < buffer.length; row += 1) {
        const line = buffer.getLine(row);
        if (!line) continue;
        const part = line.translateToString(!buffer.getLine(row + 1)?.isWrapped);
        if (line.isWrapped && lines.length > 0) lines.push((lines.pop() ?? "") + part);
        else lines.push(part);
      }
      return lines.join("\n").trimEnd();
    },
    renderer: () => renderer,
    dispose: () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
      element.removeEventListener("paste", handlePaste, { capture: true });
      terminal.dispose();
    },
  };
}
