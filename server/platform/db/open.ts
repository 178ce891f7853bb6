import { mkdirSync } from "node:fs";
import path from "node:path";
import { setFlagsFromString } from "node:v8";
import { PGlite } from "@electric-sql/pglite";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { PrismaPGlite } from "pglite-prisma-adapter";
import { takeLock } from "../../workspace/index.ts";
import { PrismaClient } from "./generated/client.ts";
import { POOL_SIZE, TRANSACTION_MS, TRANSACTION_WAIT_MS } from "./limits.ts";
import { applyMigrations, type SqlSession } from "./migrations.ts";

export interface DatabaseOptions {
  /** A PostgreSQL URL; without one the database lives in `dataDir`, inside this process. */
  readonly url: string | undefined;
  readonly dataDir: string;
  readonly migrationsDir: string;
}

export interface OpenedDatabase {
  readonly kind: "pglite" | "postgresql";
  readonly prisma: PrismaClient;
  readonly applied: readonly string[];
  /** One transaction on a session of its own; `isolation` in SQL's words. */
  transact<T>(isolation: Isolation, work: (session: SqlSession) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export type Isolation = "REPEATABLE READ" | "READ COMMITTED";

export async function openDatabase(options: DatabaseOptions): Promise<OpenedDatabase> {
  return options.url === undefined ? openEmbedded(options) : openServer(options.url, options.migrationsDir);
}

const transactionOptions = { maxWait: TRANSACTION_WAIT_MS, timeout: TRANSACTION_MS };

/**
 * PGlite takes no lock: two processes on one folder both appear to work and lose each other's rows. So one process owns
 * it, by a pid file beside the folder; a second one is refused with the owner's pid.
 */
async function openEmbedded({ dataDir, migrationsDir }: DatabaseOptions): Promise<OpenedDatabase> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const unlock = takeLock(path.join(dataDir, "db.pid"));
  // Optimising PostgreSQL's WebAssembly takes 7 s of CPU and 500 MB, for 5 ms an event instead of 8: a laptop's class
  // never gets that back.
  setFlagsFromString("--liftoff-only");
  try {
    const pglite = await PGlite.create(path.join(dataDir, "db"));
    const applied = await applyMigrations(embeddedSession(pglite), migrationsDir);
    const prisma = new PrismaClient({ adapter: new PrismaPGlite(pglite), transactionOptions });
    return {
      kind: "pglite",
      prisma,
      applied,
      // Everybody else waits: PGlite has one session.
      transact: (isolation, work) =>
        pglite.transaction(async (transaction) => {
          await transaction.exec(`SET TRANSACTION ISOLATION LEVEL ${isolation}`);
          return work(embeddedSession(transaction));
        }),
      async close() {
        await prisma.$disconnect();
        if (!pglite.closed) await pglite.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

export function embeddedSession(pglite: Pick<PGlite, "exec" | "query">): SqlSession {
  return {
    execute: (sql) => pglite.exec(sql),
    query: async (sql, parameters) =>
      (await pglite.query<Readonly<Record<string, unknown>>>(sql, [...parameters])).rows,
  };
}

async function openServer(url: string, migrationsDir: string): Promise<OpenedDatabase> {
  const applied = await withSession(url, (session) => applyMigrations(session, migrationsDir));
  const prisma = new PrismaClient({
    adapter: new PrismaPg({ connectionString: url, max: POOL_SIZE }),
    transactionOptions,
  });
  return {
    ...{ kind: "postgresql", prisma, applied },
    transact: (isolation, work) =>
      withSession(url, async (session) => {
        await session.execute(`BEGIN ISOLATION LEVEL ${isolation}`);
        const done = await work(session);
        await session.execute("COMMIT");
        return done;
      }),
    close: () => prisma.$disconnect(),
  };
}

/** A connection for this alone. One that ends without COMMIT has changed nothing. */
async function withSession<T>(url: string, work: (session: SqlSession) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work({
      execute: (sql) => client.query(sql),
      query: async (sql, parameters) => (await client.query(sql, [...parameters])).rows,
    });
  } finally {
    await client.end();
  }
}
