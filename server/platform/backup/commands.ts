// `meshwork backup` and `meshwork restore` as the running server answers them.
import type { IncomingMessage } from "node:http";
import { finished, pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { z } from "zod";
import { type AdminCommand, AdminRefusal, type AdminStream } from "../admin/index.ts";
import { type DatabaseConnection, MigrationError } from "../db/index.ts";
import { lastRestore } from "./finish-restore.ts";
import { MAX_AT_ONCE } from "./limits.ts";
import { type BackupDeps, makeBackup } from "./make-backup.ts";
import { type RestoreWorkspaceOptions, restorable, restoreWorkspace } from "./restore-workspace.ts";
import { stageRestore } from "./stage-restore.ts";
import { ArchiveError } from "./tar-header.ts";

export interface BackupCommandDeps extends Omit<BackupDeps, "connection"> {
  readonly connection: () => Promise<Pick<DatabaseConnection, "dump" | "database">>;
  readonly migrationsDir: string;
  /** The learner's workspace; undefined: they have none. */
  readonly workspaceOf: (learner: string) => Promise<string | undefined>;
  readonly whileStopped: RestoreWorkspaceOptions["whileStopped"];
  /** Ends this process and its workspaces, to be started again. */
  readonly restart: () => void;
}

export interface BackupCommands {
  readonly commands: Readonly<Record<string, AdminCommand>>;
  readonly streams: Readonly<Record<string, AdminStream>>;
}

export function backupCommands(deps: BackupCommandDeps): BackupCommands {
  let running = 0;
  const alone =
    (stream: AdminStream): AdminStream =>
    async (request, response) => {
      if (running >= MAX_AT_ONCE) throw new AdminRefusal("Another backup or restore is under way.");
      running++;
      try {
        await stream(request, response);
      } finally {
        running--;
      }
    };
  return {
    commands: { "last-restore": () => lastRestore(deps.dataDir) },
    streams: {
      backup: alone(async (_request, response) => {
        response.writeHead(200, { "Content-Type": "application/gzip", Trailer: "Meshwork-Report" });
        const gzip = createGzip({ level: 3 });
        const sent = pipeline(gzip, response, { end: false });
        const made = makeBackup(
          deps,
          (bytes) =>
            new Promise((resolve, reject) =>
              gzip.write(bytes, (error) => (error ? reject(error) : resolve())),
            ),
        ).then(
          (report) => {
            gzip.end();
            return report;
          },
          (error: unknown) => {
            gzip.destroy(error instanceof Error ? error : undefined);
            throw error;
          },
        );
        const [report] = await Promise.all([made, sent]);
        response.addTrailers({ "Meshwork-Report": encodeURIComponent(JSON.stringify(report)) });
        response.end();
      }),
      restore: alone(async (request, response) => {
        const { id, head } = await receive(request, (archive) => stageRestore(archive, deps));
        const { made, release } = head;
        const body = JSON.stringify({ ok: true, value: { id, made, release } });
        response.writeHead(200, { "Content-Type": "application/json", Connection: "close" }).end(body);
        await finished(response);
        deps.restart();
      }),
      "restore-workspace": alone(async (request, response) => {
        const { learner, workspace, parts } = await wantedOf(request, deps);
        const { dataDir, whileStopped } = deps;
        const { made, entries } = await receive(request, (archive) =>
          restoreWorkspace(archive, { dataDir, workspace, parts, whileStopped }),
        );
        const { database } = await deps.connection();
        const detail = { parts: parts.join(","), made };
        await database.audit({ actor: "operator", action: "restore-workspace", subject: learner.id, detail });
        const body = JSON.stringify({ ok: true, value: { name: learner.name, made, entries } });
        response.writeHead(200, { "Content-Type": "application/json" }).end(body);
      }),
    },
  };
}

const wantedQuery = z.strictObject({
  learner: z.string().min(1).max(300),
  only: z.enum(restorable).optional(),
});

/** Whose workspace, and what of it; before anything is uploaded. */
async function wantedOf(request: IncomingMessage, deps: BackupCommandDeps) {
  const query = wantedQuery.safeParse(
    Object.fromEntries(new URL(request.url ?? "/", "http://admin").searchParams),
  );
  if (!query.success) throw new AdminRefusal("Which learner? And only home, only cluster, or both?");
  const { learner: who, only } = query.data;
  const { people } = (await deps.connection()).database;
  const byId = await people.find(who);
  const found = byId
    ? [byId]
    : (await people.list()).filter(({ name, email }) => name === who || email === who.toLowerCase());
  const [learner] = found;
  if (!learner) throw new AdminRefusal(`There is nobody here called "${who}".`);
  if (found.length > 1)
    throw new AdminRefusal(
      `${found.length} people are called "${who}"; name one by id: ${found.map(({ id }) => id).join(", ")}`,
    );
  const workspace = await deps.workspaceOf(learner.id);
  if (workspace === undefined) throw new AdminRefusal(`${learner.name} has no workspace.`);
  return { learner, workspace, parts: only === undefined ? restorable : [only] };
}

async function receive<T>(
  request: IncomingMessage,
  take: (archive: AsyncIterable<Buffer>) => Promise<T>,
): Promise<T> {
  const gunzip = createGunzip();
  // It may fail before anybody reads from it; whoever reads then is told.
  gunzip.on("error", () => undefined);
  // An upload that breaks off must end the unpacking, and not only stop to feed it.
  request.once("error", (error) => gunzip.destroy(error));
  request.once("aborted", () => gunzip.destroy(new ArchiveError("The upload was broken off.")));
  try {
    return await take(request.pipe(gunzip));
  } catch (error) {
    // Whoever sends reads our answer only when all is sent.
    request.unpipe(gunzip);
    await drained(request);
    throw refusal(error);
  }
}

function drained(request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    request.once("end", resolve).once("close", resolve).resume();
  });
}

function refusal(error: unknown): unknown {
  if (error instanceof ArchiveError || error instanceof MigrationError)
    return new AdminRefusal(`Nothing was restored. ${error.message}`, { cause: error });
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code.startsWith("Z_") || code === "ERR_STREAM_PREMATURE_CLOSE")
    return new AdminRefusal("Nothing was restored. The archive is damaged or not whole.", { cause: error });
  if (code === "ENOSPC" || code === "EDQUOT")
    return new AdminRefusal("Nothing was restored. The disk is full.", { cause: error });
  return error;
}
