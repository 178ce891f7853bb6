import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pino from "pino";
import { afterAll, beforeAll, expect, it } from "vitest";
import { classes } from "../../../scripts/lib/classes.mjs";
import { user } from "../../../scripts/lib/users.mjs";
import { type AdminServer, startAdminServer } from "../admin/index.ts";
import { classCommands } from "../classroom/index.ts";
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
  const ofClasses = classCommands({
    ...{ db: async () => server.db, classroom: server.classroom, desk: server.desk },
    makeCode: (id, days) => server.accounts.makeCode(id, { days, actor: "operator" }),
  });
  const commands = { ...server.accounts.commands(), ...ofClasses };
  admin = await startAdminServer({ dataDir, log, commands, streams: {} });
}, 180_000);
afterAll(async () => {
  await admin.close();
  await server.dispose();
  rmSync(dataDir, { recursive: true, force: true });
});

/** What the operator sees; a refusal's words after "refused: ". */
async function meshwork(...args: string[]): Promise<string[]> {
  return said(user, args);
}

async function said(run: typeof user, args: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  await run(args, { dataDir, print: (line) => void lines.push(...line.split("\n")) }).catch(
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

it("[CL11] makes, changes, opens, fills and deletes a class of the running server", async () => {
  const run = (...args: string[]) => said(classes, args);
  const [made, invite = ""] = await run(
    "create",
    "Monday",
    "--starts",
    "2027-01-04T09:00Z",
    "--capacity",
    "1",
  );
  const id = invite.split(" ").at(-1) ?? "";
  expect([made, invite]).toEqual([
    "Monday is made: istio-basics, Istio 1.21.6, en.",
    `meshwork class invite ${id}`,
  ]);
  expect(await run("change", "Monday", "--name", "Tuesday", "--ends", "2027-01-04T08:00Z")).toEqual([
    "refused: A class ends after it starts.",
  ]);
  expect(await run("change", id, "--name", "Tuesday", "--starts", "none")).toEqual(["Tuesday is changed."]);
  expect(await run("open", "Tuesday")).toEqual(["Tuesday is open now."]);
  expect(await run("gate", id, "install-istio")).toEqual(["Tuesday goes up to install-istio."]);
  expect(await run("extend", id, "5")).toEqual(["refused: This class has no end that could be moved."]);
  const [url = "", code = "", until] = await run("invite", id, "--days", "2");
  expect([url.endsWith(`/join/${code}`), until]).toEqual([
    true,
    expect.stringMatching(/^Into Tuesday, until /),
  ]);
  const [ada, ben] = [new Browser(server), new Browser(server)];
  expect((await ada.post("/api/auth/join", { code, name: "Ada" })).status).toBe(200);
  expect(await ben.post("/api/auth/join", { code, name: "Ben" })).toMatchObject({
    status: 403,
    value: { error: { message: "This class is full. Ask its instructor for a seat." } },
  });
  expect((await server.db.people.list()).map(({ name }) => name)).not.toContain("Ben");
  expect((await run("list")).map((line) => line.split(/\s{2,}/).slice(0, 6))).toEqual([
    ["NAME", "STATE", "LEARNERS", "HERE", "ISTIO", "STARTS"],
    ["Tuesday", "open", "1 of 1", "1", "1.21.6", "-"],
  ]);
  expect(JSON.parse((await run("export", id)).join("\n"))).toMatchObject({ class: { name: "Tuesday" } });
  expect(await run("delete", id)).toEqual([`refused: This deletes ${id} for good.`]);
  expect(await run("delete", id, "--yes")).toEqual([
    "refused: An open class is not deleted: close it first.",
  ]);
  expect(await run("close", id)).toEqual(["Tuesday is closed now."]);
  expect(await run("archive", id)).toEqual(["Tuesday is archived now."]);
  expect(await run("unarchive", id)).toEqual(["Tuesday is closed now."]);
  expect(await run("delete", id, "--yes", "--with-learners")).toEqual([
    "Tuesday is deleted, with 1 of its learners.",
  ]);
  expect((await ada.send("/")).status).toBe(401);
  expect(await run("open", id)).toEqual([`refused: There is no class with the id or name "${id}".`]);
  expect(await run("open")).toEqual(["refused: Which class? Give its id or its name."]);
});
