import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pino from "pino";
import { afterAll, beforeAll, expect, it } from "vitest";
import { user } from "../../../scripts/lib/users.mjs";
import { type AdminServer, startAdminServer } from "../admin/index.ts";
import {
  Browser,
  type ClassServer,
  firstOwner,
  password,
  startClassServer,
  tokenOf,
} from "./testing/class-server.ts";

const dataDir = mkdtempSync(path.join(tmpdir(), "mwu-"));
let server: ClassServer;
let admin: AdminServer;
beforeAll(async () => {
  server = await startClassServer();
  await firstOwner(server);
  const log = pino({ level: "silent" });
  admin = await startAdminServer({ dataDir, log, commands: server.accounts.commands(), streams: {} });
}, 180_000);
afterAll(async () => {
  await admin.close();
  await server.dispose();
  rmSync(dataDir, { recursive: true, force: true });
});

/** What the operator sees; a refusal's words after "refused: ". */
async function meshwork(...args: string[]): Promise<string[]> {
  const lines: string[] = [];
  await user(args, { dataDir, print: (line) => void lines.push(...line.split("\n")) }).catch(
    (error: unknown) => lines.push(`refused: ${error instanceof Error ? error.message : error}`),
  );
  return lines;
}

it("adds, lists, changes and removes people of the running server", async () => {
  const [link = "", said] = await meshwork("add", "--role", "instructor");
  expect(said).toMatch(/^Good once, until \d{4}-\d\d-\d\d \d\d:\d\d UTC\.$/);
  const ben = new Browser(server);
  const body = { token: tokenOf(link), name: "Ben", email: "ben@example.org", password };
  expect((await ben.post("/api/auth/use-link", body)).status).toBe(200);

  const table = (await meshwork("list")).map((line) => line.split(/\s{2,}/).slice(0, 4));
  expect(table).toEqual([
    ["NAME", "ROLE", "E-MAIL", "SIGNS IN"],
    ["Olga", "owner", "olga@example.org", "password"],
    ["Ben", "instructor", "ben@example.org", "password"],
  ]);
  expect(await meshwork("role", "ben@example.org", "learner")).toEqual([
    "Ben is learner now; whoever was signed in with this account signs in again.",
  ]);
  expect((await ben.send("/")).status).toBe(401);

  const [reset = ""] = await meshwork("link", "BEN@example.org");
  const again = { token: tokenOf(reset), password: "an entirely new one" };
  expect((await ben.post("/api/auth/link", { token: again.token })).value).toEqual({
    role: "learner",
    name: "Ben",
    asks: ["password"],
  });
  expect((await ben.post("/api/auth/use-link", again)).status).toBe(200);
  const id = (await server.db.people.findByEmail("ben@example.org"))?.id;
  expect(await meshwork("remove", "ben@example.org", "--yes")).toEqual(["Ben is removed."]);
  expect([server.forgotten, (await ben.send("/")).status]).toEqual([[id], 401]);
});

it("says what is wrong, and deletes nobody by a slip", async () => {
  expect(await meshwork("remove", "olga@example.org")).toEqual([
    "refused: This deletes the progress, files and cluster of olga@example.org for good.",
  ]);
  expect(await meshwork("remove", "olga@example.org", "--yes")).toEqual([
    "refused: A server needs an owner: make somebody else one first.",
  ]);
  expect(await meshwork("role", "nobody@example.org", "owner")).toEqual([
    'refused: There is nobody with the e-mail address or id "nobody@example.org".',
  ]);
  expect(await meshwork("role", "olga@example.org", "king")).toEqual([
    "refused: A role is one of owner, instructor, learner.",
  ]);
  expect(await meshwork("frobnicate")).toEqual(['refused: There is no command "user frobnicate".']);
});
