import { defineConfig } from "prisma/config";

// `generate` needs no schema engine, but the CLI looks for one and would download it. Any executable satisfies it;
// `migrate deploy` is left alone and finds the real one.
if (["generate", "validate", "format"].some((command) => process.argv.includes(command))) {
  process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;
}

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  datasource: { url: process.env.DATABASE_URL ?? "postgresql://localhost:5432/meshwork" },
});
