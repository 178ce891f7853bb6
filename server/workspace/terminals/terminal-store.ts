import { randomUUID } from "node:crypto";
import type {
  TerminalAck,
  TerminalAttach,
  TerminalAttached,
  TerminalInput,
  TerminalResize,
  TerminalSize,
} from "../../contracts/index.ts";
import { notFound, tooMany } from "../errors.ts";
import { MAX_OBSERVERS, MAX_TERMINALS, SNAPSHOT_EVERY_MS } from "../limits.ts";
import type { Keepsake, KeepsakeFolder } from "./keepsakes.ts";
import { Observer } from "./observer.ts";
import type { ShellCommand } from "./shell.ts";
import { TerminalSession } from "./terminal-session.ts";
import type { ViewerSink } from "./viewer.ts";

export interface TerminalStoreDeps {
  /** Resolves when a shell may start: its environment is complete then. */
  readonly command: (cwd: string | undefined) => Promise<ShellCommand>;
  readonly keepsakes: KeepsakeFolder;
}

/** The workspace's terminals by name. A name whose shell has ended gets a new shell at the next attach. */
export class TerminalStore {
  private readonly sessions = new Map<string, TerminalSession>();
  private readonly opening = new Map<string, Promise<TerminalSession>>();
  private readonly observers = new Map<ViewerSink, { terminal: string; observer: Observer }>();
  private readonly timer = setInterval(() => this.save(), SNAPSHOT_EVERY_MS).unref();

  private typed = false;

  constructor(private readonly deps: TerminalStoreDeps) {}

  /** Whether anything was typed, by whomever, since this was last forgotten. */
  get typedInto(): boolean {
    return this.typed;
  }

  forgetTyping(): void {
    this.typed = false;
  }

  async attach(
    sink: ViewerSink,
    request: TerminalAttach,
  ): Promise<{ answer: TerminalAttached; begin: () => void }> {
    const session = await this.running(request.terminal, request);
    session.resize(request);
    return session.attach(sink, request);
  }

  detach(sink: ViewerSink, terminal: string): void {
    this.sessions.get(terminal)?.detach(sink);
  }

  detachAll(sink: ViewerSink): void {
    this.unobserve(sink);
    for (const session of this.sessions.values()) session.detach(sink);
  }

  /** Ends the shell with all it runs. The name is free again; nothing of it comes back after a restart. */
  close(terminal: string): void {
    this.sessions.get(terminal)?.dispose();
    this.sessions.delete(terminal);
    this.deps.keepsakes.forget(terminal);
  }

  names(): string[] {
    return [...this.sessions.keys()];
  }

  /** Pictures of one terminal for this sink, now and whenever it changes; in place of those of another terminal. */
  observe(sink: ViewerSink, terminal: string): void {
    this.unobserve(sink);
    const watching = [...this.observers.values()].filter((one) => one.terminal === terminal);
    if (watching.length >= MAX_OBSERVERS)
      throw tooMany("Too many people watch this terminal; one of them has to stop first.");
    const observer = new Observer(() => {
      const session = this.sessions.get(terminal);
      return session === undefined || sink.picture({ terminal, ...session.picture() });
    });
    this.observers.set(sink, { terminal, observer });
    observer.changed();
  }

  unobserve(sink: ViewerSink): void {
    this.observers.get(sink)?.observer.end();
    this.observers.delete(sink);
  }

  /** Typed by somebody who helps, with the learner's consent: that is judged by who asks us. */
  assist({ terminal, data }: { terminal: string; data: string }): void {
    this.typed = true;
    this.existing(terminal).assist(data);
  }

  acknowledge(sink: ViewerSink, { terminal, epoch, offset }: TerminalAck): void {
    const session = this.sessions.get(terminal);
    if (session?.epoch === epoch) session.acknowledge(sink, offset);
  }

  input(sink: ViewerSink, input: TerminalInput): void {
    this.typed = true;
    this.existing(input.terminal).input(sink, input);
  }

  resize({ terminal, cols, rows }: TerminalResize): void {
    this.existing(terminal).resize({ cols, rows });
  }

  /** Told in every terminal. */
  say(sentence: string): void {
    for (const session of this.sessions.values()) session.say(sentence);
  }

  /** The processes that were started for the terminals. */
  get pids(): number[] {
    return [...this.sessions.values()].filter(({ ended }) => !ended).map(({ pid }) => pid);
  }

  /** Writes what changed to disk, so that a new host can show it again. */
  save(): void {
    for (const session of this.sessions.values()) {
      if (session.dirty && !session.ended) this.deps.keepsakes.save(session.terminal, session.keepsake());
    }
  }

  dispose(): void {
    clearInterval(this.timer);
    for (const { observer } of this.observers.values()) observer.end();
    this.observers.clear();
    for (const session of this.sessions.values()) session.dispose();
    this.sessions.clear();
  }

  private changed(terminal: string): void {
    for (const { terminal: watched, observer } of this.observers.values())
      if (watched === terminal) observer.changed();
  }

  private existing(terminal: string): TerminalSession {
    const session = this.sessions.get(terminal);
    if (!session) throw notFound(`There is no terminal "${terminal}"; attach to it first.`);
    return session;
  }

  private running(terminal: string, size: TerminalSize): Promise<TerminalSession> {
    const session = this.sessions.get(terminal);
    if (session && !session.ended) return Promise.resolve(session);
    const already = this.opening.get(terminal);
    if (already) return already;
    if (!session && this.sessions.size + this.opening.size >= MAX_TERMINALS) {
      throw tooMany(`A workspace has at most ${MAX_TERMINALS} terminals; close one of them first.`);
    }
    const opening = this.open(terminal, size, session).finally(() => this.opening.delete(terminal));
    this.opening.set(terminal, opening);
    return opening;
  }

  private async open(
    terminal: string,
    size: TerminalSize,
    before?: TerminalSession,
  ): Promise<TerminalSession> {
    const keepsake = before ? undefined : this.deps.keepsakes.load(terminal);
    const command = await this.deps.command(keepsake?.cwd);
    before?.dispose();
    const session = new TerminalSession({
      terminal,
      epoch: randomUUID(),
      size: { cols: size.cols, rows: size.rows },
      command,
      ...(keepsake && { preface: preface(keepsake), notice: RESTARTED }),
      ...(before && { notice: "The shell had ended; this is a new one." }),
      onExit: () => this.deps.keepsakes.forget(terminal),
      onPicture: () => this.changed(terminal),
    });
    this.sessions.set(terminal, session);
    this.changed(terminal);
    // Written at once: a host that dies in its first seconds has had a shell, too, and the next one shall say so.
    this.deps.keepsakes.save(terminal, session.keepsake());
    return session;
  }
}

const RESTARTED =
  "The workspace was restarted: this is a new shell in the same folder. Your files are as you left them.";

/** The old screen, then a line that says what happened, then a sane terminal for the new shell. */
function preface({ screen }: Keepsake): string {
  return `${screen}\x1b[?1049l\x1b[!p\x1b[0m\r\n\x1b[2m── ${RESTARTED} ──\x1b[0m\r\n`;
}
