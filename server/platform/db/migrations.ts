import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { MIGRATION_LOCK } from "./limits.ts";

/** One session of a database. `execute` takes several statements; `query` one, with parameters. */
export interface SqlSession {
  execute(sql: string): Promise<unknown>;
  query(sql: string, parameters: readonly unknown[]): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

export class MigrationError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "MigrationError";
  }
}

// Column by column what Prisma's own engine creates, so that `prisma migrate deploy` can take over at any time.
const BOOKKEEPING = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

/** Applies the migrations that are missing (of those in `only`), in order, and returns their names. Needs no engine binary. */
export async function applyMigrations(
  session: SqlSession,
  folder: string,
  only?: ReadonlySet<string>,
): Promise<string[]> {
  await session.query("SELECT pg_advisory_lock($1)", [MIGRATION_LOCK]);
  try {
    await session.execute(BOOKKEEPING);
    const done = await appliedMigrations(session);
    const applied: string[] = [];
    const known = await migrationNames(folder);
    refuseNewer([...done.keys()].filter((name) => !known.includes(name)));
    for (const name of known.filter((each) => only?.has(each) ?? true)) {
      const { sql, checksum } = await readMigration(folder, name);
      const before = done.get(name);
      if (before === checksum) continue;
      if (before !== undefined) {
        throw new MigrationError(
          `Migration ${name} was changed after it had been applied here. Add a new migration instead of changing an old one.`,
        );
      }
      await applyOne(session, { name, sql, checksum });
      applied.push(name);
    }
    return applied;
  } finally {
    // Inside a transaction that has failed nothing more can be asked; the session's end gives the lock back then.
    await session.query("SELECT pg_advisory_unlock($1)", [MIGRATION_LOCK]).catch(() => undefined);
  }
}

/** Going back would need to undo what a newer release did to the rows; nobody has written that. */
function refuseNewer(unknown: readonly string[]): void {
  if (unknown.length === 0) return;
  throw new MigrationError(
    `A newer release of Meshwork has used this database: it holds ${unknown.join(", ")}, which this release does not know. Start that release again, or restore a backup that this release made.`,
  );
}

export async function migrationNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

async function readMigration(folder: string, name: string): Promise<{ sql: string; checksum: string }> {
  const sql = await readFile(path.join(folder, name, "migration.sql"), "utf8");
  return { sql, checksum: createHash("sha256").update(sql).digest("hex") };
}

/** What a backup names, against what this release has. Throws MigrationError when this release cannot read it. */
export async function judgeMigrations(
  migrations: readonly { readonly name: string; readonly checksum: string }[],
  folder: string,
): Promise<void> {
  const known = await migrationNames(folder);
  const unknown = migrations.filter(({ name }) => !known.includes(name)).map(({ name }) => name);
  if (unknown.length > 0)
    throw new MigrationError(
      `A newer release of Meshwork made this: it holds ${unknown.join(", ")}, which this release does not know.`,
    );
  for (const { name, checksum } of migrations)
    if ((await readMigration(folder, name)).checksum !== checksum)
      throw new MigrationError(`Migration ${name} is another one here than where this was made.`);
}

/** Applied migrations of a database, in order. */
export async function migrationsOf(session: SqlSession): Promise<{ name: string; checksum: string }[]> {
  return [...(await appliedMigrations(session))].map(([name, checksum]) => ({ name, checksum }));
}

async function appliedMigrations(session: SqlSession): Promise<Map<string, string>> {
  const rows = await session.query(
    "SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at",
    [],
  );
  const failed = rows.find((row) => row.finished_at === null);
  if (failed) {
    throw new MigrationError(
      `Migration ${failed.migration_name} failed earlier. Repair the database, then delete its row from _prisma_migrations.`,
    );
  }
  return new Map(rows.map((row) => [String(row.migration_name), String(row.checksum)]));
}

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

async function applyOne(session: SqlSession, { name, sql, checksum }: Migration): Promise<void> {
  const id = randomUUID();
  await session.query("INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ($1, $2, $3)", [
    id,
    checksum,
    name,
  ]);
  try {
    await session.execute(sql);
  } catch (error) {
    await session.query("UPDATE _prisma_migrations SET logs = $2 WHERE id = $1", [id, String(error)]);
    throw new MigrationError(`Migration ${name} failed: ${String(error)}`, { cause: error });
  }
  await session.query(
    "UPDATE _prisma_migrations SET finished_at = now(), applied_steps_count = 1 WHERE id = $1",
    [id],
  );
}
