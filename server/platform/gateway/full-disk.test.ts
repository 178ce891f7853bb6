import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { StepConditions } from "../../contracts/index.ts";
import { Progress } from "../classroom/index.ts";
import { connectDatabase, type Database, type DatabaseConnection } from "../db/index.ts";
import { toWireError } from "./handlers.ts";

const dataDir = mkdtempSync(path.join(tmpdir(), "meshwork-full-"));
const migrationsDir = path.resolve(import.meta.dirname, "../../../prisma/migrations");
const FULL = "The server's disk is full: nothing can be saved until somebody frees space on it.";
let connection: DatabaseConnection;
let full = false;
const later: StepConditions[] = [];
const failures: string[] = [];
let progress: Progress;

/** The real database, but its disk can be full. The error is what Prisma made of PGlite's on a full tmpfs. */
function fillable(database: Database): Database {
  const record: Database["record"] = async (event) => {
    if (!full) return database.record(event);
    const said =
      'Code: `53100`. Message: `could not extend file "base/5/16442_fsm": No space left on device`';
    throw Object.assign(new Error(`Database error. ${said}`), { code: "P2039" });
  };
  return Object.assign(Object.create(database), { record });
}

beforeAll(async () => {
  connection = await connectDatabase({ url: undefined, dataDir, migrationsDir });
  await connection.database.ensureLearner({ id: "ada", name: "Ada", role: "learner" });
  const database = fillable(connection.database);
  progress = new Progress({
    db: async () => database,
    lab: async () => ({
      ...{ workshop: "w", id: "mtls", title: "t", summary: "s", minutes: 1 },
      steps: [{ id: "one", title: "One", conditions: 2 }],
    }),
    changed: () => undefined,
    failed: (error) => failures.push(String(error)),
    keptAtLast: (_learner, conditions) => later.push(conditions),
  });
});
afterAll(async () => {
  await connection?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const found = (passed: boolean): StepConditions => ({
  ...{ lab: "mtls", step: "one" },
  results: [
    { id: "a", status: passed ? "passed" : "failed", message: "as it should be", checkedAt: 1 },
    { id: "b", status: "failed", message: "not yet", checkedAt: 1 },
  ],
});

it("[R3] a full disk: reads go on, nothing is shown as passed, what was acknowledged stays, and it recovers", async () => {
  const report = { id: crypto.randomUUID(), kind: "step-viewed", lab: "mtls", step: "one" } as const;
  const before = await progress.report("ada", report);
  expect(await progress.keep("ada", found(false))).toEqual(found(false));

  full = true;
  const lost = { ...report, id: crypto.randomUUID() };
  const refusal = await progress.report("ada", lost).catch(toWireError);
  expect(refusal).toEqual({ code: "unavailable", message: FULL });
  const [a, b] = found(true).results;
  expect(await progress.keep("ada", found(true))).toEqual({
    ...found(true),
    results: [{ ...a, status: "unknown", message: `This holds, but it is not saved yet. ${FULL}` }, b],
  });
  expect(await progress.get("ada", "mtls")).toEqual(before.kind === "recorded" && before.progress);
  expect(later).toEqual([]);
  expect(failures).toEqual([`NotKept: ${FULL}`]);

  full = false;
  await vi.waitFor(() => expect(later).toEqual([found(true)]), { timeout: 10_000 });
  expect(await progress.get("ada", "mtls")).toMatchObject({
    passedConditions: [{ step: "one", condition: "a" }],
  });
  expect(await progress.report("ada", lost)).toMatchObject({ kind: "recorded" });
  // The step's view and its resend once refused, what the checks found first and last: each once.
  expect(await connection.database.eventCount("ada")).toBe(4);
});
