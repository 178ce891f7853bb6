import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import pino from "pino";
import { io, type Socket } from "socket.io-client";
import { connectTestDatabase } from "../../../testing/databases.ts";
import { classCookie, classViewers, loopbackOrigins, openSecret, publicOrigins } from "../../auth/index.ts";
import { Board, Classroom, HelpDesk, LabShelf, PinnedContent, Progress } from "../../classroom/index.ts";
import type { Database } from "../../db/index.ts";
import { createFront, Gateway } from "../../gateway/index.ts";
import { certificateDoor, StudyDesk } from "../../study/index.ts";
import { classTenancy, LocalLauncher, WorkspaceRegistry } from "../../workspaces/index.ts";
import { Accounts, type OidcSettings, openMailer } from "../index.ts";

/** Nothing is measured here. */
const noCapacity = () => ({
  ...{ cores: 1, memoryBytes: 0, availableBytes: 0, running: 0, fits: 1, measuring: false },
});
const root = path.resolve(import.meta.dirname, "../../../..");

export interface ClassServer {
  readonly db: Database;
  readonly accounts: Accounts;
  readonly classroom: Classroom;
  readonly desk: HelpDesk;
  readonly port: number;
  readonly origin: string;
  /** What the operator's terminal shows. */
  readonly printed: string[];
  readonly forgotten: string[];
  dispose(): Promise<void>;
}

export interface ClassServerOptions {
  readonly publicUrl?: URL;
  readonly oidc?: OidcSettings;
  readonly proxies?: number;
}

/** A class server in this process: database, front, sockets, accounts; with no pages, and workspaces that nobody starts. */
export async function startClassServer(options: ClassServerOptions = {}): Promise<ClassServer> {
  const dataDir = mkdtempSync(path.join(tmpdir(), "mwp-"));
  const connection = await connectTestDatabase(dataDir);
  const db = async () => connection.database;
  const log = pino({ level: "silent" });
  const printed: string[] = [];
  const forgotten: string[] = [];
  let port = 0;
  const { publicUrl, oidc, proxies = 0 } = options;
  const origins = publicUrl ? publicOrigins(publicUrl, () => port) : loopbackOrigins(() => port);
  const cookie = classCookie(publicUrl, () => port);
  const secret = openSecret(dataDir, "accounts-key");
  const viewers = classViewers(db, { cookie, secret });
  const mailer = openMailer({
    smtpUrl: undefined,
    from: undefined,
    print: (text) => void printed.push(text),
  });
  const accounts = new Accounts({
    ...{ db, secret, cookie, origins, viewers, mailer, log, oidc, proxies },
    recheck: () => gateway.recheckSessions(),
    forgetWorkspace: async (learner) => void forgotten.push(learner),
  });
  const study = new StudyDesk({ db, labs: (learner) => classroom.labsFor(learner) });
  const front = createFront({
    certificates: certificateDoor({ study, now: Date.now }),
    ...{ origins, viewers, db, log, door: accounts },
    ...{ development: false, isolation: "none" as const },
    draining: () => false,
    pages: async (_request, response) => void response.writeHead(200).end("a page"),
  });
  const http = createServer(front);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const address = http.address();
  port = typeof address === "object" && address ? address.port : 0;
  const failed = (error: unknown) => {
    throw error;
  };
  const lab = async () => undefined;
  const tenancy = classTenancy(db);
  const launcher = new LocalLauncher({
    workspacesDir: path.join(dataDir, "w"),
    command: [process.execPath, "-e", ""],
    hostArguments: [],
  });
  const registry = new WorkspaceRegistry({
    ...{ launcher, log },
    events: { status: () => undefined, conditions: () => undefined },
  });
  const desk = new HelpDesk({
    handMoved: () => undefined,
    ...{ db, failed },
    news: {
      learner: (learner, state) => gateway.helpNews.learner(learner, state),
      queue: (queue) => gateway.helpNews.queue(queue),
      session: (session) => gateway.helpNews.session(session),
      message: (message, learners) => gateway.helpNews.message(message, learners),
      place: (learner, place) => gateway.helpNews.place(learner, place),
    },
    commands: async () => [],
    terminals: async () => [],
  });
  const progress = new Progress({
    ...{ db, lab, failed },
    keptAtLast: () => undefined,
    changed: () => undefined,
  });
  const board = new Board({ db, lab, connected: () => true, workspace: () => undefined });
  const contentDir = path.join(root, "content");
  const content = new PinnedContent(contentDir, path.join(dataDir, "content"));
  const classroom = new Classroom({
    ...{ db, content, failed, istioVersions: ["1.21.6"], languages: async () => ["en"], now: Date.now },
    shelf: new LabShelf({
      server: { contentDir, istioVersion: "1.21.6" },
      pinned: (digest) => content.folder(digest),
      changing: false,
    }),
    connected: () => true,
    workspace: () => undefined,
    watched: () => gateway.classNews.watched(),
    publishRows: (rows) => gateway.classNews.rows(rows),
    publishInfo: (info) => gateway.classNews.info(info),
    publishPaces: (id, paces) => gateway.classNews.paces(id, paces),
    publishOwn: (learner, own) => gateway.classNews.own(learner, own),
    placeChanged: () => undefined,
    publishAction: (news) => gateway.classNews.action(news),
    publishWall: (to, news) => gateway.classNews.wall(to, news),
    graph: async () => undefined,
    removePerson: (id, actor) => accounts.removePerson(id, actor),
    running: async () => undefined,
    warm: async () => undefined,
    capacity: noCapacity,
  });
  const gateway = new Gateway({
    ...{ http, origins, viewers, db, registry, tenancy, desk, classroom, study, progress, board, log },
    watchSessions: true,
    presenceChanged: () => undefined,
  });
  return {
    db: connection.database,
    ...{ accounts, classroom, desk, port, origin: origins.all()[0] ?? "", printed, forgotten },
    async dispose() {
      desk.stop();
      classroom.stop();
      await gateway.drain();
      registry.release();
      http.close();
      http.closeAllConnections();
      await connection.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export interface Answered {
  readonly status: number;
  readonly text: string;
  readonly value: unknown;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A browser of its own: keeps its cookies, and names its origin as browsers do. */
export class Browser {
  private readonly jar = new Map<string, string>();

  constructor(private readonly server: Pick<ClassServer, "port" | "origin">) {}

  get cookie(): string {
    return [...this.jar].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  preset(cookie: string): this {
    this.take([cookie]);
    return this;
  }

  async send(
    path: string,
    options: { method?: string; body?: string; headers?: object } = {},
  ): Promise<Answered> {
    const { method = "GET", body, headers = {} } = options;
    const { port, origin } = this.server;
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          ...{ hostname: "127.0.0.1", port, path, method },
          headers: {
            Host: new URL(origin).host,
            ...(this.jar.size > 0 && { Cookie: this.cookie }),
            ...(method !== "GET" && { Origin: origin, "Content-Type": "application/json" }),
            ...headers,
          },
        },
        async (response) => {
          const parts: Buffer[] = [];
          for await (const part of response) parts.push(Buffer.from(part));
          const text = Buffer.concat(parts).toString("utf8");
          this.take(response.headers["set-cookie"] ?? []);
          resolve({ status: response.statusCode ?? 0, text, value: parse(text), headers: response.headers });
        },
      );
      sent.on("error", reject);
      sent.end(body);
    });
  }

  post(path: string, body: object = {}, headers: object = {}): Promise<Answered> {
    return this.send(path, { method: "POST", body: JSON.stringify(body), headers });
  }

  /** Resolves when the socket is open; throws when the server does not take it. */
  async socket(): Promise<Socket> {
    const { port, origin } = this.server;
    const socket = io(`http://127.0.0.1:${port}`, {
      ...{ transports: ["websocket"], reconnection: false, forceNew: true },
      extraHeaders: { Origin: origin, Host: new URL(origin).host, Cookie: this.cookie },
    });
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", () => resolve());
      socket.once("connect_error", reject);
    });
    return socket;
  }

  private take(cookies: readonly string[]): void {
    for (const cookie of cookies) {
      const [pair = "", ...attributes] = cookie.split(";");
      const at = pair.indexOf("=");
      const gone = attributes.some((attribute) => attribute.trim() === "Max-Age=0");
      if (gone) this.jar.delete(pair.slice(0, at));
      else this.jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const tokenOf = (url: string) => new URLSearchParams(new URL(url).hash.slice(1)).get("token") ?? "";

export const password = "correct horse battery";

/** Signs up through the link that the server prints for its first owner. */
export async function firstOwner(server: ClassServer): Promise<Browser> {
  const link = await server.accounts.ownerLink();
  if (!link) throw new Error("there is an owner already");
  const browser = new Browser(server);
  const body = { token: tokenOf(link.url), name: "Olga", email: "olga@example.org", password };
  const { status, text } = await browser.post("/api/auth/use-link", body);
  if (status !== 200) throw new Error(text);
  return browser;
}
