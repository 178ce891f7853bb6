import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import pino from "pino";
import { connectTestDatabase } from "../../../testing/databases.ts";
import type { Bundles } from "../../../workspace/testing/bundles.ts";
import { loopbackOrigins, soloViewers, startSession } from "../../auth/index.ts";
import { Board, Classroom, HelpDesk, LabShelf, PinnedContent, Progress } from "../../classroom/index.ts";
import type { Database, Role } from "../../db/index.ts";
import { StudyDesk } from "../../study/index.ts";
import { classTenancy, LocalLauncher, WorkspaceRegistry, WorkspaceRoom } from "../../workspaces/index.ts";
import { Gateway } from "../gateway.ts";
import { connected, openSocket, type PageSocket } from "./web.ts";

/** Nothing is measured here. */
const noCapacity = () => ({
  ...{ cores: 1, memoryBytes: 0, availableBytes: 0, running: 0, fits: 1, measuring: false },
});
const root = path.resolve(import.meta.dirname, "../../../..");
const fakeCluster = path.join(root, "server/workspace/testing/fake-cluster.mjs");

/** Real workspaces with practice clusters of their own, so many at once; `now` is the reaper's time. */
export interface RealRoom {
  readonly places: number;
  readonly now: () => number;
}

export interface TestClass {
  readonly registry: WorkspaceRegistry;
  readonly launcher: LocalLauncher;
  /** Undefined: there is always room. */
  readonly room: WorkspaceRoom | undefined;
  workspaceOf(learner: string): Promise<string>;
  /** A page works with it. */
  atWork(workspace: string): boolean;
  readonly db: Database;
  readonly dataDir: string;
  /** A person with this role, signed in on a page of their own. */
  signIn(id: string, role?: Role): Promise<PageSocket>;
  dispose(): Promise<void>;
}

/** Gateway, database and workspaces of a class, in this process; people are signed in without the front. */
export async function startClass(bundles: Bundles, real?: RealRoom): Promise<TestClass> {
  const dataDir = mkdtempSync(path.join(tmpdir(), "mwc-"));
  const connection = await connectTestDatabase(dataDir);
  const db = async () => connection.database;
  const log = pino({ level: "silent" });
  const http = createServer();
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const address = http.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const lab = async () => undefined;
  const failed = (error: unknown) => {
    throw error;
  };
  const tenancy = classTenancy(db);
  const contentDir = path.join(root, "content");
  const cluster = real ? bundles.file("cluster") : fakeCluster;
  const launcher = new LocalLauncher({
    workspacesDir: path.join(dataDir, "w"),
    command: [process.execPath, bundles.file("workspace")],
    hostArguments: [
      ...["--cluster-command", JSON.stringify([process.execPath, cluster])],
      ...(real
        ? ["--toolbox-bin", path.join(bundles.folder, "toolbox", "bin"), "--content", contentDir]
        : []),
    ],
  });
  const room = real && roomOf(real);
  const registry: WorkspaceRegistry = new WorkspaceRegistry({
    ...{ launcher, log },
    mayStart: (workspace) => room?.mayStart(workspace) ?? true,
    events: {
      status: (workspace, status) => gateway.publishStatus(workspace, status),
      conditions: () => undefined,
    },
  });
  function roomOf({ places, now }: RealRoom) {
    return new WorkspaceRoom({
      ...{ launcher, tenancy, log, now, configured: places, isolation: "none" },
      registry: () => registry,
      connected: (learner) => gateway.connected(learner),
      publish: (workspace, status) => gateway.publishStatus(workspace, status),
      open: (workspace) => gateway.atWork(workspace),
      warn: (workspace, notice) => gateway.publishIdle(workspace, notice),
      stopped: (workspace) => gateway.endWork(workspace, 0),
    });
  }
  const control = async (learner: string) => registry.control(await tenancy.workspaceOf(learner));
  const desk = new HelpDesk({
    db,
    news: {
      learner: (learner, state) => gateway.helpNews.learner(learner, state),
      queue: (queue) => gateway.helpNews.queue(queue),
      session: (session) => gateway.helpNews.session(session),
      message: (message, learners) => gateway.helpNews.message(message, learners),
      place: (learner, place) => gateway.helpNews.place(learner, place),
    },
    commands: async (learner) => (await control(learner)).history(),
    terminals: async (learner) => (await control(learner)).terminals(),
    handMoved: (learner) => classroom.moved(learner),
    failed,
  });
  const content = new PinnedContent(contentDir, path.join(dataDir, "content"));
  const classroom = new Classroom({
    ...{
      db,
      content,
      failed,
      istioVersions: ["1.21.6", "1.29.6"],
      languages: async () => ["en"],
      now: Date.now,
    },
    shelf: new LabShelf({
      server: { contentDir, istioVersion: "1.21.6" },
      pinned: (digest) => content.folder(digest),
      changing: false,
    }),
    connected: (learner) => gateway.connected(learner),
    workspace: (learner) => registry.lastStatus(tenancy.known(learner) ?? "none"),
    watched: () => gateway.classNews.watched(),
    publishRows: (rows) => gateway.classNews.rows(rows),
    publishInfo: (info) => gateway.classNews.info(info),
    publishPaces: (id, paces) => gateway.classNews.paces(id, paces),
    publishOwn: (learner, own) => gateway.classNews.own(learner, own),
    publishAction: (news) => gateway.classNews.action(news),
    publishWall: (to, news) => gateway.classNews.wall(to, news),
    graph: async () => undefined,
    removePerson: async () => undefined,
    running: async () => undefined,
    async warm(learner, lab) {
      if (real) await (await control(learner)).openLab(lab);
    },
    capacity: noCapacity,
    placeChanged: () => undefined,
  });
  const gateway = new Gateway({
    ...{ http, db, registry, tenancy, desk, classroom, log },
    study: new StudyDesk({ db, labs: (learner) => classroom.labsFor(learner) }),
    viewers: soloViewers({ db, port: () => port }),
    watchSessions: true,
    origins: loopbackOrigins(() => port),
    progress: new Progress({
      ...{ db, failed, lab: (learner, id) => classroom.labFor(learner, id) },
      keptAtLast: () => undefined,
      changed: ({ learner }) => classroom.moved(learner),
    }),
    board: new Board({ db, lab, connected: () => true, workspace: () => undefined }),
    presenceChanged: (learner) => classroom.moved(learner),
    used: (workspace) => room?.used(workspace),
    claimPlace: (workspace, lab) => room?.claim(workspace, lab),
  });
  const sockets: PageSocket[] = [];
  const web = { origin: `http://127.0.0.1:${port}` };
  return {
    db: connection.database,
    ...{ dataDir, registry, launcher, room },
    workspaceOf: (learner) => tenancy.workspaceOf(learner),
    atWork: (workspace) => gateway.atWork(workspace),
    async signIn(id, role = "learner") {
      const learner = { id, name: `${id.charAt(0).toUpperCase()}${id.slice(1)}`, role };
      await connection.database.ensureLearner(learner);
      const { cookie } = await startSession(connection.database, { learner, port });
      const socket = openSocket(web, { Cookie: cookie.split(";")[0] ?? "", Origin: web.origin });
      sockets.push(socket);
      await connected(socket);
      return socket;
    },
    async dispose() {
      for (const socket of sockets) socket.disconnect();
      desk.stop();
      classroom.stop();
      await gateway.drain();
      await registry.stopAll();
      http.close();
      http.closeAllConnections();
      await connection.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
