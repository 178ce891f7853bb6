// Shows pictures of somebody else's terminal. Loaded when one is watched.
import "@xterm/xterm/css/xterm.css";
import { Terminal } from "@xterm/xterm";
import { withStyleNonce } from "./style-nonce.ts";
import { darkTheme, lightTheme } from "./themes.ts";

export interface TerminalPicture {
  readonly cols: number;
  readonly rows: number;
  readonly screen: string;
}

export interface PictureView {
  show(picture: TerminalPicture): void;
  dispose(): void;
}

interface PictureOptions {
  readonly element: HTMLElement;
  readonly nonce: string | undefined;
  readonly dark: boolean;
  /** Absent: nothing can be typed. */
  readonly onInput: ((data: string) => void) | undefined;
}

const fontSize = 13;

/** A terminal of the size that the other one has, scaled down to the room there is. */
export function createPictureView({ element, nonce, dark, onInput }: PictureOptions): PictureView {
  const terminal = new Terminal({
    allowProposedApi: true,
    cursorBlink: false,
    disableStdin: onInput === undefined,
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue(
      "--mantine-font-family-monospace",
    ),
    fontSize,
    lineHeight: 1.2,
    minimumContrastRatio: 4.5,
    scrollback: 0,
    theme: dark ? darkTheme : lightTheme,
  });
  withStyleNonce(nonce, () => terminal.open(element));
  if (onInput) terminal.onData(onInput);
  const fit = () => {
    const screen = element.querySelector<HTMLElement>(".xterm-screen");
    const width = screen?.offsetWidth ?? 0;
    if (!terminal.element || width === 0) return;
    const scale = Math.min(1, element.clientWidth / width);
    terminal.element.style.transform = `scale(${scale})`;
    terminal.element.style.transformOrigin = "0 0";
    element.style.height = `${Math.ceil((screen?.offsetHeight ?? 0) * scale)}px`;
  };
  const observer = new ResizeObserver(fit);
  observer.observe(element);
  return {
    show({ cols, rows, screen }) {
      if (cols !== terminal.cols || rows !== terminal.rows) terminal.resize(cols, rows);
      // Both are parsed before the next frame is painted: no flicker.
      terminal.reset();
      terminal.write(screen, fit);
    },
    dispose() {
      observer.disconnect();
      terminal.dispose();
    },
  };
}
