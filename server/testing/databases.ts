import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { connectDatabase, type DatabaseConnection } from "../platform/db/index.ts";
import { startPostgres, type TestPostgres } from "./postgres.ts";

export const migrationsDir = path.resolve(import.meta.dirname, "../../prisma/migrations");

/** A database of the test's own, of one of the two kinds; both go through the same tests. */
export interface Backend {
  readonly name: "pglite" | "postgresql";
  open(migrations?: string): Promise<DatabaseConnection>;
  dispose(): Promise<void>;
}

export function pgliteBackend(): Backend {
  const dataDir = mkdtempSync(path.join(tmpdir(), "meshwork-db-"));
  return {
    name: "pglite",
    open: (migrations = migrationsDir) =>
      connectDatabase({ url: undefined, dataDir, migrationsDir: migrations }),
    dispose: async () => rmSync(dataDir, { recursive: true, force: true }),
  };
}

export function postgresBackend(): Backend {
  let server: TestPostgres | undefined;
  return {
    name: "postgresql",
    async open(migrations = migrationsDir) {
      server ??= await startPostgres();
      return connectDatabase({ url: server.url, dataDir: "unused", migrationsDir: migrations });
    },
    dispose: async () => server?.stop(),
  };
}
