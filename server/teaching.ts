// What a server has for those who teach: classes with their boards, and the help desk. main.ts puts it together.
import { Board, Classroom, HelpDesk, type LabShelf, type PinnedContent } from "./platform/classroom/index.ts";
import type { Config } from "./platform/config/index.ts";
import { database } from "./platform/db/index.ts";
import type { Gateway } from "./platform/gateway/index.ts";
import { ISTIO_VERSIONS, labLanguages } from "./platform/labs/index.ts";
import {
  actedOn,
  oneWorkspace,
  type SpareWorkspaces,
  type Tenancy,
  type WorkspaceRegistry,
  type WorkspaceRoom,
} from "./platform/workspaces/index.ts";

export interface TeachingDeps {
  readonly config: Config;
  readonly shelf: LabShelf;
  readonly content: PinnedContent;
  readonly registry: WorkspaceRegistry;
  readonly tenancy: Tenancy;
  readonly spares: SpareWorkspaces;
  readonly room: WorkspaceRoom | undefined;
  /** Built later than this. */
  readonly gateway: () => Gateway;
  readonly removePerson: (id: string, actor: string) => Promise<void>;
  readonly failed: (what: string) => (error: unknown) => void;
}

export interface Teaching {
  readonly classroom: Classroom;
  readonly desk: HelpDesk;
  readonly board: Board;
  /** Something about this learner may look different now. */
  readonly moved: (learner: string) => void;
}

export function openTeaching(deps: TeachingDeps): Teaching {
  const { config, shelf, content, registry, tenancy, spares, room, gateway, failed } = deps;
  const connected = (learner: string) => gateway().connected(learner);
  const workspaceStatus = (learner: string) => {
    const workspace = tenancy.known(learner);
    return workspace === undefined ? undefined : registry.lastStatus(workspace);
  };
  const board = new Board({
    ...{ db: database, connected, workspace: workspaceStatus },
    lab: (id) => shelf.lab(id, undefined),
  });
  /** What runs is asked; a workspace is not started for it. */
  const running = async (learner: string) => {
    const workspace = await tenancy.existing(learner);
    if (workspace === undefined || !registry.lastStatus(workspace)) return undefined;
    return registry.control(workspace);
  };
  const moved = (learner: string) => {
    classroom.moved(learner);
    if (config.mode === "class") return;
    board
      .rowOf(learner)
      .then((row) => gateway().publishBoard(row ? [row] : []))
      .catch(failed("the board could not be updated"));
  };
  const desk = new HelpDesk({
    db: database,
    news: {
      learner: (learner, state) => gateway().helpNews.learner(learner, state),
      queue: (queue) => gateway().helpNews.queue(queue),
      session: (session) => gateway().helpNews.session(session),
      message: (message, learners) => gateway().helpNews.message(message, learners),
      place: (learner, place) => gateway().helpNews.place(learner, place),
    },
    commands: async (learner) => (await running(learner))?.history() ?? [],
    terminals: async (learner) => (await running(learner))?.terminals() ?? [],
    handMoved: moved,
    failed: failed("a question of an instructor could not be ended"),
  });
  const classroom: Classroom = new Classroom({
    ...{ db: database, shelf, content, now: Date.now, workspace: workspaceStatus, connected },
    ...{ istioVersions: ISTIO_VERSIONS, removePerson: deps.removePerson },
    languages: async () => ["en", ...(await labLanguages({ contentDir: config.contentDir }))],
    hand: (learner) => desk.hand(learner),
    watched: () => gateway().classNews.watched(),
    publishRows: (rows) => gateway().classNews.rows(rows),
    publishInfo: (info) => gateway().classNews.info(info),
    publishPaces: (id, paces) => gateway().classNews.paces(id, paces),
    publishOwn: (learner, own) => gateway().classNews.own(learner, own),
    publishAction: (news) => gateway().classNews.action(news),
    publishWall: (to, news) => gateway().classNews.wall(to, news),
    async warm(learner, lab) {
      await (await registry.control(await tenancy.workspaceOf(learner))).openLab(lab);
    },
    capacity: (measureWith) => room?.capacity(measureWith) ?? oneWorkspace(),
    running: async (learner) => {
      const host = await running(learner);
      return host && actedOn(host);
    },
    graph: async (learner) => (await running(learner))?.graph({ windowSeconds: 30 }),
    placeChanged(learners) {
      spares.fill();
      const stopped = learners.map(async (learner) => {
        const workspace = await tenancy.existing(learner);
        if (workspace !== undefined) await registry.stop(workspace);
      });
      Promise.all(stopped).catch(failed("a workspace could not be given its class's labs"));
    },
    failed: failed("a class's board could not be updated"),
  });
  return { classroom, desk, board, moved };
}
