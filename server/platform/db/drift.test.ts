import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { missingMigration } from "./schema-engine/engine.ts";

const prisma = path.resolve(import.meta.dirname, "../../../prisma");

it("the migrations make exactly what schema.prisma says", async () => {
  expect(
    await missingMigration(path.join(prisma, "schema.prisma"), path.join(prisma, "migrations")),
  ).toBeUndefined();
});

it("a column that no migration makes is noticed", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "meshwork-drift-"));
  try {
    const schema = path.join(folder, "schema.prisma");
    await writeFile(
      schema,
      'datasource db {\n  provider = "postgresql"\n}\nmodel Note {\n  id String @id\n}\n',
    );
    await mkdir(path.join(folder, "migrations"));
    expect(await missingMigration(schema, path.join(folder, "migrations"))).toContain('CREATE TABLE "Note"');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
