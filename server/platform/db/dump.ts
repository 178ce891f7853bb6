// All rows, in a form that PGlite and PostgreSQL both read: a line of JSON each, made and read by the database itself, so
// that no type passes through JavaScript's. The schema is not in it: it is the migrations that are named beside it.

import { DUMP_BATCH, DUMP_BATCH_BYTES } from "./limits.ts";
import { applyMigrations, migrationsOf, type SqlSession } from "./migrations.ts";

export interface DumpedTable {
  readonly name: string;
  readonly columns: readonly string[];
}

export interface DumpHead {
  /** Applied migrations, name and checksum, in order. */
  readonly migrations: readonly { readonly name: string; readonly checksum: string }[];
  /** Those that are referred to come before those that refer to them. */
  readonly tables: readonly DumpedTable[];
}

/** Bookkeeping, and what is of use for minutes only. */
const LEFT_OUT = ["_prisma_migrations", "auth_verification"];

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** Run in one transaction of level REPEATABLE READ: then all rows are of one moment. */
export async function dumpHead(session: SqlSession): Promise<DumpHead> {
  const [migrations, rows, references] = [
    await migrationsOf(session),
    await session.query(
      `SELECT c.table_name AS name, json_agg(c.column_name ORDER BY c.ordinal_position)::text AS columns
       FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
       WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' GROUP BY c.table_name ORDER BY c.table_name`,
      [],
    ),
    await session.query(
      `SELECT conrelid::regclass::text AS "from", confrelid::regclass::text AS "to" FROM pg_constraint
       WHERE contype = 'f' AND connamespace = current_schema()::regnamespace`,
      [],
    ),
  ];
  const tables = rows
    .map(({ name, columns }): DumpedTable => ({ name: String(name), columns: JSON.parse(String(columns)) }))
    .filter(({ name }) => !LEFT_OUT.includes(name));
  const needs = references.map((row) => ({ from: bare(row.from), to: bare(row.to) }));
  return { migrations, tables: inOrder(tables, needs) };
}

const bare = (name: unknown) => String(name).replaceAll('"', "");

interface Reference {
  readonly from: string;
  readonly to: string;
}

function inOrder(tables: readonly DumpedTable[], needs: readonly Reference[]): DumpedTable[] {
  const ordered: DumpedTable[] = [];
  for (let left = [...tables]; left.length > 0; ) {
    const names = new Set(left.map(({ name }) => name));
    const free = left.filter(
      ({ name }) => !needs.some(({ from, to }) => from === name && to !== name && names.has(to)),
    );
    if (free.length === 0)
      throw new Error(`These tables refer to each other in a circle: ${[...names].join(", ")}`);
    ordered.push(...free);
    left = left.filter((table) => !free.includes(table));
  }
  return ordered;
}

/** A table's rows, some lines at a time. */
export async function* dumpRows(session: SqlSession, { name }: DumpedTable): AsyncGenerator<string> {
  await session.execute(
    `DECLARE dump NO SCROLL CURSOR FOR SELECT row_to_json(t)::text AS line FROM ${quoted(name)} t`,
  );
  for (;;) {
    const rows = await session.query(`FETCH ${DUMP_BATCH} FROM dump`, []);
    if (rows.length === 0) break;
    yield rows.map(({ line }) => `${String(line)}\n`).join("");
  }
  await session.execute("CLOSE dump");
}

export interface Load {
  readonly head: DumpHead;
  /** The lines of a table; undefined: it was not dumped. */
  readonly lines: (table: string) => AsyncIterable<string>;
  readonly migrationsDir: string;
}

/**
 * Puts dumped rows in the place of all that is there: an empty schema as it was then, the rows, then the migrations that
 * came since. Run it in one transaction: it is all or nothing.
 */
export async function loadRows(session: SqlSession, { head, lines, migrationsDir }: Load): Promise<void> {
  await dropEverything(session);
  await applyMigrations(session, migrationsDir, new Set(head.migrations.map(({ name }) => name)));
  for (const table of head.tables) await loadTable(session, table, lines(table.name));
  await advanceSequences(session);
  await applyMigrations(session, migrationsDir);
}

async function dropEverything(session: SqlSession): Promise<void> {
  const tables = await session.query(
    "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
    [],
  );
  for (const { tablename } of tables)
    await session.execute(`DROP TABLE IF EXISTS ${quoted(String(tablename))} CASCADE`);
  const types = await session.query(
    "SELECT typname FROM pg_type WHERE typnamespace = current_schema()::regnamespace AND typtype IN ('e', 'd')",
    [],
  );
  for (const { typname } of types)
    await session.execute(`DROP TYPE IF EXISTS ${quoted(String(typname))} CASCADE`);
}

async function loadTable(
  session: SqlSession,
  table: DumpedTable,
  lines: AsyncIterable<string>,
): Promise<void> {
  const columns = table.columns.map(quoted).join(", ");
  const insert = `INSERT INTO ${quoted(table.name)} (${columns})
    SELECT ${columns} FROM json_populate_recordset(NULL::${quoted(table.name)}, $1::json)`;
  let batch: string[] = [];
  let bytes = 0;
  const flush = async () => {
    if (batch.length > 0) await session.query(insert, [`[${batch.join(",")}]`]);
    batch = [];
    bytes = 0;
  };
  for await (const line of lines) {
    batch.push(line);
    bytes += line.length;
    if (batch.length >= DUMP_BATCH || bytes > DUMP_BATCH_BYTES) await flush();
  }
  await flush();
}

/** Counters go on after the highest number that a row has. */
async function advanceSequences(session: SqlSession): Promise<void> {
  const counted = await session.query(
    `SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns
     WHERE table_schema = current_schema() AND column_default LIKE 'nextval(%'`,
    [],
  );
  for (const row of counted) {
    const [table, column] = [quoted(String(row.table)), quoted(String(row.column))];
    await session.query(
      `SELECT setval(pg_get_serial_sequence($1, $2), COALESCE(MAX(${column}), 1), MAX(${column}) IS NOT NULL) FROM ${table}`,
      [table, String(row.column)],
    );
  }
}
