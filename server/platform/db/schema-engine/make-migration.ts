// npx tsx server/platform/db/schema-engine/make-migration.ts NAME
// Writes prisma/migrations/<time>_NAME/migration.sql with what prisma/schema.prisma says and the migrations do not yet.
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { missingMigration } from "./engine.ts";

const name = process.argv[2] ?? "";
if (!/^[a-z0-9_]+$/.test(name)) throw new Error("Name the migration: lower-case words joined by _");
const folder = path.resolve("prisma/migrations");
await mkdir(folder, { recursive: true });
const sql = await missingMigration(path.resolve("prisma/schema.prisma"), folder);
if (sql === undefined) process.stdout.write("The migrations say what the schema says.\n");
else {
  const target = path.join(folder, `${new Date().toISOString().replace(/\D/g, "").slice(0, 14)}_${name}`);
  await mkdir(target);
  await writeFile(path.join(target, "migration.sql"), sql);
  await writeFile(path.join(folder, "migration_lock.toml"), 'provider = "postgresql"\n');
  process.stdout.write(`${path.join(target, "migration.sql")}\n`);
}
