// Places, the line for them, the end of what nobody uses and the start ahead of a class, with real workspaces and clusters;
// the reaper's time alone is the test's.
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { ClassActionNews, IdleNotice, WorkspaceStatus } from "../../contracts/index.ts";
import { type Bundles, bundleProduct, processesNaming } from "../../workspace/testing/bundles.ts";
import { startClass, type TestClass } from "./testing/class.ts";
import { ask, type PageSocket } from "./testing/web.ts";

const minute = 60_000;
const lab = "install-istio";
const patience = { timeout: 60_000, interval: 100 };
let now = 0;
let bundles: Bundles;
let school: TestClass;
let ines: PageSocket;
let id = "";
beforeAll(async () => {
  bundles = await bundleProduct();
  school = await startClass(bundles, { places: 1, now: () => now });
  ines = await school.signIn("ines", "instructor");
  const wanted = { name: "Monday", workshop: "istio-basics", istioVersion: "1.21.6", language: "en" };
  const made = await ask(ines, "class:create", wanted);
  id = typeof made === "object" && made && "id" in made ? String(made.id) : "";
}, 120_000);
afterAll(async () => {
  await school.dispose();
  await vi.waitFor(() => expect(processesNaming(school.dataDir)).toEqual([]), patience);
  bundles.dispose();
}, 60_000);

interface Seat {
  readonly page: PageSocket;
  readonly workspace: string;
  readonly home: string;
  readonly heard: WorkspaceStatus[];
  readonly idle: (IdleNotice | null)[];
  gone: boolean;
}

async function seat(learner: string): Promise<Seat> {
  const page = await school.signIn(learner);
  await school.db.classes.join(id, learner);
  const workspace = await school.workspaceOf(learner);
  const home = path.join(school.dataDir, "w", workspace, "home");
  const seated: Seat = { page, workspace, home, heard: [], idle: [], gone: false };
  page.on("workspace", (status) => seated.heard.push(status));
  page.on("workspace:idle", (notice) => seated.idle.push(notice));
  page.on("workspace:stopped", () => {
    seated.gone = true;
  });
  return seated;
}
const last = ({ heard }: Seat) => `${heard.at(-1)?.phase}: ${heard.at(-1)?.detail}`;
const lookEachMinuteUntil = async (end: number) => {
  for (; now < end * minute; now += minute) await school.room?.look();
};

it("[RM1] a workspace is started ahead for whom there is a place; the others are told why not", async () => {
  const ada = await seat("ada");
  await school.db.ensureLearner({ id: "ben", name: "Ben", role: "learner" });
  await school.db.classes.join(id, "ben");
  const news: ClassActionNews[] = [];
  ines.on("class:action-news", (told) => news.push(told));
  await ask(ines, "class:board", { class: id });
  await ask(ines, "class:warm", { class: id });
  await vi.waitFor(() => expect(news.at(-1)?.finished).toBe(true), patience);
  expect(
    Object.fromEntries((news.at(-1)?.results ?? []).map(({ learner, said }) => [learner, said])),
  ).toEqual({
    ada: "Started.",
    ben: "This server is full; your workspace starts when a place is free.",
  });
  await vi.waitFor(() => expect(ada.heard.at(-1)?.phase).toBe("ready"), patience);
  expect(await school.launcher.running()).toEqual([ada.workspace]);
  ada.page.disconnect();
});

it("[RM2] who comes to a full server waits in line, hears where and how long, and goes on by themselves", async () => {
  const ada = await seat("ada");
  await ask(ada.page, "workspace:open", { lab });
  writeFileSync(path.join(ada.home, "work.yaml"), "mine");
  const [ben, cleo] = [await seat("ben"), await seat("cleo")];
  const first = await ask(ben.page, "workspace:open", { lab });
  expect(first).toMatchObject({
    phase: "starting",
    detail:
      "This server is full. You are next in line; nobody can say yet when a place becomes free. Keep this page open, it goes on by itself.",
  });
  expect(await ask(cleo.page, "workspace:open", { lab })).toMatchObject({
    detail: expect.stringContaining("You are number 2 in line"),
  });
  await school.room?.look();
  // Ada's page stays open, and nobody touches it: it is told, and one touch is enough.
  await lookEachMinuteUntil(57);
  await vi.waitFor(() => expect(ada.idle).toEqual([{ stopsInMs: 5 * minute, keptDays: 14 }]), patience);
  await ask(ada.page, "presence:here", {});
  await vi.waitFor(() => expect(ada.idle).toHaveLength(2), patience);
  expect([ada.idle[1], ada.gone]).toEqual([null, false]);

  // Then Ada leaves: Ben hears when the place becomes free, and gets it.
  ada.page.disconnect();
  await vi.waitFor(() => expect(school.atWork(ada.workspace)).toBe(false), patience);
  const left = now / minute;
  await lookEachMinuteUntil(left + 12);
  await vi.waitFor(() => expect(last(ben)).toContain("a place becomes free in about"), patience);
  await lookEachMinuteUntil(left + 34);
  await vi.waitFor(() => expect(ben.heard.at(-1)?.phase).toBe("ready"), patience);
  expect(await school.launcher.running()).toEqual([ben.workspace]);
  await vi.waitFor(() => expect(last(cleo)).toContain("You are next in line"), patience);
  expect(existsSync(path.join(ada.home, "work.yaml"))).toBe(true);
});

it("[RM3] an untouched page is told that its workspace was stopped, and its socket starts nothing by itself", async () => {
  // A second page of Ben's, which works with the same workspace.
  const second = await seat("ben");
  await ask(second.page, "workspace:open", { lab });
  now += minute;
  await school.room?.look();
  await lookEachMinuteUntil(now / minute + 62);
  await vi.waitFor(() => expect([second.gone, second.page.connected]).toEqual([true, false]), patience);
  // The place goes to who has waited for it.
  const cleo = await school.workspaceOf("cleo");
  await vi.waitFor(async () => expect(await school.launcher.running()).toEqual([cleo]), patience);
  await (await school.registry.control(cleo)).status();
  // The instructor's page has a board only: nobody's idleness ends it.
  expect(ines.connected).toBe(true);
});
