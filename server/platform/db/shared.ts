import type { Database } from "./database.ts";

// Next bundles its own copy of every module it imports; a global symbol is the one place both copies see.
const key = Symbol.for("meshwork.db");

type Open = () => Promise<Database>;

/** main.ts says how the database is opened; it is opened when it is first needed, once. */
export function provideDatabase(open: Open): void {
  let opened: Promise<Database> | undefined;
  const once: Open = () => {
    opened ??= open();
    return opened;
  };
  Reflect.set(globalThis, key, once);
}

/** The process's one database. Throws where main.ts did not run, e.g. while Next builds pages. */
export function database(): Promise<Database> {
  const open: unknown = Reflect.get(globalThis, key);
  if (typeof open !== "function") throw new Error("There is no database in this process.");
  // Only provideDatabase writes this key.
  return (open as Open)();
}
