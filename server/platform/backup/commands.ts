// `meshwork backup` and `meshwork restore` as the running server answers them.
import type { IncomingMessage } from "node:http";
import { finished, pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { type AdminCommand, AdminRefusal, type AdminStream } from "../admin/index.ts";
import { MigrationError } from "../db/index.ts";
import { lastRestore } from "./finish-restore.ts";
import { MAX_AT_ONCE } from "./limits.ts";
import { type BackupDeps, makeBackup } from "./make-backup.ts";
import { stageRestore } from "./stage-restore.ts";
import { ArchiveError } from "./tar-header.ts";

export interface BackupCommandDeps extends BackupDeps {
  readonly migrationsDir: string;
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
        const { id, head } = await receive(request, deps);
        const { made, release } = head;
        const body = JSON.stringify({ ok: true, value: { id, made, release } });
        response.writeHead(200, { "Content-Type": "application/json", Connection: "close" }).end(body);
        await finished(response);
        deps.restart();
      }),
    },
  };
}

async function receive(request: IncomingMessage, deps: BackupCommandDeps) {
  const gunzip = createGunzip();
  // It may fail before anybody reads from it; whoever reads then is told.
  gunzip.on("error", () => undefined);
  // An upload that breaks off must end the unpacking, and not only stop to feed it.
  request.once("error", (error) => gunzip.destroy(error));
  request.once("aborted", () => gunzip.destroy(new ArchiveError("The upload was broken off.")));
  try {
    return await stageRestore(request.pipe(gunzip), deps);
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
