import { OBSERVE_EVERY_MS } from "../limits.ts";

/** The screen as it stands, fit to be written to an empty terminal of that size. */
export interface ScreenPicture {
  readonly cols: number;
  readonly rows: number;
  readonly screen: string;
}

/**
 * Somebody who watches a terminal: gets pictures of the screen, not its bytes, and never faster than OBSERVE_EVERY_MS.
 * A picture that could not be taken by its receiver is gone; the next one says it all. So nobody waits for an observer.
 */
export class Observer {
  private timer: NodeJS.Timeout | undefined;
  private last = Number.NEGATIVE_INFINITY;
  private ended = false;

  /** `show` says whether its receiver could take the picture; if not, it is tried again. */
  constructor(private readonly show: () => boolean) {}

  /** The screen changed. Leading edge: a key's echo is shown at once. */
  changed(): void {
    if (this.ended || this.timer) return;
    const wait = OBSERVE_EVERY_MS - (performance.now() - this.last);
    if (wait <= 0) this.take();
    else this.timer = setTimeout(() => this.take(), wait);
  }

  end(): void {
    this.ended = true;
    clearTimeout(this.timer);
  }

  private take(): void {
    this.timer = undefined;
    if (this.ended) return;
    this.last = performance.now();
    if (!this.show()) this.changed();
  }
}
