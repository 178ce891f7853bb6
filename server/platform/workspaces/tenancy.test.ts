import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connectDatabase, type DatabaseConnection } from "../db/index.ts";
import { classTenancy } from "./tenancy.ts";

const dataDir = mkdtempSync(path.join(tmpdir(), "meshwork-tenancy-"));
let connection: DatabaseConnection;
beforeAll(async () => {
  const migrationsDir = path.resolve(import.meta.dirname, "../../../prisma/migrations");
  connection = await connectDatabase({ url: undefined, dataDir, migrationsDir });
  for (const id of ["ada", "ben"]) await connection.database.ensureLearner({ id, name: id, role: "learner" });
});
afterAll(async () => {
  await connection.close();
  rmSync(dataDir, { recursive: true, force: true });
});

it("[A1] each learner has a workspace of their own, under a name that nobody can guess", async () => {
  const tenancy = classTenancy(async () => connection.database);
  expect(tenancy.known("ada")).toBeUndefined();
  const [ada, ben] = [await tenancy.workspaceOf("ada"), await tenancy.workspaceOf("ben")];
  expect(ada).toMatch(/^w-[0-9a-f]{16}$/);
  expect(ben).not.toBe(ada);
  expect(tenancy.known("ada")).toBe(ada);
  expect(await tenancy.learnerOf(ben)).toBe("ben");
});

it("outlives the process, and knows nobody for a strange workspace", async () => {
  const before = await classTenancy(async () => connection.database).workspaceOf("ada");
  const after = classTenancy(async () => connection.database);
  expect(await after.learnerOf(before)).toBe("ada");
  expect(after.known("ada")).toBe(before);
  expect(await after.learnerOf("w-0000000000000000")).toBeUndefined();
  after.forget("ada");
  expect(after.known("ada")).toBeUndefined();
});

it("gives somebody new a spare workspace once, and somebody known their own", async () => {
  await connection.database.ensureLearner({ id: "cyd", name: "cyd", role: "learner" });
  const asked: string[] = [];
  const spare = async (learner: string) => {
    asked.push(learner);
    return `w-spare-${asked.length}`;
  };
  const tenancy = classTenancy(async () => connection.database, spare);
  expect(await tenancy.existing("cyd")).toBeUndefined();
  const both = await Promise.all([tenancy.workspaceOf("cyd"), tenancy.workspaceOf("cyd")]);
  expect(both).toEqual(["w-spare-1", "w-spare-1"]);
  await tenancy.workspaceOf("ada");
  expect(asked).toEqual(["cyd"]);
  const after = classTenancy(async () => connection.database, spare);
  expect(await after.existing("cyd")).toBe("w-spare-1");
});
