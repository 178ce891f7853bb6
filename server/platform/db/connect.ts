import type { Database } from "./database.ts";
import type { DatabaseOptions } from "./open.ts";

export interface DatabaseConnection {
  readonly database: Database;
  readonly kind: "pglite" | "postgresql";
  /** Migrations that were applied just now. */
  readonly applied: readonly string[];
  close(): Promise<void>;
}

/** Opens and migrates. Loads the drivers only now: a page that asks who is signed in must not carry them. */
export async function connectDatabase(options: DatabaseOptions): Promise<DatabaseConnection> {
  const [{ openDatabase }, { Database }] = await Promise.all([import("./open.ts"), import("./database.ts")]);
  const { prisma, kind, applied, close } = await openDatabase(options);
  return { database: new Database(prisma), kind, applied, close };
}
