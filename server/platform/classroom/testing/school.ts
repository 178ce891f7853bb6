import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type {
  ClassActionNews,
  ClassInfo,
  ClassRows,
  MeshGraph,
  OwnClass,
  WallNews,
  WorkspaceStatus,
} from "../../../contracts/index.ts";
import { connectTestDatabase } from "../../../testing/databases.ts";
import type { Database, RecordedEvent } from "../../db/index.ts";
import type { ActedOn } from "../class-actions.ts";
import { Classroom } from "../classroom.ts";
import { LabShelf } from "../lab-shelf.ts";
import { PinnedContent } from "../pinned-content.ts";

const root = path.resolve(import.meta.dirname, "../../../..");

/** A server's classes over a database of their own, without sockets: what would be sent is kept. */
export interface School {
  readonly db: Database;
  readonly classroom: Classroom;
  readonly contentDir: string;
  readonly pinsDir: string;
  now: number;
  readonly connected: Set<string>;
  readonly watched: Set<string>;
  readonly statuses: Map<string, WorkspaceStatus>;
  /** Workspaces that run, by learner. */
  readonly workspaces: Map<string, ActedOn>;
  /** What the meshes of these learners look like. */
  readonly graphs: Map<string, MeshGraph>;
  /** Learners for whom there is no place. */
  readonly full: Set<string>;
  readonly sent: {
    readonly rows: ClassRows[];
    readonly infos: ClassInfo[];
    readonly actions: ClassActionNews[];
    readonly own: [string, OwnClass | null][];
    readonly placed: string[];
    readonly warmed: string[];
    readonly failures: unknown[];
    readonly wall: WallNews[];
    readonly removed: string[];
  };
  record(event: Pick<RecordedEvent, "learner" | "kind" | "lab"> & Partial<RecordedEvent>): Promise<void>;
  close(): Promise<void>;
}

export async function openSchool(): Promise<School> {
  const folder = mkdtempSync(path.join(tmpdir(), "meshwork-school-"));
  const contentDir = path.join(folder, "labs");
  cpSync(path.join(root, "content"), contentDir, { recursive: true });
  const connection = await connectTestDatabase(folder);
  const db = connection.database;
  const pinsDir = path.join(folder, "content");
  const content = new PinnedContent(contentDir, pinsDir);
  const shelf = new LabShelf({
    server: { contentDir, istioVersion: "1.21.6" },
    pinned: (digest) => content.folder(digest),
    changing: false,
  });
  const sent: School["sent"] = {
    rows: [],
    infos: [],
    actions: [],
    own: [],
    placed: [],
    warmed: [],
    failures: [],
    wall: [],
    removed: [],
  };
  const school: School = {
    ...{ db, contentDir, pinsDir, sent, now: Date.parse("2026-11-23T10:00:00Z") },
    ...{
      connected: new Set<string>(),
      watched: new Set<string>(),
      statuses: new Map(),
      workspaces: new Map(),
      graphs: new Map(),
      full: new Set<string>(),
    },
    classroom: new Classroom({
      ...{
        db: async () => db,
        shelf,
        content,
        istioVersions: ["1.21.6", "1.29.6"],
        languages: async () => ["en"],
      },
      now: () => school.now,
      connected: (learner) => school.connected.has(learner),
      workspace: (learner) => school.statuses.get(learner),
      watched: () => [...school.watched],
      publishRows: (rows) => sent.rows.push(rows),
      publishInfo: (info) => sent.infos.push(info),
      publishPaces: () => undefined,
      publishAction: (news) => sent.actions.push(news),
      publishWall: (_page, news) => sent.wall.push(news),
      graph: async (learner) => school.graphs.get(learner),
      async removePerson(id, actor) {
        sent.removed.push(`${id} by ${actor}`);
        await db.people.remove(id);
      },
      warm: async (learner, lab) => {
        if (school.full.has(learner)) throw new Error("This server is full.");
        sent.warmed.push(`${learner} ${lab}`);
      },
      capacity: () => ({
        cores: 2,
        memoryBytes: 1,
        availableBytes: 1,
        running: 0,
        fits: 1,
        measuring: false,
      }),
      running: async (learner) => school.workspaces.get(learner),
      publishOwn: (learner, own) => sent.own.push([learner, own]),
      placeChanged: (learners) => sent.placed.push(...learners),
      failed: (error) => sent.failures.push(error),
    }),
    async record(event) {
      await db.record({ id: crypto.randomUUID(), payload: {}, at: new Date(school.now), ...event });
    },
    async close() {
      school.classroom.stop();
      await connection.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return school;
}
