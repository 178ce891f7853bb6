// Prisma's real migration engine, as WebAssembly: for making migrations and for the drift test. Not used at run time.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { PGlite } from "@electric-sql/pglite";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import { PrismaPGlite } from "pglite-prisma-adapter";
import { z } from "zod";
import { applyMigrations } from "../migrations.ts";
import { embeddedSession } from "../open.ts";

/** What we use of @prisma/schema-engine-wasm; its package has no types for this build. */
interface SchemaEngine {
  diff(request: object): Promise<unknown>;
  free(): void;
}
interface EngineModule {
  __wbg_set_wasm(exports: WebAssembly.Exports): void;
  SchemaEngine: {
    new: (options: object, log: (line: string) => void, adapter: object) => Promise<SchemaEngine>;
  };
}

let loaded: Promise<EngineModule> | undefined;

async function load(): Promise<EngineModule> {
  const folder = path.dirname(createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm"));
  Reflect.set(globalThis, "PRISMA_WASM_PANIC_REGISTRY", { set_message: () => undefined });
  const module: EngineModule = await import(pathToFileURL(path.join(folder, "schema_engine_bg.js")).href);
  const wasm = await readFile(path.join(folder, "schema_engine_bg.wasm"));
  const { instance } = await WebAssembly.instantiate(new Uint8Array(wasm), {
    "./schema_engine_bg.js": { ...module } as unknown as WebAssembly.ModuleImports,
  });
  module.__wbg_set_wasm(instance.exports);
  const start: unknown = instance.exports.__wbindgen_start;
  if (typeof start === "function") start();
  return module;
}

const diffResult = z.object({ stdout: z.string().nullish(), exitCode: z.number() });

/** SQL that is missing between the migrations and the schema; undefined: nothing. Replays history in memory. */
export async function missingMigration(
  schemaFile: string,
  migrationsDir: string,
): Promise<string | undefined> {
  loaded ??= load();
  const { SchemaEngine } = await loaded;
  const content = await readFile(schemaFile, "utf8");
  const pglite = await PGlite.create("memory://");
  try {
    await applyMigrations(embeddedSession(pglite), migrationsDir);
    const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPGlite(pglite));
    const engine = await SchemaEngine.new(
      { datamodels: [["schema.prisma", content]] },
      () => undefined,
      adapter,
    );
    const files = [{ path: "schema.prisma", content }];
    const result = diffResult.parse(
      await engine.diff({
        from: { tag: "schemaDatasource", files, configDir: process.cwd() },
        to: { tag: "schemaDatamodel", files },
        script: true,
        exitCode: true,
        filters: { externalTables: [], externalEnums: [] },
      }),
    );
    engine.free();
    return result.exitCode === 0 ? undefined : (result.stdout ?? "");
  } finally {
    await pglite.close();
  }
}
