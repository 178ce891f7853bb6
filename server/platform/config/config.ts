import path from "node:path";
import { z } from "zod";
import { readQuotas } from "../../workspace/index.ts";
import { type AccountSettings, accountSettings, accountVariables } from "./accounts.ts";
import { ConfigError } from "./config-error.ts";

const flag = z.enum(["0", "1", "false", "true"]).transform((value) => value === "1" || value === "true");
const filled = z.string().trim().min(1);

const schema = z.object({
  ...accountVariables,
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  HOST: filled.default("127.0.0.1"),
  NODE_ENV: z.string().default("production"),
  /** "solo": one person on this machine's loopback, signed in by the printed link. "class": people with accounts and codes. */
  MESHWORK_MODE: z.enum(["solo", "class"]).default("solo"),
  /** Where browsers reach a class server: "https://mesh.example.org". Without it: this machine's loopback names. */
  MESHWORK_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** "sandbox" around every workspace, or "none". A class has it by itself; on a laptop it is asked for. */
  MESHWORK_ISOLATION: z.enum(["sandbox", "none"]).optional(),
  /** A class whose shells are walled off by less than a sandbox each. */
  MESHWORK_ALLOW_WEAK_ISOLATION: flag.default(false),
  /** Everything that is kept: database, workspaces, the start token. */
  MESHWORK_DATA_DIR: filled.default(".data"),
  DATABASE_URL: filled.optional(),
  MESHWORK_KUBECONFIG: filled.optional(),
  MESHWORK_CONTEXT: filled.optional(),
  MESHWORK_CONTENT_DIR: filled.default("content"),
  MESHWORK_ISTIO_VERSION: filled.default("1.21.6"),
  MESHWORK_MIGRATIONS_DIR: filled.default("prisma/migrations"),
  MESHWORK_TOOLBOX_BIN: filled.default("dist/toolbox/bin"),
  /** Programs beside the server's bundle; a JSON array each, program first. */
  MESHWORK_WORKSPACE_COMMAND: filled.optional(),
  MESHWORK_CLUSTER_COMMAND: filled.optional(),
  /** Workspaces of a class server that run before their learner comes. */
  MESHWORK_SPARE_WORKSPACES: z.coerce.number().int().min(0).max(500).default(0),
  /** Workspaces that run at once in a class; without it: as many as fit into the memory. */
  MESHWORK_MAX_WORKSPACES: z.coerce.number().int().min(1).max(10_000).optional(),
  /** When this process is told to stop, its workspaces stop too. */
  MESHWORK_STOP_WORKSPACES: flag.default(false),
  /** Make prepared starts of labs in the background, where they are missing. */
  MESHWORK_SNAPSHOTS: flag.default(false),
  /** "none": the sockets without the pages, for tests and for a front of another kind. */
  MESHWORK_PAGES: z.enum(["next", "none"]).default("next"),
  MESHWORK_LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("warn"),
  /** Whoever shows it as a bearer token reads /metrics from anywhere. */
  MESHWORK_METRICS_TOKEN: filled.min(16).optional(),
});

/** Every variable that is read from the environment. */
export const configVariables = Object.keys(schema.shape);

export type Isolation = "strong" | "shared" | "none";
export type Mode = "solo" | "class";

export interface Config {
  readonly mode: Mode;
  /** Without a path; undefined: only loopback names are answered. */
  readonly publicUrl: URL | undefined;
  /** Whether a sandbox is looked for. */
  readonly sandbox: boolean;
  readonly allowWeakIsolation: boolean;
  readonly accounts: AccountSettings;
  readonly port: number;
  readonly host: string;
  readonly development: boolean;
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly contentDir: string;
  readonly istioVersion: string;
  readonly migrationsDir: string;
  readonly toolboxBin: string;
  readonly workspaceCommand: readonly string[] | undefined;
  readonly clusterCommand: readonly string[] | undefined;
  readonly spareWorkspaces: number;
  readonly maxWorkspaces: number | undefined;
  readonly stopWorkspaces: boolean;
  readonly makeSnapshots: boolean;
  readonly pages: "next" | "none";
  readonly logLevel: string;
  readonly metricsToken: string | undefined;
}

const loopback = new Set(["127.0.0.1", "::1", "localhost"]);

/** The environment, checked once. Throws ConfigError with a sentence for whoever starts us. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  // `PORT=` in a .env file means "not set".
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(set);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ConfigError(`${issue?.path.join(".") ?? "environment"}: ${issue?.message ?? "not understood"}`);
  }
  const env = parsed.data;
  try {
    readQuotas(set);
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : String(error));
  }
  if (env.MESHWORK_MODE === "solo" && !loopback.has(env.HOST)) {
    throw new ConfigError(
      `HOST=${env.HOST} is refused: this mode gives whoever opens the page a shell of yours, without a sandbox, so it listens on 127.0.0.1 only.`,
    );
  }
  if (env.MESHWORK_MODE === "class" && env.MESHWORK_KUBECONFIG) {
    throw new ConfigError(
      "MESHWORK_KUBECONFIG is refused in class mode: every learner would hold the rights of that one file.",
    );
  }
  if (env.MESHWORK_CONTEXT && !env.MESHWORK_KUBECONFIG) {
    throw new ConfigError("MESHWORK_CONTEXT needs MESHWORK_KUBECONFIG, the file that holds the context.");
  }
  if (env.MESHWORK_ISOLATION === "sandbox" && env.MESHWORK_KUBECONFIG) {
    throw new ConfigError(
      "MESHWORK_ISOLATION=sandbox is refused with MESHWORK_KUBECONFIG: nothing outside a sandbox can be reached from it, and no cluster either.",
    );
  }
  return {
    mode: env.MESHWORK_MODE,
    publicUrl: publicUrl(env),
    sandbox: (env.MESHWORK_ISOLATION ?? (env.MESHWORK_MODE === "class" ? "sandbox" : "none")) === "sandbox",
    allowWeakIsolation: env.MESHWORK_ALLOW_WEAK_ISOLATION,
    accounts: accountSettings(env),
    port: env.PORT,
    host: env.HOST,
    development: env.NODE_ENV === "development",
    dataDir: path.resolve(env.MESHWORK_DATA_DIR),
    databaseUrl: env.DATABASE_URL,
    kubeconfig: env.MESHWORK_KUBECONFIG && path.resolve(env.MESHWORK_KUBECONFIG),
    context: env.MESHWORK_CONTEXT,
    contentDir: path.resolve(env.MESHWORK_CONTENT_DIR),
    istioVersion: env.MESHWORK_ISTIO_VERSION,
    migrationsDir: path.resolve(env.MESHWORK_MIGRATIONS_DIR),
    toolboxBin: path.resolve(env.MESHWORK_TOOLBOX_BIN),
    workspaceCommand: command("MESHWORK_WORKSPACE_COMMAND", env.MESHWORK_WORKSPACE_COMMAND),
    clusterCommand: command("MESHWORK_CLUSTER_COMMAND", env.MESHWORK_CLUSTER_COMMAND),
    spareWorkspaces: env.MESHWORK_SPARE_WORKSPACES,
    maxWorkspaces: env.MESHWORK_MAX_WORKSPACES,
    stopWorkspaces: env.MESHWORK_STOP_WORKSPACES,
    makeSnapshots: env.MESHWORK_SNAPSHOTS && !env.MESHWORK_KUBECONFIG,
    pages: env.MESHWORK_PAGES,
    logLevel: env.MESHWORK_LOG_LEVEL,
    metricsToken: env.MESHWORK_METRICS_TOKEN,
  };
}

/**
 * Whether shells of this isolation may be given out as the settings say; throws ConfigError where not. A shell without
 * walls reaches all that this process's user can: that is for people at this machine.
 */
export function judgeExposure(config: Config, { level, reason }: { level: Isolation; reason: string }): void {
  if (level === "strong") return;
  if (config.mode === "solo") {
    if (config.sandbox) throw new ConfigError(`MESHWORK_ISOLATION=sandbox cannot be had here: ${reason}.`);
    return;
  }
  if (level === "none" && !loopback.has(config.host))
    throw new ConfigError(
      `HOST=${config.host} is refused: learners' shells cannot be isolated here (${reason}), so a class would get shells of yours.`,
    );
  if (!config.allowWeakIsolation)
    throw new ConfigError(
      `A class needs isolated shells, and here they would be "${level}": ${reason}. MESHWORK_ALLOW_WEAK_ISOLATION=1 accepts that.`,
    );
}

function publicUrl({ MESHWORK_MODE, MESHWORK_PUBLIC_URL }: z.infer<typeof schema>): URL | undefined {
  if (MESHWORK_PUBLIC_URL === undefined) return undefined;
  if (MESHWORK_MODE === "solo")
    throw new ConfigError(
      "MESHWORK_PUBLIC_URL belongs to MESHWORK_MODE=class; solo answers on loopback only.",
    );
  const url = new URL(MESHWORK_PUBLIC_URL);
  if (url.pathname !== "/" || url.search || url.hash)
    throw new ConfigError(
      "MESHWORK_PUBLIC_URL must name a server without a path, e.g. https://mesh.example.org",
    );
  return url;
}

function command(name: string, text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined;
  try {
    return z.array(z.string()).min(1).parse(JSON.parse(text));
  } catch {
    throw new ConfigError(`${name} must be a JSON array of strings, program first.`);
  }
}
