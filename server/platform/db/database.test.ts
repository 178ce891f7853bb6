import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { migrationsDir, pgliteBackend, postgresBackend } from "../../testing/databases.ts";
import { connectDatabase, type DatabaseConnection } from "./connect.ts";
import { nowhere, type RecordedEvent } from "./projection.ts";

const run = promisify(execFile);

const event = (change: Partial<RecordedEvent> = {}): RecordedEvent => ({
  id: crypto.randomUUID(),
  learner: "ada",
  kind: "step-viewed",
  lab: "mtls",
  step: "one",
  payload: {},
  at: new Date("2026-11-23T10:00:00Z"),
  ...change,
});

describe.each([
  { name: "PGlite", make: pgliteBackend },
  { name: "PostgreSQL", make: postgresBackend },
])("the database on $name", ({ make }) => {
  const backend = make();
  let connection: DatabaseConnection;
  beforeAll(async () => {
    connection = await backend.open();
    await connection.database.ensureLearner({ id: "ada", name: "Ada", role: "learner" });
    await connection.database.ensureLearner({ id: "owner", name: "You", role: "owner" });
  });
  afterAll(async () => {
    await connection?.close();
    await backend.dispose();
  });

  it("is of the kind that was asked for, and migrated once", async () => {
    expect(connection.kind).toBe(backend.name);
    expect(connection.applied.length).toBeGreaterThan(0);
    await connection.close();
    connection = await backend.open();
    expect(connection.applied).toEqual([]);
    expect((await connection.database.learners()).map(({ id }) => id).sort()).toEqual(["ada", "owner"]);
  });

  it("a learner has one workspace, however often and at once it is asked for", async () => {
    const { database } = connection;
    let names = 0;
    const asked = await Promise.all(
      Array.from({ length: 8 }, () => database.workspaceOf("ada", () => `w-${names++}`)),
    );
    expect(new Set(asked).size).toBe(1);
    expect(await database.workspaceOwner(asked[0] ?? "")).toBe("ada");
    expect(await database.workspaceOf("ada", () => "w-other")).toBe(asked[0]);
  });

  it("a class knows its instructor and its learners; joining twice changes nothing", async () => {
    const { classes } = connection.database;
    const made = await classes.create({ id: "c1", name: "Monday", istioVersion: "1.21.6" }, "owner");
    expect(made).toMatchObject({ state: "planned", workshop: "istio-basics", language: "en", gateLab: null });
    await Promise.all([classes.join("c1", "ada"), classes.join("c1", "ada"), classes.join("c1", "owner")]);
    expect([await classes.roleIn("c1", "owner"), await classes.roleIn("c1", "ada")]).toEqual([
      "instructor",
      "learner",
    ]);
    expect(await classes.roleIn("c1", "nobody")).toBeUndefined();
    expect(await classes.members("c1", "learner")).toEqual(["ada"]);
    expect((await classes.taughtBy("owner")).map(({ id }) => id)).toEqual(["c1"]);
    // Not open yet: nobody learns in it.
    expect(await classes.learningIn("ada")).toBeUndefined();
  });

  it("ensuring a learner again changes nothing, not even a role", async () => {
    await connection.database.ensureLearner({ id: "ada", name: "Eve", role: "owner" });
    expect(await connection.database.learner("ada")).toEqual({ id: "ada", name: "Ada", role: "learner" });
  });

  it("[A6] an event and what follows from it are committed together; a resend changes nothing", async () => {
    const { database } = connection;
    expect(await database.standing("ada", "mtls")).toEqual({ ...nowhere, learner: "ada", lab: "mtls" });
    const viewed = event();
    const first = await database.record(viewed);
    expect(first).toEqual({
      ...{ learner: "ada", lab: "mtls", currentStep: "one", stepSince: viewed.at },
      ...{ passedSteps: [], passedConditions: [], lastFailing: null, finishedAt: null },
      lastEvent: { kind: "step-viewed", text: "reads one", at: viewed.at.getTime() },
    });
    expect(await database.record({ ...viewed, step: "two" })).toEqual(first);
    expect(await database.standing("ada", "mtls")).toEqual(first);
    expect(await database.eventCount("ada")).toBe(1);
  });

  it("twenty events at once all count", async () => {
    const { database } = connection;
    const conditions = Array.from({ length: 20 }, (_, index) => `c${index}`);
    await Promise.all(
      conditions.map((condition) =>
        database.record(event({ kind: "conditions", lab: "busy", payload: { passed: [condition] } })),
      ),
    );
    const standing = await database.standing("ada", "busy");
    expect([...standing.passedConditions].sort()).toEqual(conditions.map((name) => `one/${name}`).sort());
  });

  it("what is passed stays passed, and a lab ends when every step with conditions is", async () => {
    const { database } = connection;
    const at = (second: number) => new Date(Date.UTC(2026, 10, 23, 11, 0, second));
    const required = ["one", "two"];
    const failing = { condition: "b", message: "still plaintext" };
    const base = { kind: "conditions", lab: "whole" } as const;
    await database.record(event({ ...base, payload: { passed: ["a"], failing, required }, at: at(1) }));
    expect(await database.standing("ada", "whole")).toMatchObject({
      passedConditions: ["one/a"],
      lastFailing: failing,
    });
    await database.record(
      event({ ...base, payload: { passed: ["a", "b"], complete: true, required }, at: at(2) }),
    );
    await database.record(event({ ...base, payload: { passed: [], failing, required }, at: at(3) }));
    await database.record(
      event({ ...base, step: "two", payload: { passed: ["c"], complete: true, required }, at: at(4) }),
    );
    expect(await database.standing("ada", "whole")).toMatchObject({
      passedSteps: ["one", "two"],
      passedConditions: ["one/a", "one/b", "two/c"],
      finishedAt: at(4),
      lastFailing: null,
    });
  });

  it("what fails does not hide what the learner did last", async () => {
    const { database } = connection;
    const at = (second: number) => new Date(Date.UTC(2026, 10, 23, 12, 0, second));
    const command = event({
      kind: "command-run",
      lab: "last",
      payload: { detail: "kubectl get pods" },
      at: at(1),
    });
    await database.record(command);
    const base = { kind: "conditions", lab: "last" } as const;
    const failing = { condition: "b", message: "still plaintext" };
    await database.record(event({ ...base, payload: { passed: [], failing }, at: at(2) }));
    expect(await database.standing("ada", "last")).toMatchObject({
      lastEvent: { kind: "command-run", text: "kubectl get pods", at: at(1).getTime() },
      lastFailing: failing,
    });
    await database.record(event({ ...base, payload: { passed: ["a"], failing }, at: at(3) }));
    expect((await database.standing("ada", "last")).lastEvent?.text).toBe("1 of the conditions of one hold");
  });

  it("a session is known by its hash until it expires", async () => {
    const { database } = connection;
    const ada = { id: "ada", name: "Ada", role: "learner" } as const;
    await database.addSession("hash-1", ada, new Date(Date.now() + 60_000));
    await database.addSession("hash-2", ada, new Date(Date.now() - 1));
    expect(await database.sessionLearner("hash-1")).toEqual({ ...ada, session: "hash-1" });
    expect(await database.sessionLearner("hash-2")).toBeUndefined();
  });

  it("[R4] a clock that is set signs nobody out, and what is recorded stays in its order, each once", async () => {
    const { database } = connection;
    await database.ensureLearner({ id: "zoe", name: "Zoe", role: "learner" });
    const start = Date.now();
    await database.addSession(
      "hash-of-zoe",
      { id: "zoe", name: "Zoe", role: "learner" },
      new Date(start + 30 * 86_400_000),
    );
    const hour = 3_600_000;
    const sent: string[] = [];
    try {
      for (const jump of [0, 1, -1, 24, -24]) {
        vi.useFakeTimers({ toFake: ["Date"], now: start + jump * hour });
        expect([jump, (await database.sessionLearner("hash-of-zoe"))?.id]).toEqual([jump, "zoe"]);
        const next = event({ learner: "zoe", at: new Date(), step: `at-${jump}` });
        await database.record(next);
        await database.record(next);
        sent.push(next.id);
        await database.people.forgetExpiredSessions();
      }
    } finally {
      vi.useRealTimers();
    }
    const kept = await database.personalData("zoe", 10);
    expect(kept?.events.map((one) => Reflect.get(one, "id"))).toEqual(sent.reverse());
    expect(await database.standing("zoe", "mtls")).toMatchObject({ currentStep: "at--24" });
    await database.people.remove("zoe");
  });

  it("[A2] a session that was given under another role stands for nobody", async () => {
    const { database } = connection;
    const before = { id: "ada", name: "Ada", role: "instructor" } as const;
    await database.addSession("hash-3", before, new Date(Date.now() + 60_000));
    expect(await database.sessionLearner("hash-3")).toBeUndefined();
  });

  it("the board's source is each learner's lab that moved last", async () => {
    await connection.database.record(event({ lab: "newest", at: new Date() }));
    expect((await connection.database.latestStandings()).map(({ learner, lab }) => [learner, lab])).toEqual([
      ["ada", "newest"],
    ]);
  });

  it("a lab's time is the median of learners who finished it, without breaks, and not told of a few", async () => {
    const { database } = connection;
    const minute = (count: number) => new Date(Date.UTC(2026, 10, 23, 13, count));
    const finish = async (learner: string, minutes: readonly number[]) => {
      for (const at of minutes.slice(0, -1))
        await database.record(event({ learner, lab: "timed", at: minute(at) }));
      const payload = { passed: ["a"], complete: true, required: ["one"] };
      await database.record(
        event({ learner, lab: "timed", kind: "conditions", payload, at: minute(minutes.at(-1) ?? 0) }),
      );
    };
    const timed = async () => (await database.labTimes.all(clock)).filter(({ lab }) => lab === "timed");
    let clock = 0;
    for (const id of ["t1", "t2", "t3", "t4"])
      await database.ensureLearner({ id, name: id, role: "learner" });
    await finish("t1", [0, 5, 8]);
    // A lunch of an hour counts as ten minutes.
    await finish("t2", [0, 5, 65]);
    // Not a learner, and not finished.
    await finish("owner", [0, 1]);
    await database.record(event({ learner: "t4", lab: "timed", at: minute(0) }));
    await database.record(event({ learner: "t4", lab: "timed", at: minute(3) }));
    expect(await timed()).toEqual([]);
    await finish("t3", [0, 9, 18, 24]);
    // What was read a moment ago is told again; after some minutes it is read anew.
    expect(await timed()).toEqual([]);
    clock = 5 * 60_000;
    expect(await timed()).toEqual([{ lab: "timed", minutes: 15, learners: 3 }]);
    // What a learner does afterwards is no longer work at the lab.
    await database.record(event({ learner: "t3", lab: "timed", at: minute(300) }));
    clock = 10 * 60_000;
    expect(await timed()).toEqual([{ lab: "timed", minutes: 15, learners: 3 }]);
  });
});

describe("migrations", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "meshwork-db-"));
    cpSync(migrationsDir, path.join(folder, "migrations"), { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const open = () =>
    connectDatabase({
      url: undefined,
      dataDir: path.join(folder, "data"),
      migrationsDir: path.join(folder, "migrations"),
    });

  it("a release that lacks a migration of the database is refused, and the database stays as it is", async () => {
    const newer = path.join(folder, "migrations", "99999999999998_newer");
    mkdirSync(newer);
    writeFileSync(path.join(newer, "migration.sql"), "CREATE TABLE newer (id int);");
    const later = await open();
    expect(later.applied).toContain("99999999999998_newer");
    await later.close();
    rmSync(newer, { recursive: true });
    await expect(open()).rejects.toThrow(
      "A newer release of Meshwork has used this database: it holds 99999999999998_newer, which this release does not know. Start that release again, or restore a backup that this release made.",
    );
    mkdirSync(newer);
    writeFileSync(path.join(newer, "migration.sql"), "CREATE TABLE newer (id int);");
    const again = await open();
    expect(again.applied).toEqual([]);
    await again.close();
  });

  it("a failed migration stops every later start, with its name", async () => {
    const broken = path.join(folder, "migrations", "99999999999999_broken");
    mkdirSync(broken);
    writeFileSync(path.join(broken, "migration.sql"), "CREATE TABLE half (id int); SELECT nonsense;");
    await expect(open()).rejects.toThrow(/^Migration 99999999999999_broken failed: /);
    await expect(open()).rejects.toThrow(
      /^Migration 99999999999999_broken failed earlier\. Repair the database/,
    );
  });
});

describe("[R1] PGlite's one owner", () => {
  it("a second process is refused with the pid of the first, and takes over when that is gone", async () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), "meshwork-db-"));
    try {
      const owner = await run(process.execPath, [
        "-e",
        `require("fs").writeFileSync(${JSON.stringify(path.join(dataDir, "db.pid"))}, process.pid + " 1\\n")`,
      ]);
      expect(owner.stderr).toBe("");
      const first = await connectDatabase({ url: undefined, dataDir, migrationsDir });
      await expect(connectDatabase({ url: undefined, dataDir, migrationsDir })).rejects.toThrow(
        `${path.join(dataDir, "db.pid")} is held by process ${process.pid}, which is running. Stop that process first.`,
      );
      await first.close();
      const second = await connectDatabase({ url: undefined, dataDir, migrationsDir });
      await second.close();
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});
