import type { Logger } from "pino";
import type { HostEvent } from "../../contracts/host-protocol.ts";
import type { StepConditions, WorkspaceStatus } from "../../contracts/index.ts";
import { signals } from "../metrics/index.ts";
import { HostClient, type HostClientEvents, HostError } from "./host-client.ts";
import type { WorkspaceLauncher } from "./launcher.ts";
import { HOST_RESTART_MS, HOST_SETTLED_MS, WAIT_FOR_HOST_MS } from "./limits.ts";

export interface WorkspaceEvents {
  status(workspace: string, status: WorkspaceStatus): void;
  conditions(workspace: string, conditions: StepConditions): void;
}

export interface RegistryDeps {
  readonly launcher: WorkspaceLauncher;
  readonly events: WorkspaceEvents;
  /** Whether there is room to start this one; without it there always is. */
  readonly mayStart?: (workspace: string) => boolean;
  readonly log: Logger;
}

/** The workspaces this web process uses: keeps one control connection to each, and brings a dead host back. */
export class WorkspaceRegistry {
  private readonly held = new Map<string, HeldWorkspace>();
  private readonly closed = new Set<string>();

  constructor(private readonly deps: RegistryDeps) {}

  /** The control connection, once the host is up. */
  async control(workspace: string): Promise<HostClient> {
    return this.hold(workspace).client();
  }

  /** A connection of its own for a browser: its output and its back-pressure are nobody else's. */
  async viewer(workspace: string, events: HostClientEvents): Promise<HostClient> {
    await this.control(workspace);
    return HostClient.connect(await this.deps.launcher.ensure(workspace), "viewer", events);
  }

  /** What the host said last; undefined before the first word. */
  lastStatus(workspace: string): WorkspaceStatus | undefined {
    return this.held.get(workspace)?.status;
  }

  /** The phase of each workspace that is held; "starting" before its first word. */
  phases(): WorkspaceStatus["phase"][] {
    return [...this.held.values()].map(({ status }) => status?.phase ?? "starting");
  }

  /** Those that are held: they run, or are being started. */
  running(): string[] {
    return [...this.held.keys()];
  }

  /** Takes up the workspaces that an earlier web process left running. */
  async adopt(): Promise<string[]> {
    const running = await this.deps.launcher.running();
    for (const workspace of running) {
      this.take(workspace)
        .client()
        .catch((error: unknown) =>
          this.deps.log.warn({ err: error, workspace }, "a running workspace could not be taken up"),
        );
    }
    return running;
  }

  /** Lets go of all connections; the hosts live on. */
  release(): void {
    for (const workspace of this.held.values()) workspace.release();
    this.held.clear();
  }

  /** Ends this one; whoever wants it next starts it anew. Its files and its cluster stay. */
  async stop(workspace: string): Promise<void> {
    this.held.get(workspace)?.release();
    this.held.delete(workspace);
    await this.deps.launcher.stop(workspace);
  }

  /** Ends this one and does the work; meanwhile nobody can start it. */
  async whileStopped(workspace: string, work: () => Promise<void>): Promise<void> {
    this.closed.add(workspace);
    try {
      // One that is only just being started could not be ended yet.
      await this.held
        .get(workspace)
        ?.client()
        .catch(() => undefined);
      await this.stop(workspace);
      await work();
    } finally {
      this.closed.delete(workspace);
    }
  }

  async stopAll(): Promise<void> {
    this.release();
    const running = await this.deps.launcher.running();
    await Promise.all(running.map((workspace) => this.deps.launcher.stop(workspace)));
  }

  /** Ends the workspace and deletes everything it holds. */
  async discard(workspace: string): Promise<void> {
    this.held.get(workspace)?.release();
    this.held.delete(workspace);
    await this.deps.launcher.discard(workspace);
  }

  private hold(workspace: string): HeldWorkspace {
    if (this.closed.has(workspace))
      throw new HostError("unavailable", "Your workspace is being restored; it starts again in a moment.");
    const existing = this.held.get(workspace);
    if (existing) return existing;
    if (this.deps.mayStart?.(workspace) === false)
      throw new HostError("unavailable", "This server is full; your workspace starts when a place is free.");
    return this.take(workspace);
  }

  private take(workspace: string): HeldWorkspace {
    const held = new HeldWorkspace(workspace, this.deps);
    this.held.set(workspace, held);
    return held;
  }
}

class HeldWorkspace {
  status: WorkspaceStatus | undefined;
  private current: HostClient | undefined;
  private connecting: Promise<HostClient> | undefined;
  private released = false;
  private attempt = 0;
  private upSince = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly workspace: string,
    private readonly deps: RegistryDeps,
  ) {}

  async client(): Promise<HostClient> {
    if (this.released) throw new HostError("unavailable", "The server is going down.");
    if (this.current?.open) return this.current;
    this.connecting ??= this.connect();
    return within(this.connecting, WAIT_FOR_HOST_MS);
  }

  release(): void {
    this.released = true;
    clearTimeout(this.timer);
    this.current?.close();
  }

  private async connect(): Promise<HostClient> {
    try {
      const address = await this.deps.launcher.ensure(this.workspace);
      const client = await HostClient.connect(address, "control", {
        event: (event) => this.heard(event),
        closed: () => this.lost(),
      });
      this.current = client;
      this.upSince = performance.now();
      if (this.released) client.close();
      else this.say(await client.status());
      return client;
    } catch (error) {
      this.scheduleRestart();
      throw error;
    } finally {
      this.connecting = undefined;
    }
  }

  private heard(event: HostEvent): void {
    switch (event.event) {
      case "status":
        // The host says so of its cluster; of a lost host we say it ourselves.
        if (event.status.phase === "recovering" && this.status?.phase !== "recovering")
          signals.clusterRestart.tell(this.workspace);
        this.say(event.status);
        return;
      case "conditions":
        this.deps.events.conditions(this.workspace, event.conditions);
        return;
      case "welcome":
      case "terminal-exit":
      case "terminal-picture":
        return; // the first is the handshake's, the second belongs to viewers
    }
  }

  private lost(): void {
    if (this.released) return;
    this.current = undefined;
    this.deps.log.warn({ workspace: this.workspace }, "the workspace host is gone");
    signals.hostRestart.tell(this.workspace);
    if (performance.now() - this.upSince > HOST_SETTLED_MS) this.attempt = 0;
    if (this.status) {
      this.say({
        ...this.status,
        phase: "recovering",
        detail: "Your workspace stopped and is being started again. Your files are safe.",
        since: Date.now(),
      });
    }
    this.scheduleRestart();
  }

  private scheduleRestart(): void {
    if (this.released) return;
    clearTimeout(this.timer);
    const wait = HOST_RESTART_MS[Math.min(this.attempt++, HOST_RESTART_MS.length - 1)];
    this.timer = setTimeout(() => {
      this.client().catch((error: unknown) =>
        this.deps.log.error({ err: error, workspace: this.workspace }, "the workspace host does not start"),
      );
    }, wait).unref();
  }

  private say(status: WorkspaceStatus): void {
    this.status = status;
    this.deps.events.status(this.workspace, status);
  }
}

function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new HostError("timeout", "The workspace takes too long to start.")), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
