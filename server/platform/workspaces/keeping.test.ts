import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connectDatabase, type DatabaseConnection } from "../db/index.ts";
import { Keeping } from "./keeping.ts";
import { LocalLauncher } from "./local-launcher.ts";
import { classTenancy } from "./tenancy.ts";

const day = 86_400_000;
const dataDir = mkdtempSync(path.join(tmpdir(), "mwk-"));
const home = (workspace: string) => path.join(dataDir, "w", workspace, "home");
const letters: string[] = [];
const logged: string[] = [];
let connection: DatabaseConnection;
let now: number;
let running: string[] = [];
let keeping: Keeping;
let tenancy: ReturnType<typeof classTenancy>;
beforeAll(async () => {
  const migrationsDir = path.resolve(import.meta.dirname, "../../../prisma/migrations");
  connection = await connectDatabase({ url: undefined, dataDir, migrationsDir });
  now = Date.now();
  const db = async () => connection.database;
  const launcher = new LocalLauncher({
    ...{ workspacesDir: path.join(dataDir, "w"), command: ["false"], hostArguments: [] },
  });
  tenancy = classTenancy(db);
  keeping = new Keeping({
    ...{ db, running: () => running, now: () => now, forget: (learner) => tenancy.forget(learner) },
    discard: (workspace) => launcher.discard(workspace),
    async write(learner, { text }) {
      letters.push(`${learner}: ${text.split("\n")[1]}`);
      if (learner === "ben") throw new Error("no mail today");
    },
    log: {
      info: (_facts, message) => logged.push(message),
      error: (_facts, message) => logged.push(message),
    },
  });
});
afterAll(async () => {
  await connection.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const audits = async (learner: string) =>
  (await connection.database.audits({ subject: learner })).map(({ action }) => action);

it("[KP1] a home is deleted after 14 days, announced 3 days before; one that is used in between stays", async () => {
  const names = new Map<string, string>();
  for (const id of ["ada", "ben", "cleo"]) {
    await connection.database.ensureLearner({ id, name: id, role: "learner" });
    const workspace = await tenancy.workspaceOf(id);
    names.set(id, workspace);
    mkdirSync(home(workspace), { recursive: true });
    writeFileSync(path.join(home(workspace), "work.yaml"), "mine");
  }
  const [ada = "", ben = "", cleo = ""] = names.values();
  const kept = () => [ada, ben, cleo].map((workspace) => existsSync(path.join(home(workspace), "work.yaml")));
  running = [ada, ben, cleo];
  await keeping.look();
  running = [];
  now += 10 * day;
  await keeping.look();
  expect(letters).toEqual([]);
  now += day;
  const ends = new Date(now + 3 * day).toISOString().slice(0, 10);
  await keeping.look();
  await keeping.look();
  expect(letters).toEqual(
    ["ada", "ben", "cleo"].map(
      (id) => `${id}: Its files and its cluster are deleted on ${ends} unless you open a lab before.`,
    ),
  );
  expect(logged).toContain("the letter could not be sent");
  // Cleo comes back for an hour; Ada's runs, whatever was announced.
  running = [cleo];
  await keeping.look();
  now += 3 * day - 1;
  running = [];
  await keeping.look();
  expect(kept()).toEqual([true, true, true]);
  now += 1;
  await keeping.look();
  expect(kept()).toEqual([false, false, true]);
  expect([await audits("ben"), await audits("cleo")]).toEqual([
    ["workspace-expiring", "workspace-expired"],
    ["workspace-expiring"],
  ]);
  expect(await tenancy.workspaceOf("cleo")).toBe(cleo);
  expect(await tenancy.workspaceOf("ada")).not.toBe(ada);
});

it("[KP2] a clock that is set a year ahead deletes nothing before three days have passed since it was announced", async () => {
  const cleo = await tenancy.workspaceOf("cleo");
  now += 365 * day;
  await keeping.look();
  now += 3 * day - 1;
  await keeping.look();
  expect(existsSync(home(cleo))).toBe(true);
  now += 1;
  await keeping.look();
  expect(existsSync(home(cleo))).toBe(false);
});
