import type { Logger } from "pino";
import type { Socket } from "socket.io";
import type { ClientEvents, ServerEvents } from "../../contracts/index.ts";
import type { LearnerRecord } from "../db/index.ts";
import { signals } from "../metrics/index.ts";
import type { HostClient, WorkspaceRegistry } from "../workspaces/index.ts";

export type BrowserSocket = Socket<ClientEvents, ServerEvents>;

export interface BrowserLinkDeps {
  readonly socket: BrowserSocket;
  readonly viewer: LearnerRecord;
  readonly workspace: string;
  readonly registry: WorkspaceRegistry;
  readonly log: Logger;
}

/**
 * One browser's socket and its own connection to the workspace host. The browser's acknowledgements reach the host, and
 * the host stops the pty without them: so at most one window of output is ever in this process.
 */
export class BrowserLink {
  readonly viewer: LearnerRecord;
  readonly workspace: string;
  private opening: Promise<HostClient> | undefined;
  private closed = false;
  /** Terminals that the page looks at. */
  private readonly attached = new Set<string>();

  constructor(private readonly deps: BrowserLinkDeps) {
    this.viewer = deps.viewer;
    this.workspace = deps.workspace;
  }

  /** By which this page alone is told something. */
  get page(): string {
    return this.deps.socket.id;
  }

  /** Opened with the first terminal. Waits while the host is being started. */
  host(): Promise<HostClient> {
    this.opening ??= this.open().catch((error: unknown) => {
      this.opening = undefined;
      throw error;
    });
    return this.opening;
  }

  looksAt(terminal: string): void {
    if (this.closed || this.attached.has(terminal)) return;
    this.attached.add(terminal);
    signals.terminals.tell(1);
  }

  looksAway(terminal: string): void {
    if (this.attached.delete(terminal)) signals.terminals.tell(-1);
  }

  /** For acknowledgements: nothing to wait for, and nothing lost when there is no host. */
  tellHost(tell: (host: HostClient) => Promise<unknown>): void {
    this.opening
      ?.then(tell)
      .catch((error: unknown) => this.deps.log.debug({ err: error }, "not told to the host"));
  }

  close(): void {
    this.closed = true;
    for (const terminal of [...this.attached]) this.looksAway(terminal);
    this.opening?.then(
      (host) => host.close(),
      () => undefined,
    );
  }

  private async open(): Promise<HostClient> {
    const { socket, registry } = this.deps;
    const host = await registry.viewer(this.workspace, {
      output: (output) => {
        // A view as a Buffer, which is what socket.io sends as it is; no copy.
        const { buffer, byteOffset, byteLength } = output.data;
        signals.output.tell(byteLength);
        socket.emit("terminal:output", { ...output, data: Buffer.from(buffer, byteOffset, byteLength) });
      },
      event: (event) => {
        if (event.event !== "terminal-exit") return;
        this.looksAway(event.exit.terminal);
        socket.emit("terminal:exit", event.exit);
      },
      closed: () => this.hostLost(),
    });
    if (this.closed) host.close();
    return host;
  }

  /**
   * The browser attaches its terminals anew whenever it connects; so a lost host is made to look like a lost connection,
   * and the page needs no second way to recover.
   */
  private hostLost(): void {
    this.opening = undefined;
    if (!this.closed) this.deps.socket.conn.close();
  }
}
