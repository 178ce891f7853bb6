// What a running server has for those who run it: figures, and the operator's door with backups. main.ts puts it together.
import { readFileSync } from "node:fs";
import type { Logger } from "pino";
import { type AdminCommand, startAdminServer } from "./platform/admin/index.ts";
import { backupCommands } from "./platform/backup/index.ts";
import type { Config, Isolation } from "./platform/config/index.ts";
import type { DatabaseConnection } from "./platform/db/index.ts";
import { type HttpLimits, httpLimits } from "./platform/gateway/index.ts";
import { type Metrics, metricsEndpoint, startMetrics } from "./platform/metrics/index.ts";

export interface OperationsDeps {
  readonly config: Config;
  readonly isolation: Isolation;
  readonly log: Logger;
  readonly connection: () => Promise<DatabaseConnection>;
  readonly presence: () => { readonly learners: number; readonly sockets: number };
  readonly phases: () => readonly string[];
  readonly workspaceOf: (learner: string) => Promise<string | undefined>;
  readonly whileStopped: (workspace: string, work: () => Promise<void>) => Promise<void>;
  /** Ends this process and its workspaces, to be started again. */
  readonly restart: () => void;
}

export function openOperations(deps: OperationsDeps) {
  const { config, isolation, log, connection, presence, phases, restart } = deps;
  let counting: Promise<Metrics> | undefined;
  const count = () => {
    counting ??= startMetrics({
      learners: () => presence().learners,
      sockets: () => presence().sockets,
      phases,
      isolation: () => isolation,
      ping: async () => (await connection()).database.ping(),
    });
    return counting;
  };
  return {
    /** Begins to count; not before the server listens, for it would wait. */
    count,
    limits: limitsOf(config),
    metrics: metricsEndpoint(count, {
      token: config.metricsToken,
      // Shells without a network of their own reach this machine's loopback.
      loopbackTrusted: config.mode === "solo" || isolation === "strong",
    }),
    admin(commands: Readonly<Record<string, AdminCommand>>) {
      const { dataDir, migrationsDir } = config;
      const now = () => new Date();
      const backups = backupCommands({
        dataDir,
        migrationsDir,
        release: release(),
        ...{ workspaceOf: deps.workspaceOf, whileStopped: deps.whileStopped },
        now,
        connection,
        restart,
      });
      return startAdminServer({
        ...{ dataDir, log, streams: backups.streams },
        commands: { ...commands, ...backups.commands },
      });
    },
  };
}

/** Behind a proxy every connection is the proxy's. */
const limitsOf = ({ accounts }: Config): HttpLimits =>
  accounts.proxies > 0 ? { ...httpLimits, shared: () => true } : httpLimits;

/** The release that runs, for whoever reads a backup later. */
function release(): string {
  const about: unknown = JSON.parse(readFileSync("package.json", "utf8"));
  return typeof about === "object" && about !== null && "version" in about
    ? String(about.version)
    : "unknown";
}
