// The browser's end of contracts/terminal.ts: keeps the place in the output, acknowledges what was parsed, numbers the
// input and types it exactly once across reconnects. Knows neither xterm nor socket.io.
import type {
  Result,
  TerminalAck,
  TerminalAttach,
  TerminalAttached,
  TerminalExit,
  TerminalInput,
  TerminalOutput,
  TerminalSize,
} from "../../server/contracts/index.ts";
import {
  acknowledgeEvery,
  acknowledgeIdleMs,
  attachAgainMs,
  inputChunk,
  maxHeldOutput,
  maxPendingInput,
} from "./limits.ts";
import { isTerminalAnswer } from "./terminal-answers.ts";

/** Where output goes. `write` calls `parsed` when everything in it has been parsed. */
export interface TerminalScreen {
  size(): TerminalSize;
  reset(): void;
  write(data: Uint8Array | string, parsed?: () => void): void;
}

export interface TerminalLinkDeps {
  readonly terminal: string;
  /** One per page load and terminal. */
  readonly writer: string;
  readonly screen: TerminalScreen;
  attach(request: TerminalAttach): Promise<Result<TerminalAttached>>;
  input(request: TerminalInput): Promise<Result<{ seq: number }>>;
  resize(size: TerminalSize): void;
  acknowledge(ack: TerminalAck): void;
  /** Calls back once after `ms`; returns how to cancel. */
  later(ms: number, callback: () => void): () => void;
  onState(state: LinkState): void;
  onNotice(notice: LinkNotice): void;
}

/** For the learner: a case of ours, or the words of whoever refused. */
export type LinkNotice = "full" | "lost" | { readonly words: string };

export type LinkState =
  | { phase: "detached" }
  | { phase: "attaching" }
  | { phase: "attached"; pid: number }
  | { phase: "exited"; exitCode: number }
  | { phase: "refused"; message: string };

export class TerminalLink {
  readonly #deps: TerminalLinkDeps;
  #state: LinkState = { phase: "detached" };
  #epoch: string | undefined;
  /** Everything before it was handed to the screen. */
  #received = 0;
  #parsed = 0;
  #acknowledged = 0;
  #held: TerminalOutput[] = [];
  #heldBytes = 0;
  #replays = 0;
  #nextSeq = 1;
  #pending: TerminalInput[] = [];
  #pendingSize = 0;
  /** The size that the shell was last told. */
  #told: TerminalSize | undefined;
  #cancelIdleAck: () => void = () => undefined;
  /** Each attach outdates the one before. */
  #attempt = 0;

  constructor(deps: TerminalLinkDeps) {
    this.#deps = deps;
  }

  state(): LinkState {
    return this.#state;
  }

  /** After connecting, and again after every reconnect. Keeps the place; `fresh` starts a new shell's screen. */
  async attach(options: { fresh?: boolean } = {}): Promise<void> {
    if (options.fresh) this.#epoch = undefined;
    this.#attempt += 1;
    const attempt = this.#attempt;
    this.#held = [];
    this.#heldBytes = 0;
    this.#become({ phase: "attaching" });
    const place = this.#epoch === undefined ? {} : { after: this.#received, epoch: this.#epoch };
    const size = this.#deps.screen.size();
    this.#told = size;
    const result = await this.#deps.attach({ terminal: this.#deps.terminal, ...size, ...place });
    if (attempt !== this.#attempt) return;
    if (!result.ok) {
      this.#become({ phase: "refused", message: result.error.message });
      if (result.error.code === "unavailable" || result.error.code === "timeout")
        this.#deps.later(attachAgainMs, () => {
          if (attempt === this.#attempt) void this.attach();
        });
      return;
    }
    const { value } = result;
    if (value.mode === "resume" && this.#epoch !== undefined && value.epoch !== this.#epoch) {
      // Our place belongs to a shell that is gone; ask for all of the new one.
      await this.attach({ fresh: true });
      return;
    }
    this.#enter(value);
  }

  /** The connection is gone. Input typed meanwhile is kept and sent after the next attach. */
  detach(): void {
    this.#attempt += 1;
    this.#cancelIdleAck();
    if (this.#state.phase !== "exited") this.#become({ phase: "detached" });
  }

  output(output: TerminalOutput): void {
    if (output.terminal !== this.#deps.terminal) return;
    if (this.#state.phase === "attaching") {
      this.#heldBytes += output.data.byteLength;
      if (this.#heldBytes <= maxHeldOutput) this.#held.push(output);
      return;
    }
    if (this.#state.phase === "attached") this.#take(output);
  }

  exited(exit: TerminalExit): void {
    if (exit.terminal !== this.#deps.terminal || exit.epoch !== this.#epoch) return;
    this.#dropPending();
    this.#become({ phase: "exited", exitCode: exit.exitCode });
  }

  /** The screen has another size. While an attach is under way it is told after it: the answer may be of the old one. */
  resized(): void {
    const size = this.#deps.screen.size();
    if (this.#state.phase !== "attached") return;
    if (this.#told?.cols === size.cols && this.#told.rows === size.rows) return;
    this.#told = size;
    this.#deps.resize(size);
  }

  /** What xterm wants to send: typed text, pastes, answers to a program's questions. */
  input(data: string): void {
    if (this.#replays > 0 && isTerminalAnswer(data)) return;
    if (this.#state.phase === "exited" || data === "") return;
    if (this.#pendingSize + data.length > maxPendingInput) {
      this.#deps.onNotice("full");
      return;
    }
    for (let start = 0; start < data.length; start += inputChunk) {
      const input: TerminalInput = {
        terminal: this.#deps.terminal,
        writer: this.#deps.writer,
        seq: this.#nextSeq,
        data: data.slice(start, start + inputChunk),
      };
      this.#nextSeq += 1;
      this.#pending.push(input);
      this.#pendingSize += input.data.length;
      if (this.#state.phase === "attached") this.#send(input);
    }
  }

  /** Characters typed that the host has not taken yet. */
  pendingSize(): number {
    return this.#pendingSize;
  }

  #enter(attached: TerminalAttached): void {
    const newShell = attached.epoch !== this.#epoch;
    if (newShell && this.#epoch !== undefined && this.#pending.length > 0) {
      // Half a command typed for a dead shell must not run in its successor.
      this.#dropPending();
      this.#deps.onNotice("lost");
    }
    this.#epoch = attached.epoch;
    if (attached.mode === "snapshot") {
      this.#deps.screen.reset();
      this.#place(attached.offset);
      if (attached.screen) {
        this.#replays += 1;
        this.#deps.screen.write(attached.screen, () => {
          this.#replays -= 1;
        });
      }
    } else if (newShell) {
      this.#deps.screen.reset();
      this.#place(attached.offset);
    }
    this.#become({ phase: "attached", pid: attached.pid });
    this.resized();
    if (attached.notice) this.#deps.onNotice({ words: attached.notice });
    // The host's window starts afresh with this attach; tell it where we are.
    this.#acknowledge();
    const held = this.#held;
    const overflown = this.#heldBytes > maxHeldOutput;
    this.#held = [];
    this.#heldBytes = 0;
    for (const output of held) this.#take(output);
    if (overflown) void this.attach();
    else for (const input of this.#pending) this.#send(input);
  }

  #place(offset: number): void {
    this.#received = offset;
    this.#parsed = offset;
    this.#acknowledged = offset;
  }

  #take(output: TerminalOutput): void {
    if (output.epoch !== this.#epoch) return;
    const end = output.offset + output.data.byteLength;
    if (end <= this.#received) return; // seen before the reconnect
    if (output.offset > this.#received) {
      // A gap: never show output with a hole in it.
      void this.attach();
      return;
    }
    const fresh = output.data.subarray(this.#received - output.offset);
    this.#received = end;
    this.#deps.screen.write(fresh, () => this.#handleParsed(output.epoch, end));
  }

  #handleParsed(epoch: string, end: number): void {
    if (epoch !== this.#epoch || end <= this.#parsed) return;
    this.#parsed = end;
    this.#cancelIdleAck();
    if (this.#parsed - this.#acknowledged >= acknowledgeEvery) this.#acknowledge();
    else this.#cancelIdleAck = this.#deps.later(acknowledgeIdleMs, () => this.#acknowledge());
  }

  #acknowledge(): void {
    if (this.#state.phase !== "attached" || this.#epoch === undefined) return;
    this.#acknowledged = this.#parsed;
    this.#deps.acknowledge({ terminal: this.#deps.terminal, epoch: this.#epoch, offset: this.#parsed });
  }

  #send(input: TerminalInput): void {
    const attempt = this.#attempt;
    void this.#deps.input(input).then((result) => {
      if (result.ok) {
        this.#settle(input.seq);
        return;
      }
      const { code, message } = result.error;
      // Not taken, perhaps: it stays and is sent again, in order, after the next attach.
      if (code === "unavailable" || code === "timeout") {
        if (code === "timeout" && attempt === this.#attempt && this.#state.phase === "attached")
          void this.attach();
        return;
      }
      this.#settle(input.seq);
      this.#deps.onNotice({ words: message });
    });
  }

  #settle(seq: number): void {
    const settled = this.#pending.find((input) => input.seq === seq);
    if (!settled) return;
    this.#pending = this.#pending.filter((input) => input !== settled);
    this.#pendingSize -= settled.data.length;
  }

  #dropPending(): void {
    this.#pending = [];
    this.#pendingSize = 0;
  }

  #become(state: LinkState): void {
    this.#state = state;
    this.#deps.onState(state);
  }
}
