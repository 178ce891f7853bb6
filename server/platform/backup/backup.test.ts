import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Backend, migrationsDir, pgliteBackend, postgresBackend } from "../../testing/databases.ts";
import type { DatabaseConnection } from "../db/index.ts";
import { ArchiveWriter, HEAD } from "./archive.ts";
import { finishRestore, lastRestore } from "./finish-restore.ts";
import { makeBackup } from "./make-backup.ts";
import { restoreWorkspace } from "./restore-workspace.ts";
import { stageRestore } from "./stage-restore.ts";
import type { Entry } from "./tar-header.ts";

const root = mkdtempSync(path.join(tmpdir(), "mwb-"));
const folder = (name: string) => {
  mkdirSync(path.join(root, name), { recursive: true });
  return path.join(root, name);
};
afterAll(() => rmSync(root, { recursive: true, force: true }));

const made = new Date("2026-11-23T19:00:00Z");
const one = async function* (bytes: Buffer) {
  yield bytes;
};

async function backup(dataDir: string, connection: DatabaseConnection): Promise<Buffer> {
  const parts: Buffer[] = [];
  const deps = { dataDir, release: "1.2.3", now: () => made, connection: async () => connection };
  await makeBackup(deps, async (bytes) => void parts.push(Buffer.from(bytes)));
  expect(readdirSync(dataDir).filter((name) => name.startsWith("backup-"))).toEqual([]);
  return Buffer.concat(parts);
}

async function restore(bytes: Buffer, dataDir: string, connection: DatabaseConnection) {
  await stageRestore(one(bytes), { dataDir, migrationsDir });
  return finishRestore({ dataDir, connection, stopWorkspaces: async () => undefined });
}

/** Every row of every table, as the database tells it. */
async function rowsOf(connection: DatabaseConnection): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  await connection.dump(
    async ({ tables }) => {
      for (const { name } of tables) found[name] = [];
    },
    async (table, lines) => void found[table]?.push(...lines.trimEnd().split("\n")),
  );
  for (const lines of Object.values(found)) lines.sort();
  return found;
}

const event = (learner: string, detail: string) => ({
  ...({ id: crypto.randomUUID(), learner, kind: "command-run", lab: "mtls", step: "one" } as const),
  ...{ payload: { detail }, at: new Date("2026-11-23T10:00:00.123Z") },
});

async function fill({ database }: DatabaseConnection, name: string): Promise<void> {
  await database.ensureLearner({ id: name, name: `${name} "quoted" \\ ünï\ncode`, role: "instructor" });
  await database.ensureWorkspace(name, name);
  await database.classes.create({ id: `class-${name}`, name: "Monday", istioVersion: "1.29.6" }, name);
  for (let count = 0; count < 30; count++)
    await database.record(event(name, `command ${count} 'x'; \u2028 "y"`));
  await database.record({ ...event(name, ""), kind: "conditions", payload: { passed: ["a", "b,c", '"d"'] } });
  await database.audit({ actor: name, action: "sign-in", subject: name, detail: { from: "here" } });
}

function fillFolder(dataDir: string, name: string): void {
  const own = path.join(dataDir, "workspaces", name);
  for (const part of ["home/.config", "cluster", "screens", "run"])
    mkdirSync(path.join(own, part), { recursive: true });
  writeFileSync(path.join(own, "home", "notes.txt"), `notes of ${name}`);
  writeFileSync(path.join(own, "home", "run.sh"), "#!/bin/sh\n", { mode: 0o755 });
  writeFileSync(path.join(own, "home", ".config", "big"), Buffer.alloc(700_001, name));
  symlinkSync("/etc/passwd", path.join(own, "home", "link"));
  writeFileSync(path.join(own, "cluster", "snapshot.jsonl"), "{}\n");
  writeFileSync(path.join(own, "cluster", "log-00000002.jsonl"), "{}\n");
  writeFileSync(path.join(own, "cluster", "snapshot.jsonl.tmp"), "half");
  writeFileSync(path.join(own, "state.json"), `{"lab":"${name}"}`);
  writeFileSync(path.join(own, "token"), "secret of a process");
  const labs = path.join(dataDir, "content", (name === "ada" ? "a" : "e").repeat(64));
  mkdirSync(labs, { recursive: true });
  writeFileSync(path.join(labs, "lab.md"), `the labs of ${name}`);
  writeFileSync(path.join(dataDir, "accounts-key"), `key of ${name}`, { mode: 0o600 });
}

function filesOf(dataDir: string): Record<string, string> {
  const found: Record<string, string> = {};
  const walk = (at: string) => {
    for (const child of readdirSync(path.join(dataDir, at), { withFileTypes: true })) {
      const name = path.join(at, child.name);
      const whole = path.join(dataDir, name);
      if (child.isDirectory()) walk(name);
      else if (child.isSymbolicLink()) found[name] = `-> ${readlinkSync(whole)}`;
      else
        found[name] =
          `${(statSync(whole).mode & 0o777).toString(8)} ${readFileSync(whole).toString("latin1")}`;
    }
  };
  for (const folder of ["workspaces", "content"]) walk(folder);
  found["accounts-key"] = readFileSync(path.join(dataDir, "accounts-key"), "utf8");
  return found;
}

let embedded: Backend;
let server: Backend;
let here: DatabaseConnection;
let there: DatabaseConnection;
beforeAll(async () => {
  embedded = pgliteBackend();
  server = postgresBackend();
  [here, there] = await Promise.all([embedded.open(), server.open()]);
  await fill(here, "ada");
}, 120_000);
afterAll(async () => {
  await here?.close();
  await there?.close();
  await embedded?.dispose();
  await server?.dispose();
});

describe("a backup", () => {
  it("moves from PGlite into PostgreSQL and back with every row and file; counters go on", async () => {
    const [first, second, third] = [folder("first"), folder("second"), folder("third")];
    fillFolder(first, "ada");
    fillFolder(second, "eve");
    await fill(there, "eve");
    const before = await rowsOf(here);
    expect(before.event?.length).toBe(31);
    const wanted = filesOf(first);
    for (const name of ["token", "cluster/snapshot.jsonl.tmp"]) delete wanted[`workspaces/ada/${name}`];

    expect(await restore(await backup(first, here), second, there)).toEqual({
      ...{
        kind: "restored",
        made: made.toISOString(),
        release: "1.2.3",
        id: expect.stringMatching(/^restore-/),
        keysChanged: true,
      },
    });
    expect(await rowsOf(there)).toEqual(before);
    expect(filesOf(second)).toEqual(wanted);
    expect(await lastRestore(second)).toMatchObject({ kind: "restored" });
    await there.database.record(event("ada", "after"));
    await there.database.audit({ actor: "ada", action: "after", subject: "ada" });

    const after = await rowsOf(there);
    await restore(await backup(second, there), third, here);
    expect(await rowsOf(here)).toEqual(after);
    expect(filesOf(third)).toEqual(wanted);
    expect(readdirSync(third).sort()).toEqual([
      ...["accounts-key", "content", "restore-outcome.json", "workspaces"],
    ]);
  });

  it("of an older release is migrated forwards", async () => {
    const old = folder("old-migrations");
    const [first] = readdirSync(migrationsDir).sort();
    cpSync(path.join(migrationsDir, first ?? ""), path.join(old, first ?? ""), { recursive: true });
    const backend = pgliteBackend();
    try {
      const before = await backend.open(old);
      const bytes = await backup(folder("older"), before);
      await before.close();
      expect(await restore(bytes, folder("newer"), there)).toMatchObject({ kind: "restored" });
      await fill(there, "grace");
      expect((await rowsOf(there)).learner?.length).toBe(1);
    } finally {
      await backend.dispose();
    }
  }, 90_000);
});

describe("a restore that will not do changes nothing:", () => {
  /** What is said, after which everything must be as it was. */
  async function refusal(bytes: Buffer): Promise<string> {
    const dataDir = folder("untouched");
    fillFolder(dataDir, "eve");
    const before = [filesOf(dataDir), await rowsOf(here)];
    const said = await stageRestore(one(bytes), { dataDir, migrationsDir }).then(
      () => "staged",
      (error: unknown) => String(error),
    );
    expect([filesOf(dataDir), await rowsOf(here)]).toEqual(before);
    expect(readdirSync(dataDir).sort()).toEqual(["accounts-key", "content", "workspaces"]);
    rmSync(dataDir, { recursive: true });
    return said;
  }

  async function archiveOf(
    entries: (Partial<Entry> & { path: string })[],
    migrations: { name: string; checksum: string }[] = [],
  ) {
    const parts: Buffer[] = [];
    const writer = new ArchiveWriter(async (bytes) => void parts.push(bytes));
    await writer.addJson(HEAD, {
      format: 1,
      release: "9",
      made: "now",
      database: { migrations, tables: [] },
    });
    for (const entry of entries)
      await writer.add(
        { type: "file", size: 1, mode: 0o644, uid: 0, gid: 0, mtime: 0, ...entry },
        entry.type ? [] : [Buffer.from("x")],
      );
    await writer.end();
    return Buffer.concat(parts);
  }

  it("made by a newer release", async () => {
    const newer = await archiveOf([], [{ name: "20990101000000_later", checksum: "x" }]);
    expect(await refusal(newer)).toBe(
      "MigrationError: A newer release of Meshwork made this: it holds 20990101000000_later, which this release does not know.",
    );
  });

  it("cut in the middle", async () => {
    const bytes = await backup(folder("first"), here);
    expect(await refusal(bytes.subarray(0, bytes.length / 2))).toBe(
      "ArchiveError: The archive ends too early: it is not whole.",
    );
  });

  it("with places that are none of a backup's, or through a link", async () => {
    const home = "workspaces/ada/home";
    for (const at of ["../etc/x", "/etc/x", `${home}/../../x`, "db/x", "start-token", "workspaces/ada/token"])
      expect(await refusal(await archiveOf([{ path: at }]))).toBe(
        `ArchiveError: The archive holds "${at}", which is no place of a backup.`,
      );
    const through = [
      { path: `${home}/out`, type: "symlink" as const, size: 0, target: root },
      { path: `${home}/out/written` },
    ];
    expect(await refusal(await archiveOf(through))).toBe(
      `ArchiveError: The archive would write "${home}/out/written" through a link.`,
    );
    expect(existsSync(path.join(root, "written"))).toBe(false);
  });

  it("whose rows the database does not take", async () => {
    const dataDir = folder("bad-rows");
    fillFolder(dataDir, "eve");
    const before = [filesOf(dataDir), await rowsOf(here), await rowsOf(there)];
    await stageRestore(one(await backup(folder("first"), here)), { dataDir, migrationsDir });
    const staged = readdirSync(dataDir).find((name) => name.startsWith("restore-") && name.length > 30) ?? "";
    writeFileSync(
      path.join(dataDir, staged, "database", "workspace.jsonl"),
      '{"id":"x","learner_id":"nobody","created_at":"2026-11-23T10:00:00Z","used_at":"2026-11-23T10:00:00Z"}\n',
    );
    const stopWorkspaces = async () => undefined;
    for (const connection of [here, there]) {
      writeFileSync(path.join(dataDir, "restore-pending"), staged);
      cpSync(path.join(dataDir, staged), path.join(root, "kept"), { recursive: true });
      const outcome = await finishRestore({ dataDir, connection, stopWorkspaces });
      expect(outcome).toMatchObject({
        kind: "failed",
        reason: expect.stringContaining("workspace_learner_id_fkey"),
      });
      renameSync(path.join(root, "kept"), path.join(dataDir, staged));
    }
    expect([filesOf(dataDir), await rowsOf(here), await rowsOf(there)]).toEqual(before);
  });
});

it("[R1] a start that is killed in the middle of a restore is finished by the next one", async () => {
  const [from, dataDir] = [folder("from"), folder("killed")];
  fillFolder(from, "ada");
  const bytes = await backup(from, here);
  const wanted = Object.keys(filesOf(from)).filter((name) => !/token|\.tmp$/.test(name));
  const rows = await rowsOf(here);
  // After the rows; between the two renames, where a start has made an empty folder; after both.
  for (const killedAfter of ["rows", "first rename", "second rename"]) {
    rmSync(dataDir, { recursive: true, force: true });
    folder("killed");
    fillFolder(dataDir, "eve");
    await stageRestore(one(bytes), { dataDir, migrationsDir });
    const staged = path.join(dataDir, readFileSync(path.join(dataDir, "restore-pending"), "utf8"));
    const [workspaces, old] = [path.join(dataDir, "workspaces"), path.join(staged, "replaced-workspaces")];
    if (killedAfter !== "rows") renameSync(workspaces, old);
    if (killedAfter === "first rename") mkdirSync(workspaces);
    if (killedAfter === "second rename") renameSync(path.join(staged, "workspaces"), workspaces);
    const outcome = await finishRestore({ dataDir, connection: here, stopWorkspaces: async () => undefined });
    expect(outcome).toMatchObject({ kind: "restored" });
    expect(Object.keys(filesOf(dataDir)), killedAfter).toEqual(wanted);
    expect(await rowsOf(here)).toEqual(rows);
  }
});

const tree = (at: string) => readdirSync(at, { recursive: true }).map(String).sort();

describe("one workspace out of a backup", () => {
  const from = folder("whole");
  let bytes: Buffer;
  beforeAll(async () => {
    for (const name of ["ada", "eve"]) fillFolder(from, name);
    bytes = await backup(from, here);
  });
  const target = (name: string) => {
    const dataDir = folder(name);
    for (const learner of ["ada", "eve"]) {
      for (const part of ["home", "cluster", "screens"])
        mkdirSync(path.join(dataDir, "workspaces", learner, part), { recursive: true });
      writeFileSync(path.join(dataDir, "workspaces", learner, "home", "now"), "now");
    }
    return dataDir;
  };
  const options = (dataDir: string) => ({
    ...{ dataDir, workspace: "ada", parts: ["home"] as const },
    whileStopped: async (_workspace: string, work: () => Promise<void>) => work(),
  });

  it("takes the place of what is there: that part of that workspace, nothing else", async () => {
    const dataDir = target("one");
    const eves = tree(path.join(dataDir, "workspaces", "eve"));
    const asked: string[] = [];
    await restoreWorkspace(one(bytes), {
      ...options(dataDir),
      async whileStopped(workspace, work) {
        asked.push(workspace);
        await work();
      },
    });
    expect(asked).toEqual(["ada"]);
    const home = (data: string) => tree(path.join(data, "workspaces", "ada", "home"));
    expect(home(dataDir)).toEqual(home(from));
    expect(readdirSync(path.join(dataDir, "workspaces", "ada", "cluster"))).toEqual([]);
    expect(tree(path.join(dataDir, "workspaces", "eve"))).toEqual(eves);
    expect(readdirSync(dataDir)).toEqual(["workspaces"]);
  });

  it("leaves all as it was when the archive is damaged, holds nothing of it, or the exchange fails", async () => {
    const dataDir = target("none");
    const before = tree(dataDir);
    const cut = restoreWorkspace(one(bytes.subarray(0, bytes.length - 2_000)), options(dataDir));
    await expect(cut).rejects.toThrow("it is not whole");
    const nobody = restoreWorkspace(one(bytes), { ...options(dataDir), workspace: "w-nobody" });
    await expect(nobody).rejects.toThrow("The archive holds no home of this learner.");
    const failing = restoreWorkspace(one(bytes), {
      ...options(dataDir),
      parts: ["home", "cluster"],
      async whileStopped(_workspace, work) {
        const staged = readdirSync(dataDir).find((name) => name.startsWith("restore-")) ?? "";
        mkdirSync(path.join(dataDir, staged, "old-cluster", "in-the-way"), { recursive: true });
        await work();
      },
    });
    await expect(failing).rejects.toThrow("ENOTEMPTY");
    rmSync(path.join(dataDir, "workspaces", "w-nobody"), { recursive: true, force: true });
    expect(tree(dataDir)).toEqual(before);
  });
});
