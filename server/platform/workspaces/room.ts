import type { CapacityReport, IdleNotice, WorkspaceStatus } from "../../contracts/index.ts";
import { Capacity } from "./capacity.ts";
import { IdleReaper } from "./idle-reaper.ts";
import type { WorkspaceLauncher } from "./launcher.ts";
import { KEEP_DAYS, LINE_LOOK_MS, REAP_LOOK_MS } from "./limits.ts";
import { treesCpuMs } from "./process-tree.ts";
import type { WorkspaceRegistry } from "./registry.ts";
import type { Tenancy } from "./tenancy.ts";
import { WaitingLine, type WaitingPlace, waitingWords } from "./waiting-line.ts";

export interface RoomDeps {
  readonly launcher: WorkspaceLauncher;
  readonly registry: () => WorkspaceRegistry;
  readonly tenancy: Tenancy;
  /** A browser of this learner is connected. */
  readonly connected: (learner: string) => boolean;
  /** Workspaces that the operator allows at once; undefined: as many as fit. */
  readonly configured: number | undefined;
  readonly isolation: WorkspaceStatus["isolation"];
  readonly publish: (workspace: string, status: WorkspaceStatus) => void;
  /** A page that works with it is open. */
  readonly open: (workspace: string) => boolean;
  /** To the pages that work with it; null: it is not stopped after all. */
  readonly warn: (workspace: string, notice: IdleNotice | null) => void;
  /** To the same: nobody used it, and their connection ends. */
  readonly stopped: (workspace: string) => void;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
  readonly log: { info(facts: object, message: string): void; error(facts: object, message: string): void };
}

/** What keeps a class server from running more workspaces than it can: places, a line for them, and an end for the unused. */
export class WorkspaceRoom {
  private readonly capacityOf: Capacity;
  private readonly line: WaitingLine;
  private readonly reaper: IdleReaper;
  private timers: NodeJS.Timeout[] = [];

  constructor(private readonly deps: RoomDeps) {
    const { launcher, registry, log } = deps;
    const running = () => registry().running();
    const present = async (workspace: string) => {
      const learner = await deps.tenancy.learnerOf(workspace);
      return learner !== undefined && deps.connected(learner);
    };
    this.capacityOf = new Capacity({ launcher, running, configured: deps.configured });
    this.reaper = new IdleReaper({
      ...{ running, now: deps.now ?? (() => performance.now()) },
      present: async (workspace) => deps.open(workspace),
      cpuMs: async (workspaces) => {
        const byPid = new Map(
          workspaces.flatMap((workspace) => {
            const pid = launcher.pid(workspace);
            return pid === undefined ? [] : [[pid, workspace] as const];
          }),
        );
        return new Map([...treesCpuMs([...byPid.keys()])].map(([pid, ms]) => [byPid.get(pid) ?? "", ms]));
      },
      async stop(workspace) {
        log.info({ workspace }, "nobody uses it: the workspace is stopped, its files stay");
        // First its pages: one that asks for something would start it anew.
        deps.stopped(workspace);
        await registry().stop(workspace);
      },
      warn(workspace, stopsInMs) {
        log.info({ workspace, stopsInMs }, stopsInMs === undefined ? "used again" : "nobody uses it");
        deps.warn(workspace, stopsInMs === undefined ? null : { stopsInMs, keptDays: KEEP_DAYS });
      },
    });
    this.line = new WaitingLine({
      ...{ running, present, capacity: () => this.capacityOf.places(), freeIn: () => this.reaper.freeIn() },
      start: (workspace, lab) => {
        registry()
          .control(workspace)
          .then((host) => host.openLab(lab))
          .catch((error: unknown) => log.error({ err: error, workspace }, "a place was free and not taken"));
      },
      tell: (workspace, place) => deps.publish(workspace, this.status(place)),
    });
  }

  start(): void {
    const look = (what: () => Promise<void>) => () =>
      void what().catch((error: unknown) =>
        this.deps.log.error({ err: error }, "workspaces were not looked at"),
      );
    this.timers = [
      setInterval(
        look(() => this.line.look()),
        LINE_LOOK_MS,
      ).unref(),
      setInterval(
        look(() => this.reaper.look()),
        REAP_LOOK_MS,
      ).unref(),
    ];
  }

  stop(): void {
    for (const timer of this.timers) clearInterval(timer);
  }

  /** Somebody does something in it. */
  used(workspace: string): void {
    this.reaper.used(workspace);
  }

  /** What the timers do, once: gives places away and stops what nobody uses. */
  async look(): Promise<void> {
    await this.reaper.look();
    await this.line.look();
  }

  mayStart(workspace: string): boolean {
    return this.line.mayStart(workspace);
  }

  /** Undefined: there is room. Else where the learner waits, as their page shows it. */
  claim(workspace: string, lab: string): WorkspaceStatus | undefined {
    const place = this.line.claim(workspace, lab);
    return place && this.status(place);
  }

  capacity(measureWith: string | undefined): CapacityReport {
    if (measureWith !== undefined) this.capacityOf.measure(measureWith);
    return this.capacityOf.report();
  }

  private status(place: WaitingPlace): WorkspaceStatus {
    const cluster = { kind: "practice", name: "practice cluster" } as const;
    const { isolation } = this.deps;
    return { phase: "starting", detail: waitingWords(place), cluster, isolation, since: Date.now() };
  }
}
