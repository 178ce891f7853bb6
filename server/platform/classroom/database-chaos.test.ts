// What learners reach, over a PostgreSQL that is slow, cut off and refused: nothing that was acknowledged is lost, and what
// was not is kept once when it is sent again.
import { afterAll, beforeAll, expect, it } from "vitest";
import { migrationsDir } from "../../testing/databases.ts";
import { startPostgres, type TestPostgres } from "../../testing/postgres.ts";
import { startTcpProxy, type TcpProxy } from "../../testing/tcp-proxy.ts";
import { connectDatabase, type DatabaseConnection } from "../db/index.ts";
import { Progress } from "./progress.ts";

let postgres: TestPostgres;
let proxy: TcpProxy;
let connection: DatabaseConnection;
let progress: Progress;
beforeAll(async () => {
  postgres = await startPostgres();
  const url = new URL(postgres.url);
  proxy = await startTcpProxy(Number(url.port));
  url.port = String(proxy.port);
  connection = await connectDatabase({ url: url.href, dataDir: "unused", migrationsDir });
  await connection.database.ensureLearner({ id: "ada", name: "Ada", role: "learner" });
  progress = new Progress({
    db: async () => connection.database,
    lab: async () => ({
      ...{ workshop: "w", id: "mtls", title: "t", summary: "s", minutes: 1 },
      steps: [{ id: "one", title: "One", conditions: 2 }],
    }),
    changed: () => undefined,
    failed: () => undefined,
    keptAtLast: () => undefined,
  });
}, 120_000);
afterAll(async () => {
  await connection?.close();
  await proxy?.close();
  await postgres?.stop();
});

const reports = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    ...{ id: crypto.randomUUID(), kind: "command-run" as const, lab: "mtls", step: "one" },
    detail: `command ${index}`,
  }));

/** As a page does: what was not acknowledged is sent again until it is. */
async function sendAll(all: ReturnType<typeof reports>): Promise<number> {
  let refused = 0;
  for (const report of all)
    for (let attempt = 0; ; attempt++) {
      const outcome = await progress.report("ada", report).catch((error: unknown) => {
        if (attempt > 200) throw error;
        refused++;
        return undefined;
      });
      if (outcome?.kind === "recorded") break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  return refused;
}

it("[R1] a database that is cut off at any moment of writing loses nothing and keeps nothing twice", async () => {
  const before = await connection.database.eventCount("ada");
  const all = reports(30);
  // A write is about 20 pieces to and fro, with a new connection's greeting about 30: each of them is the last one once.
  proxy.cutAfter(Array.from({ length: 36 }, (_, index) => index + 1));
  expect(await sendAll(all)).toBeGreaterThan(0);
  proxy.cutAfter([]);
  expect(await connection.database.eventCount("ada")).toBe(before + all.length);
}, 90_000);

it("[R3] a refused database is a refusal with the reason, and it heals by itself", async () => {
  const [report] = reports(1);
  if (!report) throw new Error("one was made");
  const before = await connection.database.eventCount("ada");
  proxy.refuse();
  await expect(progress.report("ada", report)).rejects.toThrow(
    "The server could not save this; its log says why.",
  );
  await expect(connection.database.ping()).rejects.toThrow();
  proxy.accept();
  await expect
    .poll(
      () =>
        connection.database.ping().then(
          () => "up",
          () => "down",
        ),
      { timeout: 20_000 },
    )
    .toBe("up");
  expect(await connection.database.eventCount("ada")).toBe(before);
  expect(await progress.report("ada", report)).toMatchObject({ kind: "recorded" });
  expect(await connection.database.eventCount("ada")).toBe(before + 1);
}, 60_000);

it("[R3] a slow database is waited for: an answer means that it is committed", async () => {
  proxy.delay(150);
  const [report] = reports(1);
  if (!report) throw new Error("one was made");
  const before = await connection.database.eventCount("ada");
  expect(await progress.report("ada", report)).toMatchObject({ kind: "recorded" });
  proxy.delay(0);
  expect(await connection.database.eventCount("ada")).toBe(before + 1);
}, 60_000);
