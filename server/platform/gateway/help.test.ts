import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type {
  ClassMessage,
  HelpQueue,
  HelpSession,
  LearnerHelp,
  TerminalPicture,
} from "../../contracts/index.ts";
import { type Bundles, bundlePrograms, processesNaming } from "../../workspace/testing/bundles.ts";
import { startClass, type TestClass } from "./testing/class.ts";
import { ask, type PageSocket, PageTerminal } from "./testing/web.ts";

let bundles: Bundles;
let room: TestClass;
let ada: PageSocket;
let ben: PageSocket;
let grace: PageSocket;
let stranger: PageSocket;
beforeAll(async () => {
  bundles = await bundlePrograms({ workspace: "server/workspace/main.ts" });
  room = await startClass(bundles);
  grace = await room.signIn("grace", "instructor");
  stranger = await room.signIn("stranger", "instructor");
  ada = await room.signIn("ada");
  ben = await room.signIn("ben");
  const { classes } = room.db;
  await classes.create({ id: "monday", name: "Monday", istioVersion: "1.21.6" }, "grace");
  await classes.create({ id: "other", name: "Other", istioVersion: "1.21.6" }, "stranger");
  await classes.open("monday");
  for (const learner of ["ada", "ben"]) await classes.join("monday", learner);
});
afterAll(async () => {
  await room.dispose();
  expect(processesNaming(room.dataDir)).toEqual([]);
  bundles.dispose();
});

const state = async (socket: PageSocket) => (await ask(socket, "help:state", {})) as LearnerHelp;
const queue = async () => (await ask(grace, "help:queue", { classroom: "monday" })) as HelpQueue;
const raise = (socket: PageSocket, note: string) => ask(socket, "help:raise", { id: randomUUID(), note });
const question = (change: object = {}) => ({
  ...{ id: randomUUID(), classroom: "monday", learner: "ada", mode: "view", reason: "You asked for help" },
  ...change,
});

describe("a raised hand", () => {
  beforeEach(async () => {
    for (const socket of [ada, ben]) await ask(socket, "help:lower", {});
  });

  it("is seen by the class's instructors in the order of raising, and everybody knows their place", async () => {
    const seen: Pick<HelpQueue, "hands">[] = [];
    const places: number[] = [];
    await queue();
    grace.on("help:queue", (news) => seen.push(news));
    ben.on("help:place", (place) => places.push(place));
    await raise(ada, "my curl says 503");
    await raise(ben, "");
    await raise(ada, "still 503");
    expect((await state(ben)).hand).toMatchObject({ place: 2 });
    expect((await queue()).hands.map(({ learnerName, note }) => [learnerName, note])).toEqual([
      ["Ada", "still 503"],
      ["Ben", ""],
    ]);
    await ask(grace, "help:take", { classroom: "monday", learner: "ada" });
    expect((await state(ada)).hand).toMatchObject({ note: "still 503", takenBy: "Grace", place: 1 });
    await ask(grace, "help:done", { classroom: "monday", learner: "ada" });
    await vi.waitFor(() => expect(places.at(-1)).toBe(1));
    await vi.waitFor(() => expect(seen.at(-1)?.hands.map(({ learner }) => learner)).toEqual(["ben"]));
    expect((await state(ada)).hand).toBeUndefined();
  });

  it("needs a class that is open", async () => {
    const nobody = await room.signIn("nobody");
    expect(await state(nobody)).toEqual({ sessions: [], messages: [] });
    await expect(raise(nobody, "help")).rejects.toThrow("forbidden: You are in no class that is open now.");
  });
});

describe("[I1] what an instructor may see", () => {
  it("is nothing of another class, and nothing at all for a learner", async () => {
    const strangers = "forbidden: There is no such class for you.";
    for (const [event, extra] of [
      ["help:queue", {}],
      ["help:learner", { learner: "ada" }],
      ["help:take", { learner: "ada" }],
      ["help:done", { learner: "ada" }],
    ] as const) {
      await expect(ask(stranger, event, { classroom: "monday", ...extra })).rejects.toThrow(strangers);
      await expect(ask(ben, event, { classroom: "monday", ...extra })).rejects.toThrow("forbidden");
    }
    await expect(ask(stranger, "help:ask", question())).rejects.toThrow(strangers);
    await expect(ask(stranger, "help:ask", question({ classroom: "other" }))).rejects.toThrow(
      "forbidden: There is no such learner for you.",
    );
    await expect(
      ask(stranger, "help:tell", { id: randomUUID(), classroom: "monday", kind: "text", text: "hi" }),
    ).rejects.toThrow(strangers);
  });

  it("the terminal only between the learner's yes and the first end; typing only when that was granted", async () => {
    const page = new PageTerminal();
    await page.attachTo(ada);
    const pictures: TerminalPicture[] = [];
    grace.on("help:picture", (picture, shown) => {
      pictures.push(picture);
      shown();
    });
    const asked = (await ask(grace, "help:ask", question())) as HelpSession;
    const watch = { session: asked.id, terminal: "main" };
    await expect(ask(grace, "help:watch", watch)).rejects.toThrow("forbidden: Ada has not agreed");
    // Nobody else can agree, or end it.
    await expect(ask(ben, "help:answer", { session: asked.id, allow: true })).rejects.toThrow("forbidden");
    await expect(ask(ben, "help:end", { session: asked.id })).rejects.toThrow("forbidden");
    expect((await state(ada)).sessions).toMatchObject([
      { id: asked.id, state: "asked", instructorName: "Grace" },
    ]);
    await ask(ada, "help:answer", { session: asked.id, allow: true });
    await ask(grace, "help:watch", watch);
    await expect(ask(stranger, "help:watch", watch)).rejects.toThrow("forbidden");
    await ask(ada, "terminal:input", {
      ...{ terminal: "main", writer: "writer-of-ada", seq: 1, data: "echo wat$((1))ched\r" },
    });
    await vi.waitFor(() => expect(pictures.at(-1)?.screen).toContain("wat1ched"), { timeout: 10_000 });
    await expect(ask(grace, "help:type", { ...watch, data: "id\r" })).rejects.toThrow(
      "forbidden: Ada agreed to be watched, not to be typed for.",
    );
    await ask(ada, "help:end", { session: asked.id });
    const before = pictures.length;
    await expect(ask(grace, "help:watch", watch)).rejects.toThrow("forbidden");
    await ask(ada, "terminal:input", {
      ...{ terminal: "main", writer: "writer-of-ada", seq: 2, data: "echo pri$((2))vate\r" },
    });
    await vi.waitFor(() => expect(page.text).toContain("pri2vate"), { timeout: 10_000 });
    await queue();
    expect(pictures.length).toBe(before);
  });

  it("types with the learner's consent, and both see it", async () => {
    const page = new PageTerminal();
    await page.attachTo(ada);
    const asked = (await ask(grace, "help:ask", question({ mode: "type" }))) as HelpSession;
    await ask(ada, "help:answer", { session: asked.id, allow: true });
    await ask(grace, "help:type", { session: asked.id, terminal: "main", data: "echo to$((3))gether\r" });
    await vi.waitFor(() => expect(page.text).toContain("to3gether"), { timeout: 10_000 });
    const detail = await ask(grace, "help:learner", { classroom: "monday", learner: "ada" });
    expect(detail).toMatchObject({
      terminals: ["main"],
      commands: expect.arrayContaining(["echo to$((3))gether"]),
    });
    await ask(grace, "help:end", { session: asked.id });
    // The commands are the learner's own again.
    expect(await ask(grace, "help:learner", { classroom: "monday", learner: "ada" })).toEqual({
      ...{ messages: [], terminals: [] },
    });
  });

  it("a no is a no, and every question, yes and end is in the audit", async () => {
    const ended: HelpSession[] = [];
    grace.on("help:session", (session) => ended.push(session));
    const asked = (await ask(grace, "help:ask", question())) as HelpSession;
    await ask(ada, "help:answer", { session: asked.id, allow: false });
    await vi.waitFor(() =>
      expect(ended.at(-1)).toMatchObject({ state: "ended", ended: "Ada would rather not." }),
    );
    await ask(ada, "help:answer", { session: asked.id, allow: true });
    await expect(ask(grace, "help:watch", { session: asked.id, terminal: "main" })).rejects.toThrow(
      "forbidden",
    );
    const rows = (await room.db.audits({ subject: "ada" })).filter(({ action }) =>
      action.startsWith("help-"),
    );
    expect(rows.map(({ actor, action }) => `${actor} ${action}`)).toEqual([
      ...["grace help-asked", "grace help-ended", "grace help-asked", "grace help-ended"],
      ...["grace help-asked", "grace help-ended"],
    ]);
    expect((await room.db.audits({ subject: "grace" })).map(({ action }) => action)).toEqual([
      "help-granted",
      "help-granted",
    ]);
  });
});

describe("messages", () => {
  it("go to the instructors, to one learner, or to all; never to another learner", async () => {
    const heard: Record<string, ClassMessage[]> = { ada: [], ben: [], stranger: [] };
    await queue();
    const atDesk: ClassMessage[] = [];
    grace.on("help:message", (message) => atDesk.push(message));
    ada.on("help:message", (message) => heard.ada?.push(message));
    ben.on("help:message", (message) => heard.ben?.push(message));
    stranger.on("help:message", (message) => heard.stranger?.push(message));
    await ask(ada, "help:say", { id: randomUUID(), text: "Is 503 right?" });
    const tell = { id: randomUUID(), classroom: "monday", kind: "hint", text: "Look at the DestinationRule" };
    expect(await ask(grace, "help:tell", { ...tell, learners: ["ada", "nobody"] })).toEqual({ told: 1 });
    // A resend, e.g. after a lost answer.
    expect(await ask(grace, "help:tell", { ...tell, learners: ["ada"] })).toEqual({ told: 1 });
    expect(
      await ask(grace, "help:tell", { ...tell, id: randomUUID(), kind: "text", text: "Break until 11" }),
    ).toEqual({ told: 2 });
    await vi.waitFor(() => expect(heard.ben?.map(({ text }) => text)).toEqual(["Break until 11"]));
    expect(heard.ada?.map(({ text }) => text)).toEqual([
      "Is 503 right?",
      "Look at the DestinationRule",
      "Break until 11",
    ]);
    expect(atDesk.map(({ authorName, text }) => `${authorName}: ${text}`)).toEqual([
      "Ada: Is 503 right?",
      "Grace: Look at the DestinationRule",
      "Grace: Break until 11",
    ]);
    expect(heard.stranger).toEqual([]);
    expect((await state(ben)).messages.map(({ text }) => text)).toEqual(["Break until 11"]);
    await expect(ask(grace, "help:tell", { ...tell, id: randomUUID(), kind: "jump" })).rejects.toThrow(
      "bad-request: A jump needs the lab it leads to.",
    );
  });
});
