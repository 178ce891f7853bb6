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

/**
 * A database for a server that a test puts together: PGlite in its data folder, or with MESHWORK_TEST_DATABASE=postgresql a
 * PostgreSQL of its own. So every test of accounts, classes and help runs on either.
 */
export async function connectTestDatabase(dataDir: string): Promise<DatabaseConnection> {
  if (process.env.MESHWORK_TEST_DATABASE !== "postgresql")
    return connectDatabase({ url: undefined, dataDir, migrationsDir });
  const server = await startPostgres();
  const connection = await connectDatabase({ url: server.url, dataDir, migrationsDir });
  return {
    ...connection,
    async close() {
      await connection.close();
      await server.stop();
    },
  };
}
