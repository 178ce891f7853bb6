import type { TerminalAttached, TerminalInput, TerminalSize } from "../../contracts/index.ts";
import { tooLarge, unavailable } from "../errors.ts";
import {
  COALESCE_BYTES,
  COALESCE_MS,
  MIRROR_PENDING,
  PAUSE_ABOVE,
  RESUME_BELOW,
  RING_BYTES,
  STALLED_AFTER_MS,
} from "../limits.ts";
import { InputSequence, isTerminalAnswer } from "./input-sequence.ts";
import { InputWriter } from "./input-writer.ts";
import type { ScreenPicture } from "./observer.ts";
import { OutputRing } from "./output-ring.ts";
import { ScreenMirror } from "./screen-mirror.ts";
import { completeLength } from "./sequence-boundary.ts";
import { type Shell, type ShellCommand, startShell } from "./shell.ts";
import type { Viewer, ViewerSink } from "./viewer.ts";

export interface SessionOptions {
  readonly terminal: string;
  readonly epoch: string;
  readonly size: TerminalSize;
  readonly command: ShellCommand;
  /** Shown above the new shell: what was on the screen of the one before it. */
  readonly preface?: string;
  readonly notice?: string;
  readonly onExit?: (exitCode: number) => void;
  /** What is on the screen changed. */
  readonly onPicture?: () => void;
}

/** How far a client has shown which shell's output. */
export interface OutputPlace {
  readonly after?: number | undefined;
  readonly epoch?: string | undefined;
}

const nothing = new Uint8Array();

/** One shell, its screen, and everybody who looks at it. Lives without any viewer. */
export class TerminalSession {
  readonly terminal: string;
  readonly epoch: string;
  /** Changed since the last save. */
  dirty = true;
  private readonly ring = new OutputRing(RING_BYTES);
  private readonly mirror: ScreenMirror;
  private readonly shell: Shell;
  private readonly writer: InputWriter;
  private readonly sequence = new InputSequence();
  private readonly viewers = new Set<Viewer>();
  private held: Uint8Array = nothing;
  private exitCode: number | undefined;
  private paused = false;
  private flushedAt = 0;
  private flushed = 0;
  private flushTimer: NodeJS.Timeout | undefined;
  private stallTimer: NodeJS.Timeout | undefined;
  private leader: ViewerSink | undefined;

  constructor(private readonly options: SessionOptions) {
    this.terminal = options.terminal;
    this.epoch = options.epoch;
    this.mirror = new ScreenMirror(options.size);
    if (options.preface) this.receive(Buffer.from(options.preface));
    this.shell = startShell(options.command, options.size, {
      data: (data) => {
        this.writer.begin();
        this.receive(data);
      },
      exit: (exitCode) => this.end(exitCode),
    });
    this.writer = new InputWriter(this.shell);
  }

  get ended(): boolean {
    return this.exitCode !== undefined;
  }

  get pid(): number {
    return this.shell.pid;
  }

  get viewerCount(): number {
    return this.viewers.size;
  }

  /** The rest of the output when its place is still known, else the screen. Output flows once `begin` is called. */
  attach(sink: ViewerSink, place: OutputPlace): { answer: TerminalAttached; begin: () => void } {
    this.detach(sink);
    const after = place.epoch === this.epoch ? place.after : undefined;
    const resumes = after !== undefined && after >= this.ring.start && after <= this.ring.end;
    const picture = resumes ? undefined : this.mirror.snapshot();
    const from = picture ? picture.offset : (after ?? 0);
    const viewer: Viewer = { sink, sent: from, acknowledged: from };
    this.leader = sink;
    return {
      answer: {
        terminal: this.terminal,
        epoch: this.epoch,
        pid: this.shell.pid,
        mode: picture ? "snapshot" : "resume",
        offset: from,
        ...(picture && { screen: picture.screen }),
        ...(picture && this.options.notice && { notice: this.options.notice }),
      },
      begin: () => {
        this.viewers.add(viewer);
        this.send(viewer);
        if (this.exitCode !== undefined) this.sayExit(viewer, this.exitCode);
        this.steer();
      },
    };
  }

  detach(sink: ViewerSink): void {
    for (const viewer of this.viewers) if (viewer.sink === sink) this.viewers.delete(viewer);
    if (this.leader === sink) this.leader = undefined;
    this.steer();
  }

  acknowledge(sink: ViewerSink, offset: number): void {
    for (const viewer of this.viewers) {
      if (viewer.sink !== sink) continue;
      const upTo = Math.min(viewer.sent, offset);
      viewer.acknowledged = Math.max(viewer.acknowledged, upTo);
    }
    this.steer();
  }

  input(sink: ViewerSink, { writer, seq, data }: TerminalInput): void {
    if (!this.sequence.isNew(writer, seq)) return;
    if (this.ended) throw unavailable("The shell of this terminal has ended.");
    if (isTerminalAnswer(data)) {
      if (this.leader !== undefined && this.leader !== sink) {
        this.sequence.taken(writer, seq);
        return;
      }
    } else {
      this.leader = sink;
    }
    if (!this.writer.write(data)) {
      throw tooLarge("The program in this terminal does not read its input; press Ctrl-C, then try again.");
    }
    this.sequence.taken(writer, seq);
  }

  /** Typed by somebody who helps. Their terminal's own answers to a program's questions are not the learner's. */
  assist(data: string): void {
    if (isTerminalAnswer(data)) return;
    if (this.ended) throw unavailable("The shell of this terminal has ended.");
    if (!this.writer.write(data)) throw tooLarge("The program in this terminal does not read its input.");
  }

  picture(): ScreenPicture {
    return this.mirror.picture();
  }

  resize(size: TerminalSize): void {
    this.mirror.resize(size);
    this.shell.resize(size);
    this.dirty = true;
    this.options.onPicture?.();
  }

  /** A sentence of the workspace's own, between lines of what the programs say. */
  say(sentence: string): void {
    if (!this.ended) this.receive(Buffer.from(`\r\n\x1b[33m── ${sentence} ──\x1b[0m\r\n`));
  }

  keepsake(): { screen: string; cwd: string | undefined } {
    // What the mirror has still to parse is for the next time.
    this.dirty = this.mirror.pending > 0;
    return { screen: this.mirror.keepsake(), cwd: this.shell.cwd() };
  }

  dispose(): void {
    clearTimeout(this.flushTimer);
    clearTimeout(this.stallTimer);
    this.writer.dispose();
    this.viewers.clear();
    this.shell.kill();
    this.mirror.dispose();
  }

  private receive(data: Uint8Array): void {
    this.dirty = true;
    this.ring.push(data);
    const unshown = this.held.length > 0 ? Buffer.concat([this.held, data]) : data;
    const complete = completeLength(unshown);
    this.held = complete === unshown.length ? nothing : unshown.subarray(complete);
    if (complete > 0) this.mirror.write(unshown.subarray(0, complete), () => this.shown());
    this.schedule();
    this.steer();
  }

  private shown(): void {
    if (this.paused) this.steer();
    this.options.onPicture?.();
  }

  // Leading edge: a key's echo goes out at once; only a stream of output is collected.
  private schedule(): void {
    const quiet = performance.now() - this.flushedAt;
    if (quiet >= COALESCE_MS || this.ring.end - this.flushed >= COALESCE_BYTES) this.flush();
    else this.flushTimer ??= setTimeout(() => this.flush(), COALESCE_MS - quiet);
  }

  private flush(): void {
    clearTimeout(this.flushTimer);
    this.flushTimer = undefined;
    this.flushedAt = performance.now();
    this.flushed = this.ring.end;
    for (const viewer of this.viewers) this.send(viewer);
  }

  private send(viewer: Viewer): void {
    while (viewer.sent < this.ring.end) {
      const data = this.ring.read(viewer.sent, COALESCE_BYTES);
      if (!data) {
        this.viewers.delete(viewer);
        viewer.sink.drop("The client is too far behind.");
        return;
      }
      const offset = viewer.sent;
      viewer.sent += data.length;
      viewer.sink.output({ terminal: this.terminal, epoch: this.epoch, offset, data });
    }
  }

  /** Pauses the pty while somebody's window (or the mirror) is full, and lets it go on when nobody's is. */
  private steer(): void {
    if (this.ended) return;
    const limit = this.paused ? RESUME_BELOW : PAUSE_ABOVE;
    const now = performance.now();
    let full = 0;
    for (const viewer of this.viewers) {
      if (this.ring.end - viewer.acknowledged <= limit) viewer.fullSince = undefined;
      else {
        full++;
        viewer.fullSince ??= now;
      }
    }
    if (full > 0 && full < this.viewers.size) this.watchStalled();
    const mirrorLimit = this.paused ? MIRROR_PENDING / 2 : MIRROR_PENDING;
    const pause = full > 0 || this.mirror.pending > mirrorLimit;
    if (pause === this.paused) return;
    this.paused = pause;
    if (!pause) {
      this.shell.resume();
      return;
    }
    this.shell.pause();
    // Nothing more will come to be collected with it; a timer would only make everybody wait.
    this.flush();
  }

  /** One page that sleeps must not stop the others that look at the same terminal. */
  private watchStalled(): void {
    this.stallTimer ??= setTimeout(() => {
      this.stallTimer = undefined;
      const now = performance.now();
      for (const viewer of this.viewers) {
        if (viewer.fullSince === undefined || now - viewer.fullSince < STALLED_AFTER_MS - 1) continue;
        this.viewers.delete(viewer);
        viewer.sink.drop("The client did not show its output for too long.");
      }
      this.steer();
    }, STALLED_AFTER_MS).unref();
  }

  private end(exitCode: number): void {
    this.exitCode = exitCode;
    this.dirty = true;
    this.writer.dispose();
    this.flush();
    for (const viewer of this.viewers) this.sayExit(viewer, exitCode);
    this.options.onExit?.(exitCode);
  }

  private sayExit(viewer: Viewer, exitCode: number): void {
    viewer.sink.exit({ terminal: this.terminal, epoch: this.epoch, exitCode });
  }
}
