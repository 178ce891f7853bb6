import type { HostPicture, TerminalExit, TerminalOutput } from "../../contracts/index.ts";

/** Where a viewer's output goes. `drop` ends the viewer's connection; it comes back by itself with a fresh screen. */
export interface ViewerSink {
  output(output: TerminalOutput): void;
  exit(exit: TerminalExit): void;
  /** For observers. False: it could not be taken just now. */
  picture(picture: HostPicture): boolean;
  drop(reason: string): void;
}

/** One client of one terminal: how far it has been sent the output, and how far it has shown it. */
export interface Viewer {
  readonly sink: ViewerSink;
  sent: number;
  acknowledged: number;
  /** Monotonic time since when its window is full. */
  fullSince?: number;
}
