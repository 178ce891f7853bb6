// Composition root of web: the only file that builds the platform. Holds no logic of its own.
import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Logger } from "pino";
import { openEntrance } from "./entrance.ts";
import { openOperations } from "./operations.ts";
import { nextPages, noPages } from "./pages.ts";
import { finishRestore } from "./platform/backup/index.ts";
import { classCommands, LabShelf, PinnedContent, Progress, progressOf } from "./platform/classroom/index.ts";
import { type Config, ConfigError, judgeExposure, readConfig } from "./platform/config/index.ts";
import {
  connectDatabase,
  type DatabaseConnection,
  database,
  MigrationError,
  provideDatabase,
} from "./platform/db/index.ts";
import { createEntry, createFront, DRAIN_MS, Gateway } from "./platform/gateway/index.ts";
import { isKubeError, judgeKubeconfig } from "./platform/kube/index.ts";
import { createLog } from "./platform/logging/index.ts";
import { certificateDoor, StudyDesk } from "./platform/study/index.ts";
import {
  classTenancy,
  foldersOf,
  type IsolationFound,
  KEEP_DAYS,
  Keeping,
  LocalLauncher,
  makeLabSnapshots,
  noIsolation,
  probeIsolation,
  readablePaths,
  SpareWorkspaces,
  soloTenancy,
  WorkspaceRegistry,
  WorkspaceRoom,
} from "./platform/workspaces/index.ts";
import { openTeaching } from "./teaching.ts";
import { AlreadyOwned } from "./workspace/index.ts";

/** On a laptop there is one person: owner, instructor and learner at once, with one workspace. */
const owner = { id: "owner", name: "You", role: "owner" as const };
const soloWorkspace = "solo";

/** EX_CONFIG of sysexits.h: a repeat would be refused in the same way. */
const EXIT_REFUSED = 78;
/** EX_TEMPFAIL: start me again, at once. */
const EXIT_RESTART = 75;

async function main(): Promise<void> {
  const config = withContext(readConfig(process.env));
  const isolation = await isolationFor(config);
  judgeExposure(config, isolation);
  const log = createLog("web", config.logLevel);
  // For the pages, which live in this process.
  process.env.MESHWORK_ISOLATION_LEVEL = isolation.level;
  process.env.MESHWORK_CONTENT_DIR = config.contentDir;
  process.env.MESHWORK_ISTIO_VERSION = config.istioVersion;
  const pinsDir = pinsOf(config);
  process.env.MESHWORK_PINS_DIR = pinsDir;

  let opened: DatabaseConnection | undefined;
  // The database opens while the parts below are still being put together.
  let tellBuilt: () => void = () => undefined;
  const built = new Promise<void>((resolve) => {
    tellBuilt = resolve;
  });
  provideDatabase(async () => {
    const url = config.databaseUrl;
    opened = await connectDatabase({ url, dataDir: config.dataDir, migrationsDir: config.migrationsDir });
    log.info({ kind: opened.kind, applied: opened.applied }, "database open");
    const { dataDir } = config;
    const stopWorkspaces = async () => {
      await built;
      await registry.stopAll();
    };
    const outcome = await finishRestore({ dataDir, connection: opened, stopWorkspaces });
    if (outcome) log.warn({ outcome }, "a restore was taken up");
    if (outcome?.keysChanged) {
      await opened.close();
      process.exit(EXIT_RESTART);
    }
    if (config.mode === "solo") {
      await opened.database.ensureLearner(owner);
      await opened.database.ensureWorkspace(soloWorkspace, owner.id);
    }
    return opened.database;
  });
  // A second start must be refused before it listens; the pages come up while the database does.
  const databaseReady = database();

  let port = config.port;
  let draining = false;
  const entrance = await openEntrance({
    ...{ config, owner, log, db: database, port: () => port },
    recheck: () => gateway.recheckSessions(),
    forgetWorkspace: async (learner) => {
      const workspace = await tenancy.existing(learner);
      if (workspace !== undefined) await registry.discard(workspace);
      tenancy.forget(learner);
    },
  });
  const { origins, viewers, door } = entrance;
  const content = new PinnedContent(config.contentDir, pinsDir);
  const shelf = new LabShelf({
    server: { contentDir: config.contentDir, istioVersion: config.istioVersion },
    pinned: (digest) => content.folder(digest),
    changing: config.development,
  });
  const pages = config.pages === "next" ? nextPages(config) : noPages;
  const study = new StudyDesk({ db: database, labs: (learner) => classroom.labsFor(learner) });
  const front = createFront({
    ...{ origins, viewers, door, log, db: database, development: config.development },
    certificates: certificateDoor({ study, now: Date.now }),
    isolation: isolation.level,
    draining: () => draining,
    pages: async (request, response) => (await pages).handle(request, response),
  });
  const operations = openOperations({
    ...{ config, isolation: isolation.level, log },
    async connection() {
      await databaseReady;
      if (!opened) throw new Error("the database is not open");
      return opened;
    },
    presence: () => gateway.presence(),
    phases: () => registry.phases(),
    workspaceOf: (learner) => tenancy.existing(learner),
    whileStopped: (workspace, work) => registry.whileStopped(workspace, work),
    restart: () =>
      void stop("restore", { workspaces: true, code: EXIT_RESTART }).catch((error) => fail(error, log)),
  });
  const http = createEntry({ front, log, ...operations });

  const launcher = new LocalLauncher({
    workspacesDir: workspacesDir(config),
    wall: isolation.wall,
    command: workspaceCommand(config),
    hostArguments: hostArguments(config),
    async ownArguments(workspace) {
      const { contentDir, istioVersion } =
        spares.sourceOf(workspace) ??
        (await classroom.sourceFor((await tenancy.learnerOf(workspace)) ?? owner.id));
      return ["--content", contentDir, "--istio-version", istioVersion];
    },
  });
  const tenancy =
    config.mode === "solo"
      ? soloTenancy(soloWorkspace, owner.id)
      : classTenancy(database, async (learner) => spares.take(await classroom.sourceFor(learner)));
  const failed = (what: string) => (error: unknown) => log.error({ err: error }, what);
  // On a laptop there is one workspace, and nobody to wait.
  const room =
    config.mode === "solo"
      ? undefined
      : new WorkspaceRoom({
          ...{ launcher, tenancy, log, configured: config.maxWorkspaces, isolation: isolation.level },
          registry: () => registry,
          connected: (learner) => gateway.connected(learner),
          publish: (workspace, status) => gateway.publishStatus(workspace, status),
          open: (workspace) => gateway.atWork(workspace),
          warn: (workspace, notice) => gateway.publishIdle(workspace, notice),
          stopped: (workspace) => gateway.endWork(workspace, Date.now() + KEEP_DAYS * 86_400_000),
        });
  const registry: WorkspaceRegistry = new WorkspaceRegistry({
    launcher,
    log,
    mayStart: (workspace) => room?.mayStart(workspace) ?? true,
    events: {
      status(workspace, status) {
        gateway.publishStatus(workspace, status);
        tenancy
          .learnerOf(workspace)
          .then((learner) => learner !== undefined && moved(learner))
          .catch(failed("the board could not be updated"));
      },
      // Written first, shown then.
      conditions(workspace, conditions) {
        tenancy
          .learnerOf(workspace)
          .then(async (learner) => {
            if (learner === undefined) return; // nobody's: there is no one to tell
            gateway.publishConditions(workspace, await progress.keep(learner, conditions));
          })
          .catch(failed("a check's result could not be told"));
      },
    },
  });
  const spares = new SpareWorkspaces({
    ...{ size: config.mode === "class" ? config.spareWorkspaces : 0, log },
    file: path.join(config.dataDir, "spares.json"),
    wish: () => classroom.studiesAhead(),
    control: (workspace) => registry.control(workspace),
    discard: (workspace) => registry.discard(workspace),
  });
  const progress = new Progress({
    db: database,
    lab: (learner, id) => classroom.labFor(learner, id),
    failed: failed("a check's result could not be kept"),
    keptAtLast: (learner, conditions) => {
      tenancy
        .workspaceOf(learner)
        .then((workspace) => gateway.publishConditions(workspace, conditions))
        .catch(failed("a check's result could not be told"));
    },
    changed(standing) {
      gateway.publishProgress(standing.learner, progressOf(standing));
      moved(standing.learner);
    },
  });
  const { classroom, desk, board, moved } = openTeaching({
    ...{ config, shelf, content, registry, tenancy, spares, room, failed },
    gateway: () => gateway,
    removePerson: entrance.removePerson,
  });
  const keeping = new Keeping({
    ...{ db: database, log, now: Date.now, write: entrance.write },
    running: () => registry.running(),
    discard: (workspace) => registry.discard(workspace),
    forget: (learner) => tenancy.forget(learner),
  });
  const gateway = new Gateway({
    ...{ http, origins, viewers, registry, progress, board, desk, classroom, study, tenancy, log },
    ...{ db: database, watchSessions: config.mode === "class" },
    presenceChanged: moved,
    used: (workspace) => room?.used(workspace),
    claimPlace: (workspace, lab) => room?.claim(workspace, lab),
  });
  // Upgrades that nobody takes would stay open for ever. Next's live reload takes its own.
  http.on("upgrade", (request, socket) => {
    const ours = request.url?.startsWith("/socket.io/") ?? false;
    if (!ours && (!config.development || !origins.originAllowed(request))) socket.destroy();
  });

  tellBuilt();
  await Promise.all([databaseReady, pages]);
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen(config.port, config.host, resolve);
  });
  const address = http.address();
  if (address && typeof address === "object") port = address.port;
  await Promise.all([registry.adopt(), desk.start(), operations.count()]);
  spares.fill();
  room?.start();
  // On a laptop nothing is deleted by its age.
  if (config.mode === "class") keeping.start();
  classroom.start();
  const admin = await operations.admin({
    ...classCommands({ db: database, classroom, desk, makeCode: entrance.makeCode }),
    ...entrance.commands,
  });

  const endSnapshots = config.makeSnapshots
    ? makeLabSnapshots({
        ...{ command: workspaceCommand(config), out: snapshotsDir(config), log },
        ...{ contentDir: config.contentDir, istioVersion: config.istioVersion },
      })
    : async () => undefined;

  const stop = async (why: string, { workspaces, code } = { workspaces: config.stopWorkspaces, code: 0 }) => {
    if (draining) return;
    draining = true;
    log.info({ why }, "web stops");
    const snapshotsEnded = endSnapshots();
    setTimeout(() => process.exit(1), DRAIN_MS + (workspaces ? 10_000 : 0)).unref();
    desk.stop();
    classroom.stop();
    room?.stop();
    keeping.stop();
    await Promise.all([gateway.drain(), spares.stop()]);
    http.close();
    http.closeAllConnections();
    if (workspaces) await registry.stopAll();
    else registry.release();
    await snapshotsEnded;
    await admin.close();
    await opened?.close();
    process.exit(code);
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    process.on(signal, () => void stop(signal).catch((error: unknown) => fail(error, log)));
  }
  process.on("unhandledRejection", (error) => fail(error, log));
  const { url, note } = await entrance.invitation();
  process.stdout.write(`${JSON.stringify({ listening: url, port, note })}\n`);
}

/** A kubeconfig that will not do is refused before anything starts; and the context that is meant is named from here on. */
function withContext(config: Config): Config {
  if (config.kubeconfig === undefined) return config;
  return { ...config, context: judgeKubeconfig(config.kubeconfig, config.context).context };
}

/** Copies of the labs that classes were opened with. */
const pinsOf = ({ dataDir }: Config) => path.join(dataDir, "content");
const workspacesDir = ({ dataDir }: Config) => path.join(dataDir, "workspaces");

async function isolationFor(config: Config): Promise<IsolationFound> {
  if (!config.sandbox) return noIsolation("shells are started without a sandbox");
  const { contentDir, toolboxBin, workspaceCommand = [], clusterCommand = [] } = config;
  const ours = [import.meta.dirname, path.join(import.meta.dirname, "../node_modules")];
  const programs = foldersOf([...workspaceCommand, ...clusterCommand]);
  // Walls let in what is there when they are made; a class's copy of the labs and prepared starts come later.
  const pins = pinsOf(config);
  for (const folder of [pins, snapshotsDir(config)]) mkdirSync(folder, { recursive: true, mode: 0o755 });
  return probeIsolation({
    workspacesDir: workspacesDir(config),
    readable: readablePaths([
      ...ours,
      contentDir,
      pins,
      snapshotsDir(config),
      path.dirname(toolboxBin),
      ...programs,
    ]),
  });
}
const snapshotsDir = ({ dataDir }: Config) => path.join(dataDir, "snapshots");

const workspaceCommand = ({ workspaceCommand: command }: Config) =>
  command ?? [process.execPath, path.join(import.meta.dirname, "workspace.mjs")];

function hostArguments(config: Config): string[] {
  const optional = {
    "--kubeconfig": config.kubeconfig,
    "--context": config.context,
    "--cluster-command": config.clusterCommand && JSON.stringify(config.clusterCommand),
  };
  return [
    ...["--toolbox-bin", config.toolboxBin, "--snapshots", snapshotsDir(config)],
    ...Object.entries(optional).flatMap(([name, value]) => (value === undefined ? [] : [name, value])),
  ];
}

function fail(error: unknown, log?: Logger): never {
  const refusals = [ConfigError, AlreadyOwned, MigrationError];
  const known =
    isKubeError(error) || (error instanceof Error && refusals.some((kind) => error instanceof kind));
  if (known) process.stderr.write(`${error.message}\n`);
  else if (log) log.fatal({ err: error }, "web could not go on");
  else process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  log?.flush();
  process.exit(known ? EXIT_REFUSED : 1);
}

await main().catch((error: unknown) => fail(error));
