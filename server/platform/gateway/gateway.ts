import type { Server as HttpServer, IncomingMessage } from "node:http";
import type { Logger } from "pino";
import { Server } from "socket.io";
import type {
  BoardRow,
  ClientEvents,
  IdleNotice,
  LabProgress,
  ServerEvents,
  StepConditions,
  WorkspaceStatus,
} from "../../contracts/index.ts";
import type { Origins, Viewers } from "../auth/index.ts";
import type { Board, Classroom, HelpDesk, HelpNewsPort, Progress } from "../classroom/index.ts";
import type { Database, SessionRecord } from "../db/index.ts";
import { signals } from "../metrics/index.ts";
import type { StudyDesk } from "../study/index.ts";
import type { Tenancy, WorkspaceRegistry } from "../workspaces/index.ts";
import { BrowserLink, type BrowserSocket } from "./browser-link.ts";
import { type ClassNewsPort, classNews } from "./class-news.ts";
import { Dispatch } from "./dispatch.ts";
import { createHandlers } from "./handlers.ts";
import { helpNews } from "./help-news.ts";
import { HelpWatch } from "./help-watch.ts";
import { MAX_MESSAGE_BYTES, MAX_SOCKETS, MAX_SOCKETS_PER_LEARNER } from "./limits.ts";
import { benchRoom, boardRoom, classRoom, learnerRoom, staffRoom, workspaceRoom } from "./rooms.ts";
import { SessionWatch } from "./session-watch.ts";

export interface GatewayDeps {
  readonly http: HttpServer;
  readonly origins: Origins;
  readonly viewers: Viewers;
  /** Sessions can end while their sockets are open: in a class. On a laptop nothing needs to be looked up. */
  readonly watchSessions: boolean;
  readonly db: () => Promise<Database>;
  readonly registry: WorkspaceRegistry;
  readonly progress: Progress;
  readonly board: Board;
  readonly desk: HelpDesk;
  readonly tenancy: Tenancy;
  readonly classroom: Classroom;
  /** Where a learner waits while the server is full; absent: it never is. */
  readonly claimPlace?: (workspace: string, lab: string) => WorkspaceStatus | undefined;
  readonly study: StudyDesk;
  /** Somebody does something in this workspace. */
  readonly used?: (workspace: string) => void;
  /** Somebody came or went. */
  readonly presenceChanged: (learner: string) => void;
  readonly log: Logger;
}

/** The browsers' door. Nobody is on the other side of it who is not signed in from one of our own pages. */
export class Gateway {
  private readonly io: Server<ClientEvents, ServerEvents>;
  private readonly viewers = new WeakMap<IncomingMessage, SessionRecord>();
  private readonly present = new Map<string, number>();
  private readonly watches = new Set<HelpWatch>();
  readonly helpNews: HelpNewsPort;
  readonly classNews: ClassNewsPort;
  private readonly sessions = new Map<BrowserSocket, string>();
  private readonly sessionWatch: SessionWatch;

  constructor(private readonly deps: GatewayDeps) {
    this.io = new Server(deps.http, {
      transports: ["websocket"],
      // Next's live reload has a socket of its own on this port.
      destroyUpgrade: false,
      perMessageDeflate: false,
      serveClient: false,
      maxHttpBufferSize: MAX_MESSAGE_BYTES,
      connectTimeout: 10_000,
      allowRequest: (request, decide) => {
        this.admit(request).then(
          (refusal) => decide(refusal, refusal === undefined),
          (error: unknown) => {
            deps.log.error({ err: error }, "a socket could not be judged");
            decide("unavailable", false);
          },
        );
      },
    });
    this.helpNews = helpNews(this.io);
    this.classNews = classNews(this.io);
    deps.desk.onEnd((session) => {
      for (const watch of this.watches) watch.end(session);
    });
    this.sessionWatch = new SessionWatch({
      open: () => new Set(this.sessions.values()),
      standing: async (ids) => (await deps.db()).people.standing(ids),
      ended: (session) => this.endSession(session),
      log: deps.log,
    });
    if (deps.watchSessions) this.sessionWatch.start();
    this.io.on("connection", (socket) => {
      this.welcome(socket).catch((error: unknown) => {
        deps.log.error({ err: error }, "a socket could not be served");
        socket.disconnect(true);
      });
    });
  }

  connected(learner: string): boolean {
    return (this.present.get(learner) ?? 0) > 0;
  }

  /** How many are here, and with how many pages. */
  presence(): { readonly learners: number; readonly sockets: number } {
    return { learners: this.present.size, sockets: this.io.engine.clientsCount };
  }

  publishStatus(workspace: string, status: WorkspaceStatus): void {
    this.io.to(workspaceRoom(workspace)).emit("workspace", status);
  }

  /** A page that works with it is open. */
  atWork(workspace: string): boolean {
    return this.io.sockets.adapter.rooms.has(benchRoom(workspace));
  }

  publishIdle(workspace: string, notice: IdleNotice | null): void {
    this.io.to(benchRoom(workspace)).emit("workspace:idle", notice);
  }

  /** Nobody used it: its pages are told, and ask for nothing until somebody says so. */
  endWork(workspace: string, keptUntil: number): void {
    this.io.to(benchRoom(workspace)).emit("workspace:stopped", { keptUntil });
    this.io.in(benchRoom(workspace)).disconnectSockets(true);
  }

  publishConditions(workspace: string, conditions: StepConditions): void {
    for (const { status } of conditions.results) signals.condition.tell(status);
    this.io.to(workspaceRoom(workspace)).emit("conditions", conditions);
  }

  publishProgress(learner: string, progress: LabProgress): void {
    this.io.to(learnerRoom(learner)).emit("progress", progress);
  }

  publishBoard(rows: BoardRow[]): void {
    if (rows.length > 0) this.io.to(boardRoom).emit("board", rows);
  }

  /** Some sessions may have ended, or their people's rights changed: their sockets go now, and not only at the next look. */
  recheckSessions(): void {
    this.sessionWatch.look();
  }

  private endSession(session: string): void {
    for (const [socket, its] of this.sessions) {
      if (its !== session) continue;
      socket.emit("signed-out");
      socket.disconnect(true);
    }
  }

  /** Tells every page, then lets go. Their terminals live on. */
  async drain(): Promise<void> {
    this.sessionWatch.stop();
    this.io.emit("drain");
    await new Promise((resolve) => setTimeout(resolve, 50));
    this.io.disconnectSockets(true);
    this.io.engine.close();
  }

  /** Before a socket exists. Undefined: come in; else the reason, for our log and the client's console. */
  private async admit(request: IncomingMessage): Promise<string | undefined> {
    const { origins, viewers, log } = this.deps;
    const { host, origin, cookie } = request.headers;
    if (!origins.hostAllowed(request) || !origins.originAllowed(request)) {
      log.warn({ host, origin }, "socket of another origin refused");
      return "origin";
    }
    if (this.io.engine.clientsCount >= MAX_SOCKETS) return "too many connections";
    const viewer = await viewers(cookie);
    if (!viewer) return "not signed in";
    if ((this.present.get(viewer.id) ?? 0) >= MAX_SOCKETS_PER_LEARNER) return "too many connections";
    this.viewers.set(request, viewer);
    return undefined;
  }

  private async welcome(socket: BrowserSocket): Promise<void> {
    const { db, registry, progress, board, desk, classroom, study, tenancy, log } = this.deps;
    const viewer = this.viewers.get(socket.request);
    if (!viewer) {
      socket.disconnect(true);
      return;
    }
    // Listening begins at once: what a page sends first must not be lost while we look up its workspace.
    const watch = new HelpWatch(socket, registry);
    this.watches.add(watch);
    const ready = tenancy.workspaceOf(viewer.id).then(async (workspace) => {
      await socket.join([workspaceRoom(workspace), learnerRoom(viewer.id)]);
      const link = new BrowserLink({ socket, viewer, workspace, registry, log });
      const handlers = createHandlers({
        registry,
        progress,
        board,
        publishConditions: (name, conditions) => this.publishConditions(name, conditions),
        joinBench: () => void socket.join(benchRoom(workspace)),
        joinBoard: () => void socket.join(boardRoom),
        help: {
          ...{ desk, watch, registry, tenancy },
          joinStaff: (classroom) => void socket.join(staffRoom(classroom)),
        },
        claimPlace: this.deps.claimPlace,
        ...{ classroom, study },
        followClass: async (id, follow) =>
          follow ? socket.join(classRoom(id)) : socket.leave(classRoom(id)),
      });
      const active = () => {
        classroom.active(viewer.id);
        this.deps.used?.(workspace);
      };
      // By the session, not by the person: signed out, expired, or given under another role, it stands for nobody.
      const viewerNow = async () => (await db()).people.session(viewer.session);
      return { link, dispatch: new Dispatch({ handlers, viewerNow, active, log }, link) };
    });
    this.count(viewer.id, 1);
    this.sessions.set(socket, viewer.session);
    socket.onAny((event: string, ...args: unknown[]) => {
      ready
        .then(async ({ dispatch }) => {
          await dispatch.receive(event, args);
          if (dispatch.hopeless) socket.disconnect(true);
        })
        .catch((error: unknown) => log.error({ err: error, event }, "event failed"));
    });
    // Bytes that are no message at all: socket.io ends such a socket by itself, and only here it can be told.
    socket.on("error", (error) =>
      log.info({ learner: viewer.id, error: String(error) }, "unreadable message"),
    );
    socket.on("disconnect", () => {
      this.count(viewer.id, -1);
      watch.close();
      classroom.wall.leave(socket.id);
      this.watches.delete(watch);
      this.sessions.delete(socket);
      ready.then(
        ({ link }) => link.close(),
        () => undefined,
      );
    });
    const { link } = await ready;
    const status = registry.lastStatus(link.workspace);
    if (status) socket.emit("workspace", status);
  }

  private count(learner: string, change: 1 | -1): void {
    const now = (this.present.get(learner) ?? 0) + change;
    if (now > 0) this.present.set(learner, now);
    else this.present.delete(learner);
    this.deps.presenceChanged(learner);
  }
}
