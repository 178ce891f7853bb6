import type { Database } from "./database.ts";
import type { DumpHead } from "./dump.ts";
import type { DatabaseOptions } from "./open.ts";

export interface DatabaseConnection {
  readonly database: Database;
  readonly kind: "pglite" | "postgresql";
  /** Migrations that were applied just now. */
  readonly applied: readonly string[];
  /** All rows as of one moment: the head first, then each table's lines, some at a time. */
  dump(
    head: (head: DumpHead) => Promise<void>,
    rows: (table: string, lines: string) => Promise<void>,
  ): Promise<void>;
  /** Puts dumped rows in the place of all that is there, or changes nothing. Nobody else may use the database meanwhile. */
  load(head: DumpHead, lines: (table: string) => AsyncIterable<string>): Promise<void>;
  close(): Promise<void>;
}

/** Opens and migrates. Loads the drivers only now: a page that asks who is signed in must not carry them. */
export async function connectDatabase(options: DatabaseOptions): Promise<DatabaseConnection> {
  const [{ openDatabase }, { Database }, { dumpHead, dumpRows, loadRows }] = await Promise.all([
    import("./open.ts"),
    import("./database.ts"),
    import("./dump.ts"),
  ]);
  const { migrationsDir } = options;
  const { prisma, kind, applied, transact, close } = await openDatabase(options);
  return {
    ...{ database: new Database(prisma), kind, applied, close },
    dump: (tellHead, tellRows) =>
      transact("REPEATABLE READ", async (session) => {
        const head = await dumpHead(session);
        await tellHead(head);
        for (const table of head.tables)
          for await (const lines of dumpRows(session, table)) await tellRows(table.name, lines);
      }),
    load: (head, lines) =>
      transact("READ COMMITTED", (session) => loadRows(session, { head, lines, migrationsDir })),
  };
}
